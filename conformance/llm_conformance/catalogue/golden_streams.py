"""The golden streams that a model is made to give, as findings name them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from llm_fixtures import golden, names

__all__ = ["golden_facts", "names"]


def golden_facts(name: str) -> tuple[str, Mapping[str, str]] | None:
    """Which mistake the stream of this name catches, and what is in it, by label; None if there is none."""
    if name not in names():
        return None
    stream = golden(name)
    pieces = Counter(type(one).__name__.lower() for one in stream.pieces)
    return stream.why, {
        "prompt": stream.prompt,
        "text": stream.text,
        "calls": ", ".join(f"{one.name} {one.arguments}" for one in stream.calls),
        "pieces": ", ".join(f"{kind} ({count})" for kind, count in pieces.items()),
        "ends with": stream.finish,
    }
