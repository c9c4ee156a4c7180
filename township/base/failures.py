"""What goes wrong outside the program (database, files, keys), said in Chinese with what to do."""

from __future__ import annotations

import errno
import os

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, OperationalError

from township.base.crypto import UnreadableSecret

# Errors that tell of the surroundings; whatever else is raised is a mistake of ours and keeps its traceback.
OUTSIDE = (DatabaseError, OSError, UnreadableSecret, PermissionDenied)
WORDS = {
    errno.ENOENT: "文件或目录不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "它是一个目录",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EEXIST: "文件已存在",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "磁盘配额不足",
    errno.EROFS: "磁盘是只读的",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EBUSY: "文件正被占用",
    errno.EMFILE: "打开的文件太多",
    errno.EIO: "磁盘读写出错",
    errno.ELOOP: "链接互相指向",
    errno.ENXIO: "设备不存在",
    errno.EADDRINUSE: "端口已被占用",
}
# What the two databases say, in small letters, and what it means.
BUSY = ("database is locked", "database table is locked", "deadlock detected", "lock timeout")
# The same by PostgreSQL's codes, which do not depend on its language: deadlock, lock timeout, serialization failure.
BUSY_CODES = ("40P01", "55P03", "40001")
NOT_MIGRATED = ("no such table", "no such column", "does not exist\nline", "has no column named")
DAMAGED = ("malformed", "file is not a database")
FULL = ("disk is full", "no space left")
UNWRITABLE = ("readonly database", "read-only")


def in_words(error: OSError) -> str:
    """Return the reason of a file's or a connection's failure in Chinese."""
    return WORDS.get(error.errno or 0, f"系统错误 {error.errno}")


def is_conflict(error: DatabaseError) -> bool:
    """Say whether the database refused a change because somebody else wrote at the same moment."""
    if isinstance(error, IntegrityError) or getattr(error.__cause__, "pgcode", None) in BUSY_CODES:
        return True
    return any(words in str(error).lower() for words in BUSY)


def explain(error: BaseException) -> str | None:
    """Return what happened and what to do, in Chinese; None for an error that is not of the surroundings."""
    if isinstance(error, (UnreadableSecret, PermissionDenied)):
        return str(error) or "没有进行这项操作的权限。"
    if isinstance(error, DatabaseError):
        return _explain_database(error)
    if isinstance(error, OSError):
        place = f" {os.fsdecode(error.filename)}" if isinstance(error.filename, (str, bytes)) else ""
        return f"读写{place or '文件'} 失败：{in_words(error)}。请检查位置、权限和磁盘空间后重试。"
    return None


def _explain_database(error: DatabaseError) -> str | None:
    text = str(error).lower()
    if any(words in text for words in BUSY):
        return "另一个程序正在写入，请稍后再试。没有写入任何内容。"
    if any(words in text for words in NOT_MIGRATED):
        return "数据库还没有建表，或没有升级到本版本。请先运行 make setup。"
    if any(words in text for words in DAMAGED):
        return f"数据库文件已损坏，或不是本系统的数据库：{_name()}。请从备份恢复。"
    if any(words in text for words in FULL):
        return "磁盘空间不足，没有写入任何内容。请清理磁盘后重试。"
    if any(words in text for words in UNWRITABLE):
        return f"数据库不能写入：{_name()}。请检查文件和目录的权限。"
    if isinstance(error, OperationalError):
        return f"连接不上数据库：{_name()}。请检查 DATABASE_URL、TOWNSHIP_VAR 和数据库服务，再重试。"
    return None


def _name() -> str:
    """Name the database without its password."""
    database = settings.DATABASES["default"]
    is_server = str(database["ENGINE"]).endswith("postgresql")
    host = f"{database.get('HOST') or '本机'} 上的 " if is_server else ""
    return f"{host}{database['NAME']}"
