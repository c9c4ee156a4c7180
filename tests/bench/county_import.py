"""The body of the process whose memory is watched: `python -m tests.bench.county_import FILE`.

Imports a county's register and says on standard output how far it is: one JSON list [done, total, text] a line.
"""

from __future__ import annotations

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
django.setup()

from households.importing.register.pipeline import import_register  # noqa: E402
from tests.register_files import EXPORTED  # noqa: E402


def say(done: int, total: int, text: str) -> None:
    print(json.dumps([done, total, text]), flush=True)


if __name__ == "__main__":
    result = import_register(sys.argv[1], on=EXPORTED, by_name="bench", report=say).result
    say(result.people, result.rows, "members")
