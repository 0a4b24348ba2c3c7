"""The provider formats by name and by path."""

from difflib import get_close_matches

from llm_conformance.simulator.formats.format import Format, Order, Refusal
from llm_conformance.simulator.formats.openai_completions import OPENAI_COMPLETIONS

__all__ = ["FORMATS", "Format", "Order", "Refusal", "format_at", "format_named"]

FORMATS = {form.name: form for form in (OPENAI_COMPLETIONS,)}


def format_named(name: str) -> Format:
    """The format of this name; an unknown one is a ValueError that names the nearest."""
    if name not in FORMATS:
        nearest = ", ".join(repr(known) for known in get_close_matches(name, FORMATS, cutoff=0))
        raise ValueError(f"no format is called {name!r}; nearest: {nearest}")
    return FORMATS[name]


def format_at(path: str) -> Format | None:
    """The format whose requests arrive at this path."""
    return next((form for form in FORMATS.values() if form.path == path), None)
