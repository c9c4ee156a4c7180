"""Where a command writes its file: beside the target and then in its place, so that a file is complete or not there."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


class OutputRefused(Exception):
    """The target cannot take the file; the message says why and what to do."""


def check_output(target: Path, endings: tuple[str, ...] = ()) -> Path:
    """Return the file that a target stands for, links followed; to be asked before any work is done.

    Raises OutputRefused for another ending than those given, for what is no regular file (a directory, a device),
    and where the folder is missing or closed.
    """
    if endings and target.suffix.lower() not in endings:
        raise OutputRefused(f"文件名 {target.name} 应以 {'、'.join(endings)} 结尾，请改名后重试。")
    try:
        real = target.resolve()
        mode = real.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    except (OSError, RuntimeError) as error:
        raise OutputRefused(f"不能写到 {target}：路径无效或没有权限。请换一个文件名。") from error
    if stat.S_ISDIR(mode):
        raise OutputRefused(f"{target} 是一个目录，请给出文件名。")
    if not stat.S_ISREG(mode):
        raise OutputRefused(f"{target} 不是普通文件（可能是设备或管道），不能写入。请换一个文件名。")
    if not real.parent.is_dir() or not os.access(real.parent, os.W_OK):
        raise OutputRefused(f"目录 {real.parent} 不存在或不能写入。请先建立目录，或改用其他位置。")
    return real


@contextmanager
def replacing(target: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """Yield a stream whose content takes the target's place when all went well; private is for the owner's eyes alone.

    A link stays a link: the file it names is replaced. Raises OutputRefused, OSError.
    """
    real = check_output(target)
    partial = real.with_name(f".{real.name}.{os.getpid()}.partial")
    partial.unlink(missing_ok=True)
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
        partial.replace(real)
    finally:
        partial.unlink(missing_ok=True)
