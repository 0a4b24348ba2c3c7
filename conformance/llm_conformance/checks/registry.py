"""What a check is, and the decorator that registers one.

A check's parameters name the observations it judges, as pytest's fixtures do.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from llm_conformance.records import Control, Findings, Kind, Level

MUST, SHOULD, MAY = Level.MUST, Level.SHOULD, Level.MAY

_ID = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of the contract, made executable.

    needs: the observations it names; `about` is not one of them.
    each: the observations that its first parameter takes in turn.
    after: the checks whose failure leaves this one nothing to say.
    deterministic: it compares answers of several calls, so the model must give the same one each time.
    kinds: the kinds of Runnable whose contract has the clause.
    claim: the key of the profile that must be declared true for the check to apply, or "no KEY" for declared false.
    fault: what goes wrong in all that it judges, where it is one of a family of checks.
    """

    id: str
    level: Level
    clause: str
    rule: str
    judge: Callable[..., Findings]
    observations: tuple[str, ...]
    for_each: tuple[str, ...]
    requires: tuple[str, ...]
    deterministic: bool
    kinds: tuple[Kind, ...]
    control: Control
    claim: str | None
    fault: str = ""

    @property
    def family(self) -> str:
        """The id without the fault."""
        return self.id.partition("[")[0]

    @property
    def group(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]


CHECKS: dict[str, Check] = {}
FAMILIES: dict[str, Check] = {}


def check(
    name: str,
    level: Level,
    *,
    clause: str,
    for_each: Iterable[str] = (),
    requires: Iterable[str] = (),
    deterministic: bool = False,
    kinds: Iterable[Kind] = tuple(Kind),
    control: Control = Control.BLACKBOX,
    claim: str | None = None,
    fault_family: bool = False,
) -> Callable[[Callable[..., Findings]], Callable[..., Findings]]:
    """Register a pure generator as the check `name`; TypeError names the culprit where it cannot be one.

    faults: it is a family of checks, one for each fault of the class that the id names behind the dot; the level is
    then the highest of any.
    """

    def register(judge: Callable[..., Findings]) -> Callable[..., Findings]:
        if not _ID.fullmatch(name):
            raise TypeError(f"check {name!r}: an id has the form group.kebab-case")
        known = {**CHECKS, **FAMILIES}
        if name in known:
            raise TypeError(f"check {name!r}: the id is taken by {known[name].judge.__name__}()")
        rule = inspect.getdoc(judge)
        if not rule:
            raise TypeError(f"check {name!r}: {judge.__name__}() has no docstring, which is the rule")
        parameters = list(inspect.signature(judge).parameters)
        named = parameters[1:] if in_turn else parameters
        (FAMILIES if fault_family else CHECKS)[name] = Check(
            id=name,
            level=level,
            clause=clause,
            rule=rule,
            judge=judge,
            observations=tuple(parameter for parameter in named if parameter != "about"),
            for_each=in_turn,
            requires=tuple(requires),
            deterministic=deterministic,
            kinds=tuple(kinds),
            control=control,
            claim=claim,
        )
        return judge

    in_turn = tuple(for_each)
    return register


def expand_fault_families(faults: Mapping[str, tuple[str, Level, str]]) -> None:
    """Make a check of each family for each fault: its class, its level, and its rule, by its name."""
    for family in FAMILIES.values():
        for fault, (kind, level, rule) in faults.items():
            if family.id.partition(".")[2] == kind:
                CHECKS[f"{family.id}[{fault}]"] = replace(
                    family,
                    id=f"{family.id}[{fault}]",
                    level=level,
                    rule=f"{family.rule} Here: {rule}",
                    for_each=tuple(f"{name}[{fault}]" for name in family.for_each),
                    fault=fault,
                )
