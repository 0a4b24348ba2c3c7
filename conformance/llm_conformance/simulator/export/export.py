"""The files of an export: one for each golden stream and format, and an index."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llm_conformance.simulator.export.played import played
from llm_conformance.simulator.export.request import request_for
from llm_conformance.simulator.faults import FAULTS, Fault, fault_named
from llm_conformance.simulator.formats import FORMATS, Format, format_named
from llm_conformance.simulator.formats.asked import TEXT
from llm_fixtures import Golden, golden, names

VERSION = 1
BASELINE = "baseline"
# In characters. A longer stream is exported without faults, and a fault that makes a stream longer with one stream:
# otherwise an export is gigabytes.
_LONGEST = 4096
_FOR_LONG_FAULTS = "plain-ascii"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is exported: the names of streams, formats and faults; empty for all.

    Raises ValueError, with the nearest known name, if a name is unknown.
    """

    streams: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.streams:
            golden(name)
        for name in self.formats:
            format_named(name)
        for name in self.faults:
            fault_named(name)

    @property
    def goldens(self) -> Iterator[Golden]:
        """The selected golden streams."""
        return (golden(name) for name in self.streams or names())


@dataclass(slots=True)
class Export:
    """Writes the files below `folder`. Iterating writes one file at a time and yields its path below the folder."""

    folder: Path
    selection: Selection = field(default_factory=Selection)
    index: list[dict[str, Any]] = field(default_factory=list)

    def __iter__(self) -> Iterator[Path]:
        for stream in self.selection.goldens:
            for form in self._formats(stream):
                path = Path(form.name, f"{stream.name}.json")
                self._write(path, self._answers(stream, form))
                self.index.append({"file": path.as_posix(), "stream": stream.name, "format": form.name})
                yield path
        index = Path("index.json")
        self._write(index, {"version": VERSION, "files": self.index})
        yield index

    def _formats(self, stream: Golden) -> list[Format]:
        """The formats in which the stream has something to say."""
        chosen = [FORMATS[name] for name in self.selection.formats or FORMATS]
        return [form for form in chosen if stream.is_text or form.speaks != TEXT]

    def _answers(self, stream: Golden, form: Format) -> dict[str, Any]:
        faults = [fault_named(name) for name in self.selection.faults] or [FAULTS[BASELINE], *_others(stream)]
        return {
            "version": VERSION,
            "stream": {"name": stream.name, "prompt": stream.prompt, "why": stream.why},
            "format": form.name,
            "request": {"method": "POST", "path": form.stream_path(), "body": request_for(form.name, stream)},
            "answers": [played(stream, form, fault) for fault in faults if form.name in fault.formats],
        }

    def _write(self, path: Path, value: dict[str, Any]) -> None:
        """A JSON document with one line for each key, and for each item of a list: a search finds an answer whole."""
        lines = (f"{json.dumps(key)}: {_lines(item)}" for key, item in value.items())
        whole = self.folder / path
        whole.parent.mkdir(parents=True, exist_ok=True)
        # A lone surrogate is no UTF-8, so everything beyond ASCII is escaped.
        whole.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="ascii", newline="\n")


def _lines(value: Any) -> str:
    if not isinstance(value, list):
        return json.dumps(value)
    return "[\n" + ",\n".join(map(json.dumps, value)) + "\n]"


def _others(stream: Golden) -> list[Fault]:
    """The faults that are exported with the stream."""
    if _length(stream) > _LONGEST:
        return []
    long_too = stream.name == _FOR_LONG_FAULTS
    others = [fault for name, fault in FAULTS.items() if name != BASELINE]
    return [fault for fault in others if long_too or _length(fault.answer(stream)) <= _LONGEST]


def _length(stream: Golden) -> int:
    return sum(map(len, stream.text_tokens())) + sum(len(call.arguments) for call in stream.calls)
