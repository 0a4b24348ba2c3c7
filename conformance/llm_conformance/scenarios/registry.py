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
    reported_by: str | None
    method: str
    model_calls: int
    act: Callable[..., Observation]
    observations: tuple[str, ...]
    other_methods: tuple[str, ...]
    requires: tuple[str, ...]
    same_failure_as: tuple[str, ...]
    may_raise: bool
    may_hang: bool
    held: bool
    not_on_wire: str
    hookable: bool
    control: Control


SCENARIOS: dict[str, Scenario] = {}


def scenario(
    *,
    reported_by: str | None,
    method: str,
    model_calls: int = 1,
    other_methods: Iterable[str] = (),
    requires: Iterable[str] = (),
    same_failure_as: Iterable[str] = (),
    may_raise: bool = False,
    may_hang: bool = False,
    held: bool = False,
    not_on_wire: str = "",
    hookable: bool = False,
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
            reported_by=reported_by,
            method=method,
            model_calls=model_calls,
            act=act,
            observations=tuple(inspect.signature(act).parameters)[1:],
            other_methods=tuple(other_methods),
            requires=tuple(requires),
            same_failure_as=tuple(same_failure_as),
            may_raise=may_raise,
            may_hang=may_hang,
            held=held,
            not_on_wire=not_on_wire,
            hookable=hookable,
            control=Control.SCRIPT if held else control,
        )
        return act

    return register
