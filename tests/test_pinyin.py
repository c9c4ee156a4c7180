"""Initials of names for the search box."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from township.base.pinyin import SURNAMES, initials


@pytest.mark.parametrize(
    "name, expected",
    [
        ("张小明", "zxm"),
        ("单雪", "sx"),
        ("曾强", "zq"),
        ("仇丽", "ql"),
        ("区明", "om"),
        ("解放", "xf"),
        ("查理", "zl"),
        ("盖文", "gw"),
        ("尉迟敏", "ycm"),
        ("单于静", "cyj"),
        ("万俟军", "mqj"),
        ("阚秀英", "kxy"),
        ("乐平", "yp"),
        ("平乐", "pl"),
        ("李长江", "lcj"),
        ("长孙红", "zsh"),
        ("吕绿", "ll"),
        ("阿依·买买提", "aymmt"),
        (" 王 芳 ", "wf"),
        ("张A2", "za2"),
        ("\ue000\u3402明", "m"),
        ("", ""),
        ("  ", ""),
        (None, ""),
    ],
)
def test_initials(name, expected):
    assert initials(name) == expected


@pytest.mark.parametrize("surname, reading", SURNAMES.items())
def test_every_surname_of_the_table_is_read_by_the_table(surname, reading):
    assert initials(surname + "明") == "".join(part[0] for part in reading.split()) + "m"


@given(st.text(max_size=8))
def test_only_small_letters_and_digits_come_out(name):
    found = initials(name)
    assert len(found) <= len(name)
    assert not found or (found.isascii() and found.isalnum() and found == found.lower())


def test_the_dictionary_is_loaded_only_when_needed():
    code = "import sys, township.base.pinyin; sys.exit('pypinyin' in sys.modules)"
    root = Path(__file__).resolve().parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
