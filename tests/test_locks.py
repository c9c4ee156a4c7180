"""The lock files install the same packages anywhere, and name no place to take them from."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"^([a-z0-9.-]+)==(\S+)", re.MULTILINE)


def pins(lock):
    return dict(PIN.findall((ROOT / lock).read_text(encoding="utf-8")))


def declared(*groups):
    """Names that pyproject.toml asks for at run time and in the optional groups."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [
        name for group in groups for name in project["optional-dependencies"][group]
    ]
    return {re.split(r"[<>=!~\[; ]", name)[0] for name in wanted}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_or_path(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--(?:index|extra-index|find-links|trusted)|@ |/", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z])", text)
    assert len(blocks) == len(pins(lock))
    assert not [block.split()[0] for block in blocks if "--hash=sha256:" not in block]


def test_the_locks_hold_what_is_declared():
    assert declared() <= pins("requirements.lock").keys()
    assert declared("dev") <= pins("requirements-dev.lock").keys()


def test_development_runs_the_versions_of_production():
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_the_floor_of_python_is_the_floor_of_the_tools():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert config["project"]["requires-python"] == ">=3.11"
    assert config["tool"]["mypy"]["python_version"] == "3.11"
    assert config["tool"]["ruff"]["target-version"] == "py311"
