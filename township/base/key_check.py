"""Whether the key files belong to this database: a word sealed with its first keys is opened with today's.

Imported by township/wsgi.py while Django is still setting up: the model is asked for when it is needed.
"""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError

from township.base.crypto import UnreadableSecret, make_ring, ring

WORD = "township"
CONTEXT = "key_check.token"
_found_good: set[Path] = set()


def keep_key_check() -> None:
    """Give a new database its keys and the word that remembers them. Raises UnreadableSecret as check_keys does."""
    rows = apps.get_model("township", "KeyCheck")._default_manager
    if not rows.exists():
        make_ring(settings.TOWNSHIP_KEYS)
        values = {"token": ring().encrypt(WORD, CONTEXT), "blind_index": ring().blind_index(CONTEXT, WORD)}
        rows.get_or_create(pk=1, defaults=values)
    check_keys()


def check_keys() -> None:
    """Raise UnreadableSecret, in Chinese, where the keys are missing or another database's; asked once per process.

    A database that is away or has no tables yet is passed over: whoever needs it meets that by himself.
    """
    folder = settings.TOWNSHIP_KEYS
    if folder in _found_good:
        return
    try:
        kept = apps.get_model("township", "KeyCheck")._default_manager.first()
    except DatabaseError:
        return
    if kept is None:
        return
    keys = ring()
    try:
        fits = keys.decrypt(kept.token, CONTEXT) == WORD
    except UnreadableSecret:
        fits = False
    if not fits or kept.blind_index != keys.blind_index(CONTEXT, WORD):
        raise UnreadableSecret(
            f"密钥目录 {folder} 里的密钥不是这个数据库的，已加密的证件号和电话打不开，系统没有启动。"
            "请从备份恢复配套的密钥文件，或改正 TOWNSHIP_KEYS、TOWNSHIP_VAR、DATABASE_URL。"
        )
    _found_good.add(folder)
