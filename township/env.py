"""The environment, read once: every variable of the process is turned into a value here and nowhere else.

A wrong value stops the start with a message that names the variable, the value and what is allowed.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from township.base.failures import in_words

ROOT = Path(__file__).resolve().parent.parent
# A name, an address, .domain for all below it, [IPv6], or * for any.
HOST = re.compile(r"\*|\.?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]", re.ASCII)
# The secrets that settings ask for; the key ring is made by the first `migrate`.
MADE_AT_START = ("secret_key", "index_key")


class WrongEnvironment(SystemExit):
    """A variable has a value that cannot be used; the process ends with status 1 and this message."""


@dataclass(frozen=True)
class Environment:
    """What the process was told from outside."""

    debug: bool
    var: Path
    keys: Path
    database: dict[str, object]
    hosts: list[str]
    behind_tls: bool


def read(environ: Mapping[str, str] = os.environ) -> Environment:
    """Read the variables named in README; raise WrongEnvironment on a value that cannot be used."""
    var = Path(environ.get("TOWNSHIP_VAR") or ROOT / "var").resolve()
    keys = Path(environ.get("TOWNSHIP_KEYS") or var / "keys").resolve()
    debug = _flag(environ, "TOWNSHIP_DEBUG")
    database = _database(environ.get("DATABASE_URL", ""), var)
    _refuse_lost_keys(database, keys)
    return Environment(
        debug=debug,
        var=_folder(var, "TOWNSHIP_VAR"),
        keys=_folder(keys, "TOWNSHIP_KEYS", private=True),
        database=database,
        hosts=_hosts(environ.get("TOWNSHIP_HOSTS", "")) or ["127.0.0.1", "localhost", "[::1]"],
        behind_tls=_flag(environ, "TOWNSHIP_BEHIND_TLS"),
    )


def secret(keys: Path, name: str, length: int = 32) -> bytes:
    """Return the secret kept in the file keys/name; make it once, readable by its owner alone."""
    path = keys / name
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        pass
    except ValueError:
        raise WrongEnvironment(
            f"密钥文件 {path} 已损坏：不是十六进制文本。请从备份恢复该文件，切勿重新生成。"
        ) from None
    value = secrets.token_bytes(length)
    # Another process may start at the same moment: whoever links the file first wins, the other reads it.
    temporary = path.with_name(f"{name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(value.hex())
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    return bytes.fromhex(path.read_text(encoding="ascii").strip())


def _refuse_lost_keys(database: dict[str, object], keys: Path) -> None:
    """Stop where the SQLite file has data and its keys are gone: new ones would never open what the old ones sealed."""
    path = database["NAME"]
    if not isinstance(path, Path) or not path.is_file() or not path.stat().st_size:
        return
    if lost := [name for name in MADE_AT_START if not (keys / name).is_file()]:
        raise WrongEnvironment(
            f"数据库 {path} 已在使用，但密钥目录 {keys} 里没有 {'、'.join(lost)}。"
            "请从备份恢复整个密钥目录，或改正 TOWNSHIP_KEYS；没有生成新密钥，否则已加密的数据再也打不开。"
        )


def _flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "").strip()
    if value in ("", "0", "1"):
        return value == "1"
    raise WrongEnvironment(f"环境变量 {name}={value!r} 无效：只能是 1 或 0。")


def _hosts(text: str) -> list[str]:
    """Return the host names of a list: what a browser's address bar shows between :// and the port."""
    hosts = [host.strip() for host in text.split(",") if host.strip()]
    for host in hosts:
        if not HOST.fullmatch(host):
            raise WrongEnvironment(
                f"环境变量 TOWNSHIP_HOSTS 中的 {host!r} 不是主机名。只写主机名或 IP，不带 http://、端口和空格，"
                "几个之间用英文逗号分开，如 fp.example.lan,10.0.0.5。"
            )
    return hosts


def _folder(path: Path, name: str, *, private: bool = False) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o755)
    except OSError as error:
        raise WrongEnvironment(f"环境变量 {name}：无法建立目录 {path}（{in_words(error)}）。") from error
    return path


def _database(url: str, var: Path) -> dict[str, object]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": var / "township.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16384;"
                    " PRAGMA temp_store=MEMORY; PRAGMA mmap_size=33554432"
                ),
            },
            # A test database on disk behaves like the real one (WAL, several connections).
            "TEST": {"NAME": str(var / "test.sqlite3")},
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise WrongEnvironment("环境变量 DATABASE_URL 无效：应为 postgres://用户:口令@主机:端口/库名。")
    options: dict[str, object] = dict(parse_qsl(parts.query))
    # Even a county's counts take less time than to compile them or to start processes that help; ?options= overrides.
    options.setdefault("options", "-c jit=off -c max_parallel_workers_per_gather=0")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A socket directory cannot stand in the host part of an address, so ?host= may name it.
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": options.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
