"""What a scenario is, and the decorator that registers one.

A scenario's parameters after its stage name the observations it builds on.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from llm_conformance.records import Control, Observation


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


SCENARIOS: dict[str, Scenario] = {}


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
