"""What a scenario is, and the decorator that registers one.

A scenario is one act on the subject, run once, whose record is kept. With `styles=(STREAM, ASTREAM, ..)` one function
stands for a scenario in each call style, named as pytest names parameters: `live[astream]`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from llm_conformance.observe.call_styles import CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.records import Control, Observation, ScenarioFacts

BLACKBOX, SCRIPT, WIRE = Control.BLACKBOX, Control.SCRIPT, Control.WIRE

Act = Callable[..., Observation]
# The id of a check, or what gives that of a call style.
Prerequisite = str | Callable[[CallStyle], str]
A = TypeVar("A", bound=Act)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One act on the subject, run once.

    facts: what the judge knows of it.
    style: the call style, of an act that stands for several.
    record_type: the type of the record that the act makes.
    """

    facts: ScenarioFacts
    act: Act
    style: CallStyle | None
    record_type: type[Observation]

    def run(self, ctx: Context, used: tuple[Observation, ...]) -> Observation:
        """Run the act with the observations that it builds on."""
        return self.act(ctx, *used) if self.style is None else self.act(ctx, self.style, *used)


SCENARIOS: dict[str, Scenario] = {}
# Scenarios of structured output; a stream is compared with what the same scenario gives for `invoke()`.
_OBJECTS = ("structured", "structured_class", "own_object")


def scenario(
    *,
    reported_by: str | None,
    method: str = "",
    styles: Iterable[CallStyle] = (),
    name: str = "",
    model_calls: int = 1,
    other_methods: Iterable[str] = (),
    requires: Iterable[Prerequisite] = (),
    same_failure_as: Iterable[str] = (),
    may_raise: bool = False,
    may_hang: bool = False,
    control: Control = Control.BLACKBOX,
    not_on_wire: str = "",
    hookable: bool = False,
) -> Callable[[A], A]:
    """Register a function of a context as the scenario of its name, or as one for each call style.

    The parameters are the fields of ScenarioFacts. With `styles` the function takes the call style as its second
    parameter, and `method` is that of the style; of the parameters behind it, `plain` is the observation of the first
    prompt, streamed without control (`stream` or `astream`), `same_call` that of the first prompt in the style, and
    `golden_calls` that of the golden streams of calls; `structured` and its like are the object that `invoke()` gives.
    In any scenario `bound_invoke` is the observation `bound[invoke]`.
    name: the name, where it is not the function's. TypeError names the module in which a name is taken.
    """

    def register(act: A) -> A:
        record_type = inspect.get_annotations(act, eval_str=True)["return"]
        for style in tuple(styles) or (None,):
            own = (name or act.__name__) + (f"[{style}]" if style is not None else "")
            if own in SCENARIOS:
                raise TypeError(f"scenario {own!r}: the name is taken in {SCENARIOS[own].act.__module__}")
            parameters = list(inspect.signature(act).parameters)[1 if style is None else 2 :]
            facts = ScenarioFacts(
                name=own,
                act=inspect.getdoc(act) or "",
                record=record_type.kind,
                reported_by=reported_by,
                method=method if style is None else style.method,
                model_calls=model_calls,
                observations=tuple(_observation(parameter, style) for parameter in parameters),
                other_methods=tuple(other_methods),
                requires=tuple(_check(one, style) for one in requires),
                same_failure_as=tuple(same_failure_as),
                may_raise=may_raise,
                may_hang=may_hang,
                control=control,
                not_on_wire=not_on_wire,
                hookable=hookable,
            )
            SCENARIOS[own] = Scenario(facts, act, style, record_type)
        return act

    return register


def _check(prerequisite: Prerequisite, style: CallStyle | None) -> str:
    if isinstance(prerequisite, str):
        return prerequisite
    if style is None:
        raise TypeError(f"{prerequisite.__name__}(): only a scenario with styles has such a prerequisite")
    return prerequisite(style)


def _observation(parameter: str, style: CallStyle | None) -> str:
    by_style = {f"{name}_invoke": f"{name}[invoke]" for name in ("bound", "own_object")}
    if style is not None:
        by_style |= {"plain": style.plain, "same_call": style.observation, "golden_calls": f"chat_answers[{style}]"}
        by_style |= {name: f"{name}[invoke]" for name in _OBJECTS}
    return by_style.get(parameter, parameter)
