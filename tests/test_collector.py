"""The collector of cycles is held back inside and as before afterwards, whatever happens meanwhile."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from township.base.collector import collector_paused


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    assert gc.isenabled()
    yield
    gc.enable()


def test_it_rests_inside_and_goes_on_afterwards():
    with collector_paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_lets_it_go_on():
    with pytest.raises(ValueError, match="odd"), collector_paused():
        raise ValueError("odd")
    assert gc.isenabled()


def test_it_stays_off_for_whoever_had_it_off():
    with collector_paused():
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
