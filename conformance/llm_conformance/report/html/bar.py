"""How much of what applies passed, failed and was not judged, as a bar."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from llm_conformance.report.html.outcome import Sign

WIDTH = 100.0
# What one check of many is at least as wide as.
_NARROWEST = 2.0
_STYLES = ("error", "must", "should", "may", "declared", "passed", "open")


class Part(NamedTuple):
    """The verdicts of one style. style: a class of the style sheet."""

    style: str
    x: float
    width: float


def bar(signs: Iterable[Sign]) -> tuple[Part, ...]:
    """The parts from the worst to what was not judged; none if nothing applies."""
    styles = [sign.style for sign in signs]
    counts = {style: number for style in _STYLES if (number := styles.count(style))}
    weights = {style: max(number / sum(counts.values()) * WIDTH, _NARROWEST) for style, number in counts.items()}
    parts, x = [], 0.0
    for style, weight in weights.items():
        width = weight * WIDTH / sum(weights.values())
        parts.append(Part(style, round(x, 2), round(width, 2)))
        x += width
    return tuple(parts)
