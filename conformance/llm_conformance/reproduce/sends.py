"""The steps of a response as Python source: as short as they can be written without a change to a byte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from llm_conformance.reproduce.literal import WIDTH, bytes_literal, filled, quoted_bytes
from llm_conformance.reproduce.response import Call, Step

# What all events have in common is written once, if it is so long in all.
_COMMON = 40
_FEW = 3
# So many sends of equal length are one text that is cut.
_MANY = 24
_EVENT = '''\
def event(own: bytes) -> bytes:
    """One event of the stream: they differ in one place."""
    return (
{before}
        + own
{after}
    )
'''
_CHUNK = '''\
def chunk(data: bytes) -> bytes:
    """The data as a chunk of HTTP."""
    return b"%x\\r\\n%b\\r\\n" % (len(data), data)
'''
_CHUNKS = '''\
def chunks(data: bytes, sizes: list[int]) -> list[bytes]:
    """The data as chunks of HTTP of these sizes."""
    ends = itertools.accumulate(sizes)
    return [chunk(data[end - size : end]) for end, size in zip(ends, sizes, strict=True)]
'''
_CUT = '''\
def cut(data: bytes, size: int) -> list[bytes]:
    """The bytes in sends of this size."""
    return [data[start : start + size] for start in range(0, len(data), size)]
'''


class Sends:
    """The source of some responses. functions: what they need."""

    def __init__(self, responses: Sequence[Sequence[Step]]) -> None:
        steps = [step for response in responses for step in response]
        found = [data for step in steps if (data := _chunk(step)) is not None]
        # Of a body that is cut anywhere, each event is in several chunks.
        events = found if _common(found)[0] else _lines(b"".join(found))
        self._before, self._after = _common(events)
        self.functions: list[str] = []

    def source(self, steps: Sequence[Step]) -> list[str]:
        """The items of a list, line by line."""
        if (size := _equal_sends(steps)) is not None:
            self._need(_CUT)
            data = b"".join(step for step in steps if isinstance(step, bytes))
            *first, last = bytes_literal(data)
            lines = ["*cut(", *(f"    {line}" for line in first), f"    {last},", f"    {size},", "),"]
            return [*lines, *(f"{step.text}," for step in steps if isinstance(step, Call))]
        return [line for kind, group in groupby(steps, key=self._kind) for line in self._group(list(group), kind)]

    def _kind(self, step: Step) -> str:
        """What the step is: an event in a chunk of its own, another chunk, or something else."""
        data = _chunk(step)
        return "other" if data is None else "chunk" if self._own(data) is None else "event"

    def _group(self, steps: Sequence[Step], kind: str) -> Iterator[str]:
        """The source of steps of one kind."""
        if kind == "event":
            yield from self._events(steps)
        elif kind == "chunk" and len(steps) >= _MANY:
            yield from self._recut([_chunk(step) or b"" for step in steps])
        else:
            for step in steps:
                yield from _plain(step)

    def _events(self, steps: Sequence[Step]) -> Iterator[str]:
        self._need_event()
        owns = [quoted_bytes(self._own(_chunk(step)) or b"") for step in steps]
        self._need(_CHUNK)
        if len(owns) < _FEW:
            yield from (f"chunk(event({own}))," for own in owns)
            return
        yield "*map(chunk, map(event, ["
        yield from (f"    {line}" for line in filled(owns))
        yield "])),"

    def _recut(self, data: Sequence[bytes]) -> Iterator[str]:
        """Chunks of any size: the body, event by event, and the sizes."""
        self._need(_CHUNK)
        self._need(_CHUNKS)
        yield "*chunks("
        yield '    b"".join(['
        for own, group in groupby(_lines(b"".join(data)), key=lambda line: self._own(line) is not None):
            lines = list(group)
            if own:
                self._need_event()
                yield "        *map(event, ["
                yield from (
                    f"            {line}" for line in filled(quoted_bytes(self._own(one) or b"") for one in lines)
                )
                yield "        ]),"
            else:
                yield from (f"        {line}" for one in lines for line in _plain(one))
        yield "    ]),"
        yield from ("    [", *(f"        {line}" for line in filled(str(len(one)) for one in data)), "    ],", "),")

    def _need_event(self) -> None:
        self._need(_EVENT.format(before=_indented(self._before, 8), after=_plus(self._after)))

    def _own(self, data: bytes | None) -> bytes | None:
        """What an event has of its own; None of anything else."""
        if data is None or not self._before or len(data) < len(self._before) + len(self._after):
            return None
        if not data.startswith(self._before) or not data.endswith(self._after):
            return None
        return data[len(self._before) : len(data) - len(self._after)]

    def _need(self, function: str) -> None:
        if function not in self.functions:
            self.functions.append(function)


def _plain(step: Step) -> Iterator[str]:
    if isinstance(step, Call):
        yield f"{step.text},"
        return
    lines = bytes_literal(step)
    if len(lines) == 1 and len(lines[0]) < WIDTH:
        yield f"{lines[0]},"
    else:
        yield "("
        yield from (f"    {line}" for line in lines)
        yield "),"


def _chunk(step: Step) -> bytes | None:
    """The data of an HTTP chunk that was sent by itself; None of anything else."""
    if not isinstance(step, bytes):
        return None
    size, _, rest = step.partition(b"\r\n")
    data = rest[:-2]
    return data if data and step == b"%x\r\n%b\r\n" % (len(data), data) and size else None


def _lines(body: bytes) -> list[bytes]:
    """The events of a body: what ends with an empty line, or with a line of JSON."""
    end = next((end for end in (b"\r\n\r\n", b"\n\n", b"\r\r") if end in body), b"\n")
    parts = body.split(end)
    return [part + end for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _common(events: Sequence[bytes]) -> tuple[bytes, bytes]:
    """What most of the events begin and end with; empty if that is little. The first and the last may be of a kind."""
    choices = [_ends(events[first : len(events) - last]) for first in range(6) for last in range(6)]
    saved, best = max(choices, key=lambda choice: choice[0], default=(0, (b"", b"")))
    return best if saved else (b"", b"")


def _ends(alike: Sequence[bytes]) -> tuple[int, tuple[bytes, bytes]]:
    """The bytes that these events have in common at both ends, and how many are saved if they are written once."""
    if len(alike) < _FEW:
        return 0, (b"", b"")
    before = _beginning(alike)
    after = _beginning([data[len(before) :][::-1] for data in alike])[::-1]
    length = len(before) + len(after)
    return (length * (len(alike) - 1) if length > _COMMON else 0), (before, after)


def _beginning(alike: Sequence[bytes]) -> bytes:
    """What all of them begin with."""
    least, most = min(alike), max(alike)
    length = next((at for at, pair in enumerate(zip(least, most, strict=False)) if pair[0] != pair[1]), len(least))
    return least[:length]


def _equal_sends(steps: Sequence[Step]) -> int | None:
    """The size of the sends, if there are many of one size and the last of them is not larger; None otherwise."""
    sends = [step for step in steps if isinstance(step, bytes)]
    tail = [isinstance(step, Call) for step in steps]
    if len(sends) < _MANY or tail != sorted(tail):
        return None
    size = len(sends[0])
    return size if {len(one) for one in sends[:-1]} == {size} and len(sends[-1]) <= size else None


def _indented(data: bytes, by: int) -> str:
    return "\n".join(" " * by + line for line in bytes_literal(data))


def _plus(data: bytes) -> str:
    first, *rest = bytes_literal(data)
    return "\n".join([f"        + {first}", *(f"        {line}" for line in rest)])
