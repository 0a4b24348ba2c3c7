"""`Check`, and the decorator that registers one.

The parameters of a check name the observations that it judges, as the parameters of a test name pytest's fixtures.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from llm_conformance.records import Control, Findings, Kind, Level, NotJudged

MUST, SHOULD, MAY = Level.MUST, Level.SHOULD, Level.MAY

_ID = re.compile(r"[a-z]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*")


# Takes the arguments of a check; why they exercise nothing, or None.
Vacuity = Callable[..., NotJudged | None]


@dataclass(frozen=True, slots=True)
class Claim:
    """A key of the profile, and the value that must be declared for it before a check applies."""

    key: str
    declared: bool = True

    def __str__(self) -> str:
        return f"{self.key} = {str(self.declared).lower()}"


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of the contract, as code.

    rule: one sentence, the docstring of `judge`.
    judge: a pure generator of findings.
    observations: the names of its parameters; `subject`, for a `SubjectInfo`, is not one of them.
    for_each: the observations that its first parameter takes in turn.
    requires: the checks that must pass first; if one fails, this check is blocked.
    deterministic: it compares the answers of several calls, so the model must give the same answer each time.
    sampling: it is about a model that gives the same prompt different answers.
    steady_usage: it compares the usage of several calls, so the model must count the same each time.
    few_answers: the model chooses among few answers, such as two tools, so that two calls often agree by chance.
    kinds: the kinds of subject to which the clause applies.
    control: the control over the model that it needs.
    claim: what the profile must declare before the check applies.
    vacuous: conditions under which its arguments exercise nothing, so that it does not pass if it finds nothing;
        `checks/vacuity.py` has them.
    empty_passes: why it passes on an observation with nothing in it; empty if it does not.
    fault, fault_rule: the fault of everything that it judges, and what the fault is, in a family of checks.
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
    claim: Claim | None
    vacuous: tuple[Vacuity, ...] = ()
    empty_passes: str = ""
    sampling: bool = False
    steady_usage: bool = False
    few_answers: bool = False
    fault: str = ""
    fault_rule: str = ""

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
    sampling: bool = False,
    steady_usage: bool = False,
    few_answers: bool = False,
    kinds: Iterable[Kind] = tuple(Kind),
    control: Control = Control.BLACKBOX,
    claim: Claim | None = None,
    vacuous: Iterable[Vacuity] = (),
    empty_passes: str = "",
    fault_family: bool = False,
) -> Callable[[Callable[..., Findings]], Callable[..., Findings]]:
    """Register a pure generator as the check `name`; TypeError names the check that cannot be registered, and why.

    fault_family: one check is made per fault of the kind that `name` has after the dot, each with the fault's level.
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
        parameters = judge.__code__.co_varnames[: judge.__code__.co_argcount]
        named = parameters[1:] if in_turn else parameters
        (FAMILIES if fault_family else CHECKS)[name] = Check(
            id=name,
            level=level,
            clause=clause,
            rule=rule,
            judge=judge,
            observations=tuple(parameter for parameter in named if parameter != "subject"),
            for_each=in_turn,
            requires=tuple(requires),
            deterministic=deterministic,
            kinds=tuple(kinds),
            control=control,
            claim=claim,
            vacuous=tuple(vacuous),
            empty_passes=empty_passes,
            sampling=sampling,
            steady_usage=steady_usage,
            few_answers=few_answers,
        )
        return judge

    in_turn = tuple(for_each)
    return register


def expand_fault_families(faults: Mapping[str, tuple[str, Level, str]]) -> None:
    """Make one check per family and fault. `faults` maps the name of each fault to its kind, its level and its rule."""
    for family in FAMILIES.values():
        for fault, (kind, level, rule) in faults.items():
            if family.id.partition(".")[2] == kind:
                CHECKS[f"{family.id}[{fault}]"] = replace(
                    family,
                    id=f"{family.id}[{fault}]",
                    level=level,
                    for_each=tuple(f"{name}[{fault}]" for name in family.for_each),
                    fault=fault,
                    fault_rule=rule,
                )
