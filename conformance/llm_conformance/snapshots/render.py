"""What was seen as lines of text that are the same whenever the model does the same: no ids, no times, no versions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence

from llm_conformance.records import Control, Event, Events, Stream, SubjectInfo, Value, first_difference
from llm_conformance.report.escape import around, escape

LINES = 30
WIDTH = 106
_SIDE = 10

# What providers tell beside the answer has ids and times in it, so only its shape is shown.
_ASIDE = {"additional_kwargs", "generation_info", "id", "llm_output", "response_metadata", "usage_metadata"}
_KEYS = {"event", "name", "run_id", "tags", "metadata", "data", "parent_ids"}
_OF_THE_FRAMEWORK = ("ls_", "lc_")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def snapshot(observation: Stream | Events, about: SubjectInfo) -> str:
    """The observation as the text of its snapshot."""
    scribe = SnapshotWriter(about)
    lines = list(scribe.chunks(observation) if isinstance(observation, Stream) else scribe.events(observation))
    while lines and not lines[-1]:
        lines.pop()
    return "".join(f"{_kept(line)}\n" for line in lines)


def difference(accepted: str, seen: str, *, named: str) -> list[str]:
    """A unified difference of two snapshots, in as many lines and columns as somebody reads."""
    before, after = accepted.splitlines(), seen.splitlines()
    lines = list(difflib.unified_diff(before, after, named, "seen", n=1, lineterm=""))
    header, body = lines[:2], _narrow(lines[2:])
    room = LINES - len(header)
    if len(body) > room:
        body = [*body[: room - 1], f"and {len(body) - room + 1} lines more"]
    return [*header, *body]


class SnapshotWriter:
    """Writes down one observation; it numbers the runs as they appear."""

    def __init__(self, about: SubjectInfo) -> None:
        self._runs: dict[str, str] = {}
        self._prompt = about.prompts[0]
        # The nonce of a controlled prompt is another one in each run.
        self._plain = self._prompt if about.control is Control.BLACKBOX else self._prompt.rpartition(" [")[0]

    def chunks(self, stream: Stream) -> Iterator[str]:
        """How many there are and of which types, then their texts with `|` between them, a line of text a line."""
        kinds = " and ".join(dict.fromkeys(_kind(chunk) for chunk in stream.chunks))
        count = len(stream.chunks)
        yield f"{count} chunk{'s' * (count != 1)} of {kinds}" if count else "no chunks"
        cells = (self._shape(one) if one.text is None else self._literal(one.text) for one in stream.chunks)
        yield from "|".join(cells).split("\n")

    def events(self, events: Events) -> Iterator[str]:
        """One event a line."""
        return (self._event(event) for event in events.events)

    def _event(self, event: Event) -> str:
        if event.value.base != "dict":
            return self._shape(event.value)
        parts = [self._text(event.event), f'"{self._text(event.name)}"', self._run(event.run_id)]
        if event.parent_ids:
            parts.append(f"in {', '.join(map(self._run, event.parent_ids))}")
        if event.tags:
            parts.append(f"tags [{', '.join(map(self._text, event.tags))}]")
        parts += [f"{self._text(key)}: {self._shape(value)}" for key, value in sorted(event.data.items())]
        own = {key: value for key, value in event.metadata.items() if not key.startswith(_OF_THE_FRAMEWORK)}
        if own:
            parts.append(f"metadata {self._items(own)}")
        if more := sorted(event.value.fields.keys() - _KEYS):
            parts.append(f"and {', '.join(map(self._text, more))}")
        return " ".join(parts)

    def _run(self, run_id: str) -> str:
        if not run_id:
            return "no run"
        return self._runs.setdefault(run_id, f"run {len(self._runs) + 1}")

    def _shape(self, seen: Value, *, shown: bool = True) -> str:
        """The type of a value, with what is inside; numbers are left out, and texts where they are not `shown`."""
        kind = _kind(seen)
        if seen.base in {"NoneType", "bool"}:
            return repr(seen.scalar)
        if seen.base in _BRACKETS:
            first, last = _BRACKETS[seen.base]
            inside = [self._shape(one, shown=shown) for one in seen.items]
            body = self._items(seen.fields, shown=shown) if seen.base == "dict" else f"{first}{', '.join(inside)}{last}"
            return body if kind == seen.base else f"{kind} {body}"
        if seen.text is None or not shown:
            return kind
        quoted = f'"{self._text(seen.text)}"'
        return quoted if kind == "str" else f"{kind} {quoted}"

    def _items(self, fields: dict[str, Value], *, shown: bool = True) -> str:
        inside = (
            f"{self._text(key)}: {self._shape(value, shown=shown and key not in _ASIDE)}"
            for key, value in sorted(fields.items())
        )
        return f"{{{', '.join(inside)}}}"

    def _literal(self, text: str) -> str:
        return "\\n\n".join(map(escape, self._known(text).split("\n")))

    def _text(self, text: str) -> str:
        return escape(self._known(text)).replace('"', '\\"')

    def _known(self, text: str) -> str:
        """The text, with the names of the runs and of the prompt for what differs from run to run."""
        text = text.replace(self._prompt, self._plain)
        return _UUID.sub(lambda found: self._runs.get(found[0], found[0]), text)


_BRACKETS = {"dict": ("{", "}"), "list": ("[", "]"), "tuple": ("(", ")")}


def _kind(seen: Value) -> str:
    return seen.type.rpartition(".")[2]


def _kept(line: str) -> str:
    """The line with a blank at its end spelled out: editors and hooks of git take it away."""
    return f"{line[:-1]}\\x20" if line.endswith(" ") else line


def _narrow(lines: Sequence[str]) -> list[str]:
    """The lines of a difference, long ones cut around the place where one departs from the one that replaces it."""
    narrow: list[str] = []
    index = 0
    while index < len(lines):
        gone = _run_of("-", lines, index)
        new = _run_of("+", lines, index + len(gone))
        pairs = [first_difference(old[1:], now[1:]) for old, now in zip(gone, new, strict=False)]
        places = [*pairs, *[0] * (max(len(gone), len(new)) - len(pairs))]
        for side in (gone, new):
            shown = [line[0] + around(line[1:], at, WIDTH - 1) for line, at in zip(side, places, strict=False)]
            narrow += _short(shown)
        index += len(gone) + len(new)
        if not gone and not new:
            narrow.append(around(lines[index], 0, WIDTH))
            index += 1
    return narrow


def _short(lines: list[str]) -> list[str]:
    """One side of a change, so long that the other has its place below it."""
    if len(lines) <= _SIDE + 1:
        return lines
    return [*lines[:_SIDE], f"{lines[0][0]}and {len(lines) - _SIDE} lines more"]


def _run_of(sign: str, lines: Sequence[str], start: int) -> list[str]:
    end = start
    while end < len(lines) and lines[end].startswith(sign):
        end += 1
    return list(lines[start:end])
