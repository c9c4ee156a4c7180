"""Encryption at rest: a ring of keys, AES-256-GCM or SM4-GCM, and blind indexes for exact search.

A token is `key id$base64(nonce ‖ ciphertext ‖ tag)`; the context ("member.id_number") is authenticated with it,
so that a value copied into another column does not open. The index key is separate from the field keys.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

RING_FILE = "field_keys.json"
NONCE_BYTES = 12
TAG_BYTES = 16


class UnreadableSecret(ValueError):
    """A stored value cannot be opened: unknown key, damaged, or copied from another column."""


class Sm4Gcm:
    """SM4 in GCM mode with the two calls of AESGCM (GB/T 32907), for offices that must use national algorithms."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    def encrypt(self, nonce: bytes, data: bytes, context: bytes) -> bytes:
        encryptor = Cipher(algorithms.SM4(self.key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(context)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, context: bytes) -> bytes:
        body, tag = data[:-TAG_BYTES], data[-TAG_BYTES:]
        decryptor = Cipher(algorithms.SM4(self.key), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(context)
        return decryptor.update(body) + decryptor.finalize()


class Cipherer(Protocol):
    """An authenticated cipher as `cryptography` shapes it."""

    def encrypt(self, nonce: bytes, data: bytes, context: bytes) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, context: bytes) -> bytes: ...


ALGORITHMS: dict[str, tuple[Callable[[bytes], Cipherer], int]] = {
    "aes-256-gcm": (AESGCM, 32),
    "sm4-gcm": (Sm4Gcm, 16),
}


class KeyRing:
    """The keys of one deployment: the primary one encrypts, every one of them decrypts."""

    def __init__(self, primary: str, keys: dict[str, tuple[str, bytes]], index_key: bytes) -> None:
        self.primary = primary
        self.ciphers = {key_id: ALGORITHMS[algorithm][0](key) for key_id, (algorithm, key) in keys.items()}
        self.index_key = index_key

    def encrypt(self, text: str, context: str) -> str:
        """Return the token of text; context is "model.field"."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self.ciphers[self.primary].encrypt(nonce, text.encode(), context.encode())
        return f"{self.primary}${b64encode(nonce + sealed).decode('ascii')}"

    def decrypt(self, token: str, context: str) -> str:
        """Return the text of a token; raise UnreadableSecret when it does not open in this context."""
        key_id, _, payload = token.partition("$")
        try:
            raw = b64decode(payload)
            return (
                self.ciphers[key_id].decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode()).decode()
            )
        except (KeyError, ValueError, InvalidTag) as error:
            raise UnreadableSecret(f"{context}: 加密值无法打开，请检查密钥文件是否与数据库配套。") from error

    def encrypt_bytes(self, data: bytes, context: str) -> bytes:
        """Return nonce, ciphertext and tag of data by the primary key; the caller keeps that key's id beside it."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self.ciphers[self.primary].encrypt(nonce, data, context.encode())

    def decrypt_bytes(self, key_id: str, sealed: bytes, context: str) -> bytes:
        """Return what `encrypt_bytes` was given; raise UnreadableSecret when it does not open in this context."""
        try:
            return self.ciphers[key_id].decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
        except (KeyError, ValueError, InvalidTag) as error:
            raise UnreadableSecret(f"{context}: 加密内容无法打开。") from error

    def blind_index(self, purpose: str, text: str) -> str:
        """Return 32 hex digits that are equal for equal texts of one purpose and say nothing else."""
        return hmac.digest(self.index_key, f"{purpose}\x1f{text}".encode(), "sha256")[:16].hex()


@lru_cache(maxsize=4)
def load_ring(folder: Path) -> KeyRing:
    """Return the ring kept in folder. Raises UnreadableSecret where there is none or it is damaged."""
    path = folder / RING_FILE
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        keys = {key_id: (key["algorithm"], b64decode(key["key"])) for key_id, key in stored["keys"].items()}
        return KeyRing(stored["primary"], keys, settings.TOWNSHIP_INDEX_KEY)
    except FileNotFoundError as error:
        raise UnreadableSecret(
            f"密钥文件 {path} 不存在。请从备份恢复整个密钥目录，或改正 TOWNSHIP_KEYS；"
            "全新的数据库请先运行 make setup。"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableSecret(f"密钥文件 {path} 已损坏。请从备份恢复整个密钥目录，切勿重新生成。") from error


def make_ring(folder: Path) -> None:
    """Write the ring of a new deployment (mode 0600); one that is there stays. Only a database without data asks."""
    if not (folder / RING_FILE).exists():
        _write_ring(folder / RING_FILE, settings.TOWNSHIP_CIPHER)


def ring() -> KeyRing:
    """Return this deployment's key ring."""
    return load_ring(settings.TOWNSHIP_KEYS)


def _write_ring(path: Path, algorithm: str) -> None:
    length = ALGORITHMS[algorithm][1]
    key = {"algorithm": algorithm, "key": b64encode(secrets.token_bytes(length)).decode("ascii")}
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"primary": "k1", "keys": {"k1": key}}, file)
    try:
        os.link(temporary, path)  # whoever links first wins; the other process reads that file
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
