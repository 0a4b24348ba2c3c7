"""A live run: one subject, played scenario by scenario as checks ask for it, and everything it did as JSON data."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self, get_type_hints

from llm_conformance.catalogue.catalogue import asked_of
from llm_conformance.control.controller import Prompter, spoken
from llm_conformance.control.hooks import Hooks
from llm_conformance.control.script import Script
from llm_conformance.control.wire import Wire
from llm_conformance.driver.driver import Driver, settle
from llm_conformance.driver.recorder import Witness
from llm_conformance.judge.deviations_file import read
from llm_conformance.judge.judge import Judge
from llm_conformance.observe.context import CannotMake, Stage
from llm_conformance.observe.inconclusive import Untold
from llm_conformance.observe.search import Effort
from llm_conformance.records import About, Control, Observation
from llm_conformance.records.codec import decode, encode
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.scenarios.registry import Scenario
from llm_conformance.subject.presets import distribution_of, preset_of, presets, without
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec, LoadError
from llm_conformance.subject.subject import Subject

_SECRET = re.compile(r"key|token|secret|password|credential|auth", re.IGNORECASE)
_SHORTEST = 6
TIMEOUT = 10.0


class Run:
    """Observes a subject once, and lets the judge work on what a saved run would give back.

    profile: what is declared; a preset says the rest where the class is a known one.
    wire: the format of a simulated provider to point the subject at, or "none"; it overrides the profile's.
    timeout: seconds after which a call counts as hung.
    deviations: the file that declares what is known to deviate; DeviationError where it makes no sense.
    effort: how much is tried of what is generated: "quick", "ci" or "deep".
    recorded: the observations so far, as JSON data, by scenario.
    """

    def __init__(
        self,
        spec: ImplSpec,
        *,
        kwargs: Mapping[str, Any] | None = None,
        profile: Profile | None = None,
        wire: str | None = None,
        timeout: float = TIMEOUT,
        deviations: Path | None = None,
        effort: str = "quick",
    ) -> None:
        """Load the subject; LoadError says what is in the way."""
        declared = (profile or Profile()).with_options(wire, kwargs or {})
        self._wire: Wire | None = None
        self._driver = Driver(Witness(secrets_of(declared.kwargs)), timeout)
        self._script = Script()
        try:
            declared = _known(spec, declared)
            subject = self._loaded(spec, declared)
        except LoadError as error:
            self.close()
            blot = self._driver.witness.blot
            raise LoadError(blot(str(error)), blot(error.traceback), error.remedy) from None
        except BaseException:
            self.close()
            raise
        self.about = self._described(subject, declared)
        if deviations is not None:
            today = dt.datetime.now(tz=dt.UTC).date()
            self.about = replace(self.about, deviations=read(deviations, str(spec), self.about.versions, today))
        self.recorded: dict[str, dict[str, Any]] = {}
        prompter = self._script if self._wire is None else self._wire
        self._stage = self._set(subject.make, prompter, effort)
        # A black box has its hooks held where that is all that can be held of it.
        hooks = Hooks(self.about.prompts, lambda value: self._driver.witness.see(value).text)
        self._held = self._set(subject.held(hooks), hooks, effort) if self.about.hooks else self._stage
        self.judge = Judge(self.about, self._take)

    def close(self) -> None:
        """End the loop that the subject's asynchronous calls ran on, and the provider."""
        self._driver.close()
        self._close_wire()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def record(self) -> SubjectRecord:
        """Everything: each check judged, with the observations that it took."""
        verdicts = {check.id: self.judge.verdict(check.id) for check in asked_of(self.about.control)}
        return SubjectRecord(self.about, dict(self.recorded), verdicts)

    def _loaded(self, spec: ImplSpec, declared: Profile) -> Subject:
        arguments = dict(declared.kwargs)
        scripted = None if declared.control is None else declared.control is Control.SCRIPT
        if (form := declared.simulated) is not None:
            self._wire = Wire(form)
            arguments, scripted = self._wire.point(arguments), False
        return Subject(spec, arguments, self._driver, self._script, scripted=scripted, haste=declared.haste)

    def _described(self, subject: Subject, profile: Profile) -> About:
        if self._wire is None and not subject.scripted:
            return subject.about(profile, control=Control.BLACKBOX, prompts=profile.prompts, tokens=())
        control = Control.SCRIPT if self._wire is None else Control.WIRE
        cues = spoken(self._script if self._wire is None else self._wire)
        prompts, tokens = tuple(cue.prompt for cue in cues), tuple(cue.tokens for cue in cues)
        return subject.about(profile, control=control, prompts=prompts, tokens=tokens)

    def _set(self, make: Callable[..., Any], prompter: Prompter, effort: str) -> Stage:
        return Stage(make, self._driver, self.about.prompts, prompter, Effort[effort.upper()])

    def _close_wire(self) -> None:
        if self._wire is not None:
            self._wire.close()

    def _take(self, name: str, scenario: Scenario, used: tuple[Observation, ...]) -> Observation:
        kind = get_type_hints(scenario.act)["return"]
        stage = self._held if scenario.hooked else self._stage
        try:
            observation: Observation = scenario.act(stage, *used)
        except Untold as nothing:
            observation = kind(given={"untold": str(nothing)})
        except CannotMake as failure:
            observation = kind(raised=failure.act.raised, hung=failure.act.hung)
            if stage is not self._stage:
                # It is our subclass that cannot be made.
                observation = kind(given={"untold": f"its hooks cannot be held: a subclass of it {observation.ending}"})
        if observation.hung is not None or (observation.broken and not scenario.raises):
            settle()
        data = json.loads(json.dumps(encode(observation)))
        self.recorded[name] = data
        return decode(data)


def _known(spec: ImplSpec, declared: Profile) -> Profile:
    """What is declared, and below it the preset: by the text of the spec, or by the class that it leads to."""
    preset = presets().get(str(spec))
    try:
        target = spec.load()
    except LoadError as error:
        if preset is not None:
            error.remedy = f"it comes with {distribution_of(preset)}"
        raise
    preset = preset or preset_of(target)
    return declared if preset is None else declared.over(without(preset, declared.kwargs, target))


def blotted(value: Any, *, secret: bool = False) -> Any:
    """The arguments as they may be shown: every text below a key that is named like a secret is replaced."""
    if isinstance(value, Mapping):
        return {key: blotted(item, secret=secret or _is_secret(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [blotted(item, secret=secret) for item in value]
    return "***" if secret and isinstance(value, str) else value


def secrets_of(kwargs: Mapping[str, Any]) -> tuple[str, ...]:
    """The values that no report may show: of arguments and environment variables named like a secret."""
    values = [*_secrets(kwargs), *_secrets(os.environ)]
    # "Bearer sk-.." is told by its last word, too.
    found = {part for value in values for part in (value, value.split(" ")[-1]) if len(part) >= _SHORTEST}
    return tuple(sorted(found, key=len, reverse=True))


def _secrets(value: Any, *, secret: bool = False) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _secrets(item, secret=secret or _is_secret(key))
    elif isinstance(value, list):
        for item in value:
            yield from _secrets(item, secret=secret)
    elif secret and isinstance(value, str):
        yield value


def _is_secret(name: str) -> bool:
    return _SECRET.search(name) is not None
