"""Sealed files: what was put in comes out, nothing of it can be read on the disk, and no change goes unnoticed."""

import io
import os
import stat
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from township.base import sealed
from township.base.sealed import FRAME, UnreadableFile, chunks, delete, opened, seal, sweep

# Migrating makes the keys.
pytestmark = pytest.mark.django_db
NUMBER = b"130722197005060012"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.TOWNSHIP_VAR = tmp_path
    return tmp_path / "private"


@pytest.fixture
def small(monkeypatch):
    """Chunks of 64 bytes, so that a short text has several."""
    monkeypatch.setattr(sealed, "CHUNK_BYTES", 64)


def content(name):
    return b"".join(chunks(name))


class Dribble(io.BytesIO):
    """A stream that gives a few bytes at a time, as a network does."""

    def read(self, size=-1):
        return super().read(min(size, 7))


@pytest.mark.usefixtures("small")
@given(data=st.binary(max_size=300), stream=st.sampled_from([io.BytesIO, Dribble]))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_what_was_sealed_comes_out_again(data, stream):
    assert content(seal(stream(data), "uploads")) == data


def test_nothing_can_be_read_on_the_disk_and_only_the_owner_may(folder):
    name = seal(io.BytesIO(b"name;" + NUMBER * 5000), "uploads")
    path = folder / name
    assert NUMBER not in path.read_bytes() and b"name" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.usefixtures("small")
def test_every_cut_and_every_changed_byte_is_noticed(folder):
    name = seal(io.BytesIO(bytes(range(200))), "uploads")
    path = folder / name
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(UnreadableFile):
            content(name)
    for at in range(0, len(whole), 5):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(UnreadableFile):
            content(name)
    path.write_bytes(whole + b"\0")
    with pytest.raises(UnreadableFile):
        content(name)
    path.write_bytes(whole)
    assert content(name) == bytes(range(200))


@pytest.mark.usefixtures("small")
def test_chunks_in_another_order_and_files_under_another_name_do_not_open(folder):
    name = seal(io.BytesIO(b"a" * 64 + b"b" * 64 + b"c"), "uploads")
    path = folder / name
    whole = path.read_bytes()
    start = whole.index(b"k1") + 2
    length = FRAME.size + FRAME.unpack(whole[start : start + FRAME.size])[1]
    first, second = whole[start : start + length], whole[start + length : start + 2 * length]
    path.write_bytes(whole[:start] + second + first + whole[start + 2 * length :])
    with pytest.raises(UnreadableFile):
        content(name)
    other = seal(io.BytesIO(b"other"), "uploads")
    (folder / other).write_bytes(whole)
    with pytest.raises(UnreadableFile):
        content(other)


def test_an_opened_file_is_private_and_gone_afterwards_even_after_an_error(folder):
    name = seal(io.BytesIO(NUMBER), "uploads")
    with pytest.raises(ZeroDivisionError), opened(name, suffix=".xlsx") as path:
        assert path.read_bytes() == NUMBER and path.suffix == ".xlsx"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600 and path.parent == folder / "open"
        raise ZeroDivisionError
    assert not path.exists()


def test_a_stream_that_breaks_leaves_no_file(folder):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError

    with pytest.raises(OSError):
        seal(Broken(), "uploads")
    assert not list((folder / "uploads").iterdir())


def test_a_deleted_file_says_so_in_words():
    name = seal(io.BytesIO(b"x"), "uploads")
    delete(name)
    delete(name)
    with pytest.raises(UnreadableFile, match="已不在服务器上"):
        content(name)


@pytest.mark.parametrize("name", ["uploads", "../x", "uploads/../../x", "uploads/.x", "/etc/passwd", ""])
def test_only_names_of_sealed_files_are_looked_for(name):
    with pytest.raises(ValueError):
        delete(name)


def test_what_a_crash_left_behind_is_swept_after_a_day(folder):
    kept = seal(io.BytesIO(b"x"), "uploads")
    (folder / "open").mkdir()
    old = [folder / "open" / "a", folder / "uploads" / "b.partial"]
    new = [folder / "open" / "c", folder / "uploads" / "d.partial"]
    for path in (*old, *new):
        path.write_bytes(b"x")
    yesterday = time.time() - 25 * 3600
    for path in (*old, folder / kept):
        os.utime(path, (yesterday, yesterday))
    assert sweep() == 2
    assert not any(map(Path.exists, old)) and all(map(Path.exists, (*new, folder / kept)))
