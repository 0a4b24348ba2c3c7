"""A saved run with a few of its parts replaced: the edits are read off the bytes, so most of them keep it JSON."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from itertools import islice
from pathlib import Path
from typing import Any

from bad_input.small_run import small_run
from llm_conformance.__main__ import main

_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    float("inf"),
    float("nan"),
    "",
    "must",
    "x",
    "\x1b[2J\nconformant: must 1/1",
    "\ud800",
    [],
    [1],
    [[]],
    {},
    {"a": 1},
    {"kind": "stream"},
    {"same-as": []},
    {"same-as": ["observations"]},
    {"same-as": ["observations", "stream"]},
    {"codepoints": [-1]},
    {"codepoints": [10**9]},
    {"codepoints": ["a"]},
)
_FEW = 8
# A file system in memory, where there is one.
_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it has a name of its own
_COMMANDS = (
    ("judge", "RUN", "-v"),
    ("report", "RUN", "run.md", "run.html", "run.ctrf.json", "run.svg", "run.badge.json", "folder/", "copy.json"),
    ("report", "RUN", "github"),
    ("compare", "RUN", "RUN"),
    ("merge", "RUN", "-o", "merged.json"),
    ("badge", "RUN", "run.svg"),
)


def edited_run_is_judged_or_refused(data: bytes) -> None:
    """Each command takes the run, or refuses it in one line; nothing that it prints is interpreted by a terminal."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        folder = Path(name)
        (folder / "run.json").write_text(json.dumps(_edited(small_run(), data)), encoding="utf-8")
        command = _COMMANDS[data[0] % len(_COMMANDS) if data else 0]
        _assert_answered([_below(folder, one) for one in command])


def _below(folder: Path, argument: str) -> str:
    if argument == "RUN":
        return str(folder / "run.json")
    return f"{folder}/{argument}" if "." in argument or "/" in argument else argument


def _assert_answered(command: list[str]) -> None:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(command)
    lines = [line for line in err.getvalue().splitlines() if line]
    assert (code == 4) == bool(lines), command
    assert len(lines) <= 1, lines
    assert all(line.isprintable() for line in (*lines, *out.getvalue().split("\n"))), command


def _edited(document: Any, data: bytes) -> Any:
    """The document after the edits: two bytes choose a part, one what is done to it, one the new value."""
    for start in range(1, len(data) - 3, 4):
        if not (holders := [*_holders(document)]):
            break
        holder, key = holders[int.from_bytes(data[start : start + 2]) % len(holders)]
        value = deepcopy(_VALUES[data[start + 3] % len(_VALUES)])
        match data[start + 2] % 4:
            case 0:
                del holder[key]
            case 1 if isinstance(holder[key], dict):
                holder[key]["added"] = value
            case 1 if isinstance(holder[key], list):
                holder[key].append(value)
            case _:
                holder[key] = value
    return document


def _holders(part: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a part within the document: the object or array, and the key or index."""
    for key, value in part.items() if isinstance(part, dict) else enumerate(part):
        yield part, key
        if key == "records" and isinstance(value, dict):
            # The names of all fields would be most of the places.
            yield from islice(_holders(value), _FEW)
        elif isinstance(value, dict | list):
            yield from _holders(value)
