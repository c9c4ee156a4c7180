"""The body of a reading process: `python -m township.base.sheets.<engine> PATH OPTIONS-AS-JSON`.

It may be killed by its own limits or by the parser it runs; the parent only trusts a stream that says "end".
Each engine is its own entry module, so that the fast one does not pay for loading the other.
"""

import json
import resource
import sys
from collections.abc import Callable
from typing import BinaryIO

from township.base.sheets.frames import write_event
from township.base.sheets.limits import Limits, UnreadableFile

# (path, out, limits, sheet name or None for every visible sheet, most rows of a sheet)
Engine = Callable[[str, BinaryIO, Limits, str | None, int], None]


def run(engine: Engine) -> None:
    """Read the file named on the command line with the engine and write events to standard output."""
    path, options = sys.argv[1:]
    wanted = json.loads(options)
    limits = Limits(**wanted["limits"])
    _confine(limits)
    out = sys.stdout.buffer
    try:
        engine(path, out, limits, wanted["sheet_name"], wanted["max_rows"])
    except UnreadableFile as refusal:
        write_event(out, "refused", refusal.code, refusal.message)
    except Exception as error:  # the file decides what goes wrong here; the parent tries the other engine
        write_event(out, "failed", f"{type(error).__name__}: {error}")
    else:
        write_event(out, "end")
    out.flush()


def _confine(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 5))
