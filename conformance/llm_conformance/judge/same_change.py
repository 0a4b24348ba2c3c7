"""What a model does to every answer in the same way: it loses an end of it, or says a part of it twice."""

from __future__ import annotations

from collections.abc import Callable

from llm_conformance.records import Display, Finding, Text

# langchain-core raises where nothing is left of an answer.
_NOTHING_LEFT = ("No generation chunks were returned", "No generations found in stream")


def same_change(new: Finding, known: Finding) -> bool:
    """Whether both findings show one of these changes; of an end, no more may be lost than in the known finding."""
    if not isinstance(new.expected, Text) or not isinstance(known.expected, Text):
        return False
    actual, known_actual = _text(new.actual), _text(known.actual)
    if actual is None or known_actual is None:
        return False
    if any(twice(new.expected, actual) and twice(known.expected, known_actual) for twice in _TWICE):
        return True
    sizes = ((lost(new.expected, actual), lost(known.expected, known_actual)) for lost in (_lost_first, _lost_last))
    return any(0 < size <= known_size for size, known_size in sizes)


def _text(actual: Display) -> Text | None:
    if isinstance(actual, Text):
        return actual
    return Text(()) if any(one in actual for one in _NOTHING_LEFT) else None


def _lost_first(expected: Text, actual: Text) -> int:
    """How many pieces are lost at the beginning; 0 if something else differs."""
    lost = len(expected.whole) - len(actual.whole)
    return _pieces(expected.chunks, lost) if expected.whole.endswith(actual.whole) else 0


def _lost_last(expected: Text, actual: Text) -> int:
    lost = len(expected.whole) - len(actual.whole)
    backwards = tuple(chunk[::-1] for chunk in reversed(expected.chunks))
    return _pieces(backwards, lost) if expected.whole.startswith(actual.whole) else 0


def _pieces(chunks: tuple[str, ...], characters: int) -> int:
    """In how many chunks the first characters are; in how many words, if the text is one chunk."""
    if characters <= 0:
        return 0
    if len(chunks) == 1:
        return max(1, len(chunks[0][:characters].split()))
    count, left = 0, characters
    for chunk in chunks:
        if left > 0:
            count += bool(chunk)
            left -= len(chunk)
    return count


def _each_twice(expected: Text, actual: Text) -> bool:
    chunks = [one for one in actual.chunks if one]
    return len(chunks) > 1 and chunks[::2] == chunks[1::2] and "".join(chunks[::2]) == expected.whole


def _whole_twice(expected: Text, actual: Text) -> bool:
    return bool(expected.whole) and actual.whole == 2 * expected.whole


def _first_twice(expected: Text, actual: Text) -> bool:
    first = next(filter(None, actual.chunks), "")
    return bool(first) and actual.whole == first + expected.whole


def _last_twice(expected: Text, actual: Text) -> bool:
    last = next(filter(None, reversed(actual.chunks)), "")
    return bool(last) and actual.whole == expected.whole + last


_TWICE: tuple[Callable[[Text, Text], bool], ...] = (_each_twice, _whole_twice, _first_twice, _last_twice)
