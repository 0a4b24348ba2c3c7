"""Renders an observation as lines of text that do not change from run to run: no ids, no times, no versions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence

from llm_conformance.records import Control, Event, Events, Stream, SubjectInfo, Value, first_difference
from llm_conformance.report.escape import around, escape

LINES = 30
WIDTH = 106
_SIDE = 10

# Providers put ids and times into these fields, so only their shape is rendered.
_SHAPE_ONLY = {"additional_kwargs", "generation_info", "id", "llm_output", "response_metadata", "usage_metadata"}
_KEYS = {"event", "name", "run_id", "tags", "metadata", "data", "parent_ids"}
_OF_THE_FRAMEWORK = ("ls_", "lc_")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def snapshot(observation: Stream | Events, about: SubjectInfo) -> str:
    """The observation as the text of its snapshot."""
    writer = SnapshotWriter(about)
    lines = list(writer.chunks(observation) if isinstance(observation, Stream) else writer.events(observation))
    while lines and not lines[-1]:
        lines.pop()
    return "".join(f"{_with_visible_end(line)}\n" for line in lines)


def difference(accepted: str, actual: str, *, path: str) -> list[str]:
    """A unified diff of two snapshots, at most `LINES` lines of `WIDTH` columns; `path` names the accepted one."""
    before, after = accepted.splitlines(), actual.splitlines()
    lines = list(difflib.unified_diff(before, after, path, "actual", n=1, lineterm=""))
    header, body = lines[:2], _narrow(lines[2:])
    room = LINES - len(header)
    if len(body) > room:
        body = [*body[: room - 1], f"and {len(body) - room + 1} more lines"]
    return [*header, *body]


class SnapshotWriter:
    """Renders one observation; it numbers the runs in order of appearance."""

    def __init__(self, about: SubjectInfo) -> None:
        self._runs: dict[str, str] = {}
        self._prompt = about.prompts[0]
        # The nonce of a controlled prompt differs from run to run.
        self._plain = self._prompt if about.control is Control.BLACKBOX else self._prompt.rpartition(" [")[0]

    def chunks(self, stream: Stream) -> Iterator[str]:
        """The number and types of the chunks, then their texts with `|` between them, one line per line of text."""
        kinds = " and ".join(dict.fromkeys(_kind(chunk) for chunk in stream.chunks))
        count = len(stream.chunks)
        yield f"{count} chunk{'s' * (count != 1)} of {kinds}" if count else "no chunks"
        cells = (self._shape(one) if one.text is None else self._literal(one.text) for one in stream.chunks)
        yield from "|".join(cells).split("\n")

    def events(self, events: Events) -> Iterator[str]:
        """One line per event."""
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

    def _shape(self, value: Value, *, with_text: bool = True) -> str:
        """The type of a value and of its items, without numbers; texts are rendered only `with_text`."""
        kind = _kind(value)
        if value.base in {"NoneType", "bool"}:
            return repr(value.scalar)
        if value.base in _BRACKETS:
            first, last = _BRACKETS[value.base]
            inside = ", ".join(self._shape(one, with_text=with_text) for one in value.items)
            body = self._items(value.fields, with_text=with_text) if value.base == "dict" else f"{first}{inside}{last}"
            return body if kind == value.base else f"{kind} {body}"
        if value.text is None or not with_text:
            return kind
        quoted = f'"{self._text(value.text)}"'
        return quoted if kind == "str" else f"{kind} {quoted}"

    def _items(self, fields: dict[str, Value], *, with_text: bool = True) -> str:
        inside = (
            f"{self._text(key)}: {self._shape(value, with_text=with_text and key not in _SHAPE_ONLY)}"
            for key, value in sorted(fields.items())
        )
        return f"{{{', '.join(inside)}}}"

    def _literal(self, text: str) -> str:
        return "\\n\n".join(map(escape, self._stable(text).split("\n")))

    def _text(self, text: str) -> str:
        return escape(self._stable(text)).replace('"', '\\"')

    def _stable(self, text: str) -> str:
        """The text without what differs from run to run: numbered run ids, and the prompt without its nonce."""
        text = text.replace(self._prompt, self._plain)
        return _UUID.sub(lambda found: self._runs.get(found[0], found[0]), text)


_BRACKETS = {"dict": ("{", "}"), "list": ("[", "]"), "tuple": ("(", ")")}


def _kind(value: Value) -> str:
    return value.type.rpartition(".")[2]


def _with_visible_end(line: str) -> str:
    """The line with a trailing blank escaped: editors and git hooks strip it otherwise."""
    return f"{line[:-1]}\\x20" if line.endswith(" ") else line


def _narrow(lines: Sequence[str]) -> list[str]:
    """The lines of a diff; a long line is cut around its first difference from the line that replaces it."""
    narrow: list[str] = []
    index = 0
    while index < len(lines):
        removed = _run_of("-", lines, index)
        added = _run_of("+", lines, index + len(removed))
        pairs = [first_difference(old[1:], new[1:]) for old, new in zip(removed, added, strict=False)]
        places = [*pairs, *[0] * (max(len(removed), len(added)) - len(pairs))]
        for side in (removed, added):
            cut = [line[0] + around(line[1:], at, WIDTH - 1) for line, at in zip(side, places, strict=False)]
            narrow += _short(cut)
        index += len(removed) + len(added)
        if not removed and not added:
            narrow.append(around(lines[index], 0, WIDTH))
            index += 1
    return narrow


def _short(lines: list[str]) -> list[str]:
    """One side of a change, cut so that the other side fits below it."""
    if len(lines) <= _SIDE + 1:
        return lines
    return [*lines[:_SIDE], f"{lines[0][0]}and {len(lines) - _SIDE} more lines"]


def _run_of(sign: str, lines: Sequence[str], start: int) -> list[str]:
    end = start
    while end < len(lines) and lines[end].startswith(sign):
        end += 1
    return list(lines[start:end])
