"""What a check and a scenario are, and the two lists of them.

A check's parameters name the observations it judges, a scenario's parameters after its stage the ones it builds on,
as pytest's fixtures do. What a decorator can see by itself is refused at once; `verify` settles what needs both lists.
"""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from llm_conformance.model import Control, Findings, Kind, Level, Observation

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
    needs: tuple[str, ...]
    each: tuple[str, ...]
    after: tuple[str, ...]
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


@dataclass(frozen=True, slots=True)
class Scenario:
    """One act on the subject, run once.

    owner: the check that alone reports that the act raised or hung; None where only determinism is drawn from it.
    method: the public method that the act is about; without it the act does not apply.
    calls: how many times the act asks the model for an answer.
    also: further methods that the act needs.
    after: the checks that must pass before the act is run at all.
    echoes: earlier acts; what breaks at the same spot as one of them is the same defect, and reported there.
    raises: the act is meant to raise, so an exception does not break the observation.
    hangs: a call that does not end is what the act is about, so that does not break the observation either.
    held: the model is made to say something, and held in it, which a black box cannot do by itself.
    unwired: why a simulated provider cannot do so; empty where it can.
    hooked: it can be done to a black box, too, where its hooks are held between their chunks.
    """

    name: str
    owner: str | None
    method: str
    calls: int
    act: Callable[..., Observation]
    uses: tuple[str, ...]
    also: tuple[str, ...]
    after: tuple[str, ...]
    echoes: tuple[str, ...]
    raises: bool
    hangs: bool
    held: bool
    unwired: str
    hooked: bool
    control: Control


CHECKS: dict[str, Check] = {}
FAMILIES: dict[str, Check] = {}
SCENARIOS: dict[str, Scenario] = {}


def check(
    name: str,
    level: Level,
    *,
    clause: str,
    each: Iterable[str] = (),
    after: Iterable[str] = (),
    deterministic: bool = False,
    kinds: Iterable[Kind] = tuple(Kind),
    control: Control = Control.BLACKBOX,
    claim: str | None = None,
    faults: bool = False,
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
        (FAMILIES if faults else CHECKS)[name] = Check(
            id=name,
            level=level,
            clause=clause,
            rule=rule,
            judge=judge,
            needs=tuple(parameter for parameter in named if parameter != "about"),
            each=in_turn,
            after=tuple(after),
            deterministic=deterministic,
            kinds=tuple(kinds),
            control=control,
            claim=claim,
        )
        return judge

    in_turn = tuple(each)
    return register


def scenario(
    *,
    owner: str | None,
    method: str,
    calls: int = 1,
    also: Iterable[str] = (),
    after: Iterable[str] = (),
    echoes: Iterable[str] = (),
    raises: bool = False,
    hangs: bool = False,
    held: bool = False,
    unwired: str = "",
    hooked: bool = False,
    control: Control = Control.BLACKBOX,
    fault: str = "",
) -> Callable[[Callable[..., Observation]], Callable[..., Observation]]:
    """Register a function of a stage as the scenario of its own name, and of its fault."""

    def register(act: Callable[..., Observation]) -> Callable[..., Observation]:
        name = f"{act.__name__}[{fault}]" if fault else act.__name__
        if name in SCENARIOS:
            raise TypeError(f"scenario {name!r}: the name is taken in {SCENARIOS[name].act.__module__}")
        SCENARIOS[name] = Scenario(
            name=name,
            owner=owner,
            method=method,
            calls=calls,
            act=act,
            uses=tuple(inspect.signature(act).parameters)[1:],
            also=tuple(also),
            after=tuple(after),
            echoes=tuple(echoes),
            raises=raises,
            hangs=hangs,
            held=held,
            unwired=unwired,
            hooked=hooked,
            control=Control.SCRIPT if held else control,
        )
        return act

    return register


def spread(faults: Mapping[str, tuple[str, Level, str]]) -> None:
    """Make a check of each family for each fault: its class, its level, and its rule, by its name."""
    for family in FAMILIES.values():
        for fault, (kind, level, rule) in faults.items():
            if family.id.partition(".")[2] == kind:
                CHECKS[f"{family.id}[{fault}]"] = replace(
                    family,
                    id=f"{family.id}[{fault}]",
                    level=level,
                    rule=f"{family.rule} Here: {rule}",
                    each=tuple(f"{name}[{fault}]" for name in family.each),
                    fault=fault,
                )


def verify() -> None:
    """Hold both lists against each other; TypeError names who asks for what does not exist."""
    for one in CHECKS.values():
        _known(f"check {one.id!r}: parameter", (*one.needs, *one.each), SCENARIOS)
        _known(f"check {one.id!r}: after", one.after, CHECKS)
    for act in SCENARIOS.values():
        _known(f"scenario {act.name!r}: after", act.after, CHECKS)
        _known(f"scenario {act.name!r}: parameter or echo", (*act.uses, *act.echoes), SCENARIOS)
        if act.owner is None:
            continue
        _known(f"scenario {act.name!r}: owner", (act.owner,), CHECKS)
        owner = CHECKS[act.owner]
        if act.name not in (*owner.needs, *owner.each):
            raise TypeError(f"scenario {act.name!r}: its owner {owner.id!r} does not judge it")


def nearest(name: str, known: Iterable[str]) -> str:
    """What somebody who wrote `name` may have meant, as the end of a message."""
    close = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def _known(who: str, names: Iterable[str], known: dict[str, Any]) -> None:
    for name in names:
        if name not in known:
            raise TypeError(f"{who} {name!r} is unknown{nearest(name, known)}")
