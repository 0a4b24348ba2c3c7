"""Why a rule matters to a user, what usually breaks it, and how to mend that: data beside the clauses."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from llm_conformance.checks.registry import Check


@dataclass(frozen=True, slots=True)
class Remedy:
    """What remedies.toml says of some rules; the file describes the fields."""

    covers: tuple[str, ...]
    why: str
    causes: tuple[str, ...]
    remedy: str
    example: tuple[str, ...]


@cache
def remedies() -> dict[str, Remedy]:
    """All entries by name, in the order of the file."""
    content = tomllib.loads(files("llm_conformance.catalogue").joinpath("remedies.toml").read_text(encoding="utf-8"))
    return {
        name: Remedy(
            covers=tuple(entry["covers"]),
            why=entry["why"],
            causes=tuple(entry["causes"]),
            remedy=entry["remedy"],
            example=tuple(entry["example"].strip("\n").splitlines()),
        )
        for name, entry in content.items()
    }


def remedy_of(check: Check) -> Remedy:
    """The entry that covers the check by its id, its family, its clause or its group, in this order."""
    by_name = {name: one for one in reversed(remedies().values()) for name in one.covers}
    names = (check.id, check.family, check.clause, check.group)
    return next(by_name[name] for name in names if name in by_name)


def remedy_for(name: str) -> Remedy | None:
    """The entry that covers a group or a clause itself; None if it covers single checks of it only."""
    return next((one for one in remedies().values() if name in one.covers), None)
