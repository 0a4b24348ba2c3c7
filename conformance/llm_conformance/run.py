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

from llm_conformance.catalogue.catalogue import checks_for
from llm_conformance.control.controller import Controller, golden_answers
from llm_conformance.control.hooks import Hooks
from llm_conformance.control.script import Script
from llm_conformance.control.wire import Wire
from llm_conformance.driver.driver import Driver, collect_garbage
from llm_conformance.driver.recorder import Recorder
from llm_conformance.judge.deviations_file import read
from llm_conformance.judge.judge import Judge
from llm_conformance.observe.context import ConstructionError, Context
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.observe.search import Effort
from llm_conformance.records import Control, Observation, SubjectInfo
from llm_conformance.records.codec import decode, encode
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.scenarios.registry import Scenario
from llm_conformance.subject.presets import distribution_of, preset_for, presets, without_aliases
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
        self._driver = Driver(Recorder(secrets_of(declared.kwargs)), timeout)
        self._script = Script()
        try:
            declared = _with_preset(spec, declared)
            subject = self._load(spec, declared)
        except LoadError as error:
            self.close()
            blot = self._driver.recorder.redact
            raise LoadError(blot(str(error)), blot(error.traceback), error.hint) from None
        except BaseException:
            self.close()
            raise
        self.subject_info = self._describe(subject, declared)
        if deviations is not None:
            today = dt.datetime.now(tz=dt.UTC).date()
            self.subject_info = replace(
                self.subject_info, deviations=read(deviations, str(spec), self.subject_info.versions, today)
            )
        self.recorded: dict[str, dict[str, Any]] = {}
        controller = self._script if self._wire is None else self._wire
        self._plain_context = self._context(subject.new_instance, controller, effort)
        # A black box has its hooks held where that is all that can be held of it.
        hooks = Hooks(self.subject_info.prompts, lambda value: self._driver.recorder.value(value).text)
        self._hooked_context = (
            self._context(subject.hooked_factory(hooks), hooks, effort)
            if self.subject_info.hooks
            else self._plain_context
        )
        self.judge = Judge(self.subject_info, self._observe)

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
        verdicts = {check.id: self.judge.verdict(check.id) for check in checks_for(self.subject_info.control)}
        return SubjectRecord(self.subject_info, dict(self.recorded), verdicts)

    def _load(self, spec: ImplSpec, declared: Profile) -> Subject:
        arguments = dict(declared.kwargs)
        scripted = None if declared.control is None else declared.control is Control.SCRIPT
        if (form := declared.wire_format) is not None:
            self._wire = Wire(form)
            arguments, scripted = self._wire.fill_url(arguments), False
        return Subject(
            spec, arguments, self._driver, self._script, scripted=scripted, short_timeout=declared.short_timeout
        )

    def _describe(self, subject: Subject, profile: Profile) -> SubjectInfo:
        if self._wire is None and not subject.scripted:
            return subject.describe(profile, control=Control.BLACKBOX, prompts=profile.prompts, tokens=())
        control = Control.SCRIPT if self._wire is None else Control.WIRE
        cues = golden_answers(self._script if self._wire is None else self._wire)
        prompts, tokens = tuple(cue.prompt for cue in cues), tuple(cue.tokens for cue in cues)
        return subject.describe(profile, control=control, prompts=prompts, tokens=tokens)

    def _context(self, make: Callable[..., Any], controller: Controller, effort: str) -> Context:
        return Context(make, self._driver, self.subject_info.prompts, controller, Effort[effort.upper()])

    def _close_wire(self) -> None:
        if self._wire is not None:
            self._wire.close()

    def _observe(self, name: str, scenario: Scenario, used: tuple[Observation, ...]) -> Observation:
        kind = get_type_hints(scenario.act)["return"]
        ctx = self._hooked_context if scenario.hookable else self._plain_context
        try:
            observation: Observation = scenario.act(ctx, *used)
        except Inconclusive as nothing:
            observation = kind(inconclusive=str(nothing))
        except ConstructionError as failure:
            observation = kind(raised=failure.result.raised, hung=failure.result.hung)
            if ctx is not self._plain_context:
                # It is our subclass that cannot be made.
                observation = kind(inconclusive=f"its hooks cannot be held: a subclass of it {observation.ended_with}")
        if observation.hung is not None or (observation.failed and not scenario.may_raise):
            collect_garbage()
        data = json.loads(json.dumps(encode(observation)))
        self.recorded[name] = data
        return decode(data)


def _with_preset(spec: ImplSpec, declared: Profile) -> Profile:
    """What is declared, and below it the preset: by the text of the spec, or by the class that it leads to."""
    preset = presets().get(str(spec))
    try:
        target = spec.load()
    except LoadError as error:
        if preset is not None:
            error.hint = f"it comes with {distribution_of(preset)}"
        raise
    preset = preset or preset_for(target)
    return declared if preset is None else declared.merged_over(without_aliases(preset, declared.kwargs, target))


def redacted(value: Any, *, secret: bool = False) -> Any:
    """The arguments as they may be shown: every text below a key that is named like a secret is replaced."""
    if isinstance(value, Mapping):
        return {key: redacted(item, secret=secret or _is_secret(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [redacted(item, secret=secret) for item in value]
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
