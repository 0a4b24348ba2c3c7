"""What a rule rests on: documentation of langchain-core, of Python, of providers, and standards."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from llm_conformance.checks.registry import Check


@dataclass(frozen=True, slots=True)
class Citation:
    """One passage; citations.toml describes the fields."""

    covers: tuple[str, ...]
    formats: tuple[str, ...]
    source: str
    quote: str

    def concerns(self, name: str, form: str) -> bool:
        """Whether the passage is about checks of this name, in this wire format."""
        return name in self.covers and (not self.formats or form in self.formats)


@cache
def citations() -> tuple[Citation, ...]:
    """All passages, in the order of the file."""
    content = tomllib.loads(files("llm_conformance.reproduce").joinpath("citations.toml").read_text(encoding="utf-8"))
    return tuple(
        Citation(tuple(one["covers"]), tuple(one.get("formats", ())), one["source"], one.get("quote", ""))
        for one in content["citations"]
    )


def citations_of(check: Check, form: str) -> Sequence[Citation]:
    """The passages for the check, else those for its family, else those for its group.

    form: the wire format of the run; empty without one.
    """
    names = (check.id, check.family, check.group)
    found = ([one for one in citations() if one.concerns(name, form)] for name in names)
    return next((some for some in found if some), [])
