"""What a script does to show a finding: the entries of recipes.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from llm_conformance.checks.registry import Check
from llm_conformance.records import Finding

# The model is made to say the same again, and says something else: nothing that a script could show.
_FLAKY = "flaky"
ANSWERS, PAUSED, FAILING, EMPTY, CROWD, SEARCH, CHAT, FAULT, GOLDEN = (
    "answers",
    "paused",
    "failing",
    "empty",
    "crowd",
    "search",
    "chat",
    "fault",
    "golden",
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a script does to show some findings of some checks; recipes.toml describes the fields."""

    covers: tuple[str, ...]
    act: str
    kept: str
    codes: tuple[str, ...]
    expected: str
    source: str

    def shows(self, check: Check, finding: Finding) -> bool:
        """Whether the act shows this finding."""
        return (
            (check.id in self.covers or check.family in self.covers)
            and (finding.code in self.codes if self.codes else finding.code != _FLAKY)
            and self.expected in {"", finding.expected}
        )


@cache
def recipes() -> tuple[Recipe, ...]:
    """All recipes, in the order of the file."""
    content = tomllib.loads(files("llm_conformance.reproduce").joinpath("recipes.toml").read_text(encoding="utf-8"))
    return tuple(
        Recipe(
            covers=tuple(entry["covers"]),
            act=entry["act"].strip("\n"),
            kept=entry.get("kept", "actual == expected"),
            codes=tuple(entry.get("codes", ())),
            expected=entry.get("expected", ""),
            source=entry.get("source", ANSWERS),
        )
        for entry in content.values()
    )


def recipe_of(check: Check, finding: Finding) -> Recipe | None:
    """The first recipe that shows this finding; None if there is none."""
    return next((one for one in recipes() if one.shows(check, finding)), None)
