"""Whether two findings show one defect: the same place, or the same difference.

A check that builds on a declared deviation is judged all the same. What it finds is a finding, unless it is the known
defect once more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher

from llm_conformance.judge.same_change import same_change
from llm_conformance.records import Display, Finding, Text, one_line

# Characters. Longer texts are compared as a whole only: a difference takes a time that grows with their product.
_LONGEST = 2000
# What models do to blanks. Of an answer that is nothing else, all is lost.
_STRIPS: tuple[Callable[[str], str], ...] = (
    str.strip,
    str.lstrip,
    str.rstrip,
    lambda text: "".join(text.split()),
    lambda text: " ".join(text.split()),
)
_PLACE = re.compile(r"\(([^()]+:\d+ in [^()]+)\)\Z")
_NUMBER = re.compile(r"\d+(\.\d+)?")


def same_defect(new: Finding, known: Finding) -> bool:
    """Whether the new finding has the cause of the known one, as far as it shows."""
    if isinstance(new.actual, str) and isinstance(known.actual, str):
        places = _PLACE.search(new.actual), _PLACE.search(known.actual)
        if places[0] and places[1]:
            return places[0][1] == places[1][1]
        return _same_words(new, known)
    if same_change(new, known) or _sides(new) in (_sides(known), _sides(known)[::-1]):
        return True
    if isinstance(new.expected, str) or isinstance(known.expected, str):
        return False
    return any(_explains(strip, new) and _explains(strip, known) for strip in _STRIPS) or _is_part(new, known)


def _is_part(new: Finding, known: Finding) -> bool:
    """Whether all that the new finding replaces, the known one replaces, too, in one direction or the other."""
    sides, change = _sides(known), _change(*_sides(new))
    return bool(change) and (change <= _change(*sides) or change <= _change(*sides[::-1]))


def _explains(strip: Callable[[str], str], finding: Finding) -> bool:
    """Whether the actual text is the expected one after this, done to the whole text or to each chunk."""
    expected, actual = finding.expected, _whole(finding.actual)
    if not isinstance(expected, Text) or expected.whole == actual:
        return False
    return actual in (strip(expected.whole), "".join(map(strip, expected.chunks)))


def _same_words(new: Finding, known: Finding) -> bool:
    """Whether both say the same of the model, apart from numbers."""
    return new.code == known.code and all(
        _NUMBER.sub("#", one_line(side)) == _NUMBER.sub("#", one_line(other))
        for side, other in ((new.expected, known.expected), (new.actual, known.actual))
    )


def _sides(finding: Finding) -> tuple[str, str]:
    return _whole(finding.expected), _whole(finding.actual)


def _whole(side: Display) -> str:
    return side.whole if isinstance(side, Text) else side


def _change(expected: str, actual: str) -> frozenset[tuple[str, str]]:
    """What is replaced by what, from one text to the other; empty if that is not known."""
    if max(len(expected), len(actual)) > _LONGEST or not expected:
        return frozenset()
    if not actual:
        return frozenset({("everything", "")})
    if actual == expected * (len(actual) // len(expected)):
        return frozenset({("everything", "repeated")})
    codes: Iterable[tuple[str, int, int, int, int]] = SequenceMatcher(
        None, expected, actual, autojunk=False
    ).get_opcodes()
    return frozenset((expected[a:b], actual[c:d]) for tag, a, b, c, d in codes if tag != "equal")
