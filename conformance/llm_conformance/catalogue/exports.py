"""The checks whose findings `export` shows as a script, as far as `--llm-explain` names them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from llm_conformance.checks.registry import Check

EXPORT = "python -m llm_conformance export RUN.json {} -o repro.py"


def is_exported(check: Check) -> bool:
    """Whether there is a script for findings of the check; a single finding may have none."""
    return not _covered().isdisjoint({check.id, check.family})


@cache
def _covered() -> frozenset[str]:
    """The ids and families that the recipes of scripts cover."""
    content = tomllib.loads(files("llm_conformance.reproduce").joinpath("recipes.toml").read_text(encoding="utf-8"))
    return frozenset(name for recipe in content.values() for name in recipe["covers"])
