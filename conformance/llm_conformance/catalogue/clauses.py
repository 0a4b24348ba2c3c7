"""The clauses of the contract, and which checks cover them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Level


@dataclass(frozen=True, slots=True)
class Clause:
    """One requirement. `none` says why no check covers it, and is empty if `checks` is not."""

    id: str
    level: Level
    rule: str
    checks: tuple[str, ...]
    none: str = ""
    note: str = ""


@cache
def clauses() -> dict[str, Clause]:
    """All clauses by id, in the contract's order."""
    content = tomllib.loads(files("llm_conformance.catalogue").joinpath("clauses.toml").read_text(encoding="utf-8"))
    found = {}
    for name, clause in content.items():
        own = dict.fromkeys(check.family for check in CHECKS.values() if check.clause == name)
        found[name] = Clause(
            id=name,
            level=Level(clause["level"]),
            rule=clause["rule"],
            checks=(*own, *clause.get("also", ())),
            none=clause.get("none", ""),
            note=clause.get("note", ""),
        )
    return found


def contract_page() -> Iterable[str]:
    """The contract as a Markdown page: every clause, with the checks that cover it."""
    covered = sum(bool(clause.checks) for clause in clauses().values())
    yield "# The contract"
    yield ""
    yield "What a Runnable-style streaming model must do for its callers, and the checks that test it."
    yield f"{len(clauses())} clauses, of which {len(CHECKS)} checks cover {covered}; `--llm-explain=ID` shows more."
    yield ""
    yield "| clause | level | rule | covered by |"
    yield "|---|---|---|---|"
    for clause in clauses().values():
        checks = ", ".join(map(_named, clause.checks)) or f"*none {clause.none}*"
        note = f" ({clause.note})" if clause.note else ""
        yield f"| {clause.id} | {clause.level.upper()} | {clause.rule} | {checks}{note} |"


def _named(check: str) -> str:
    faults = sum(one.family == check for one in CHECKS.values() if one.fault)
    return f"`{check}[..]` ({faults} faults)" if faults else f"`{check}`"
