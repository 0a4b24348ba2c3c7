"""A live run: one subject, each scenario run when a check asks for it, and every observation as JSON data."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter
from typing import Any, Self, cast

from llm_conformance.catalogue.catalogue import checks_for
from llm_conformance.catalogue.live import live_scenarios
from llm_conformance.control.controller import Controller, golden_answers
from llm_conformance.control.hooks import Hooks
from llm_conformance.control.script import Script
from llm_conformance.control.wire import Wire
from llm_conformance.control.wire.certificates import read_certificates_late
from llm_conformance.driver.budget import Budget
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.garbage import collect_beside, collected_after
from llm_conformance.driver.interrupt import DeadlineError, interrupted_after
from llm_conformance.driver.process_state import ProcessState, left_without
from llm_conformance.driver.recorder import MOST_CHARACTERS, Recorder, TooLongError
from llm_conformance.driver.redactor import Redactor
from llm_conformance.judge.budget import by_importance, left_out
from llm_conformance.judge.deviations_file import applicable
from llm_conformance.judge.fitness import fitness
from llm_conformance.judge.judge import Judge
from llm_conformance.judge.observations import Attempt, harness_error
from llm_conformance.observe.context import Context
from llm_conformance.observe.gc_pause import gc_paused
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.observe.kept_answers import unless_kept
from llm_conformance.observe.search import Effort
from llm_conformance.observe.shared_instances import ConstructionError
from llm_conformance.records import CallOutcome, Control, Need, Observation, Status, SubjectInfo, Unavailable
from llm_conformance.records.codec import decode, encode
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.records.sharing import Sharing
from llm_conformance.run_spec import RunSpec
from llm_conformance.scenarios.registry import Scenario
from llm_conformance.subject.presets import with_preset
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.secrets import secrets_of
from llm_conformance.subject.spec import CONSTRUCTOR_RAISED, IMPORT_HUNG, ImplSpec, LoadError
from llm_conformance.subject.subject import Subject

_TOO_LONG = f"the answer is too long to be recorded: more than {MOST_CHARACTERS:,} characters in all"
# Times llm_timeout: a module may import many packages, or load weights.
_IMPORTING = 6
# In observations: in a large process a look takes longer than most calls.
_LOOKS_FOR_GROWTH = 8
_STARVED = "a timeout of the client ended a call that other processes kept from running"


class Run:
    """Observes a subject, each scenario once, and judges the records as they would come from a saved run.

    announce: called with the name of each scenario before it runs.
    recorded: the observations so far, as JSON data, by scenario and attempt.
    durations: the seconds that each of them took, with the recording.
    """

    def __init__(self, spec: RunSpec, announce: Callable[[str], object] = lambda _scenario: None) -> None:
        """Load the subject; LoadError, or DeviationError for two deviations of one check."""
        self._announce = announce
        self._contexts: tuple[Context, ...] = ()
        self._spec = spec
        self._scenarios = live_scenarios()
        self._wire: Wire | None = None
        self._driver = Driver(Recorder(Redactor(_secrets(spec.profile), self._received_keys)), spec.timeout)
        self._driver.budget = Budget(spec.call_budget, spec.time_budget)
        self._script = Script()
        self._process = ProcessState()
        try:
            with (
                interrupted_after(_IMPORTING * spec.timeout),
                self._driver.frozen.with_imports(),
                self._process.importing(spec.impl.module),
            ):
                profile = with_preset(spec.impl, spec.profile)
            subject = self._loaded(spec.impl, profile)
            self._driver.recorder.redactor.know(subject.secrets)
            self.subject_info = self._describe(subject, profile)
            deviations = applicable(spec.declarations, str(spec.impl), self.subject_info.versions)
        except LoadError as error:
            self.close()
            redact = self._driver.recorder.redact
            raise LoadError(redact(str(error)), redact(error.traceback), error.hint, error.code) from None
        except DeadlineError as error:
            self.close()
            raise LoadError(_not_imported(spec.impl, error), code=IMPORT_HUNG) from None
        except BaseException:
            self.close()
            raise
        self.subject_info = replace(self.subject_info, deviations=deviations, requirement_set=spec.requirement_set)
        self.recorded: dict[str, dict[str, Any]] = {}
        self.durations: dict[str, float] = {}
        self._sharing = Sharing()
        controller = self._script if self._wire is None else self._wire
        self._plain_context = self._context(subject.new_instance, controller, spec.effort)
        # Of a black box only the hooks can be controlled.
        hooks = Hooks(self.subject_info.prompts, lambda value: self._driver.recorder.value(value).text)
        self._hooked_context = (
            self._context(subject.hooked_factory(hooks), hooks, spec.effort)
            if self.subject_info.hooks
            else self._plain_context
        )
        self._contexts = (self._plain_context, self._hooked_context)
        # The model is asked with the prompts as they are.
        prompts = self._driver.recorder.redactor.redact_record([*self.subject_info.prompts])
        self.subject_info = replace(self.subject_info, prompts=tuple(prompts))
        self.judge = Judge(self.subject_info, self._observe)

    def redact(self, text: str) -> str:
        """The text with "***" in place of every secret of the run."""
        return self._driver.recorder.redact(text)

    def close(self) -> None:
        """End the event loop of the subject's asynchronous calls, and the provider. What is judged stays."""
        self._process.leave()
        for context in self._contexts:
            context.forget_instances()
        if self._contexts:
            # The run is garbage in cycles, but records are not.
            self.judge.observations.forget()
            self._sharing = Sharing()
        self._driver.instances.release()
        self._driver.close()
        self._close_wire()

    def leave(self) -> None:
        """Others use the process from here on, until the next observation."""
        self._process.leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def record(self) -> SubjectRecord:
        """Judge every check; the verdicts, and the observations that they are based on."""
        checks = checks_for(self.subject_info.control)
        for check in by_importance(checks) if self._spec.limited else checks:
            self.judge.verdict(check.id)
        verdicts = {check.id: self.judge.verdict(check.id) for check in checks}
        partial = left_out(verdicts.values())
        return SubjectRecord(
            self.subject_info,
            dict(self.recorded),
            verdicts,
            partial=partial,
            fitness=() if partial else fitness(verdicts),
            calls=self.calls,
            seconds=self.seconds,
        )

    @property
    def calls(self) -> int:
        """The number of answers that the model was asked for."""
        return self._driver.budget.asked

    @property
    def seconds(self) -> float:
        """The seconds in which it was called."""
        return round(self._driver.budget.seconds, 3)

    def _loaded(self, impl: ImplSpec, profile: Profile) -> Subject:
        try:
            with self._process.in_force():
                return self._load(impl, profile)
        except LoadError:
            raise
        except Exception:
            if changed := self._process.changed():
                raise LoadError(f"--llm-impl={impl}: constructing it: {changed}", code=CONSTRUCTOR_RAISED) from None
            raise
        finally:
            self._process.leave()

    def _load(self, impl: ImplSpec, profile: Profile) -> Subject:
        arguments = dict(profile.kwargs)
        scripted = None if profile.control is None else profile.control is Control.SCRIPT
        if (form := profile.wire_format) is not None:
            self._wire = Wire(form, profile.wire_dialect, run_id=self._spec.run_id)
            read_certificates_late()
            arguments, scripted = self._wire.fill_url(arguments), False
        return Subject(
            impl, arguments, self._driver, self._script, scripted=scripted, short_timeout=profile.short_timeout
        )

    def _describe(self, subject: Subject, profile: Profile) -> SubjectInfo:
        if self._wire is None and not subject.scripted:
            return subject.describe(profile, control=Control.BLACKBOX, prompts=profile.prompts, tokens=())
        control = Control.SCRIPT if self._wire is None else Control.WIRE
        answers = golden_answers(self._script if self._wire is None else self._wire)
        prompts, tokens = tuple(one.prompt for one in answers), tuple(one.tokens for one in answers)
        return subject.describe(profile, control=control, prompts=prompts, tokens=tokens)

    def _context(self, make: Callable[..., Any], controller: Controller, effort: Effort) -> Context:
        return Context(make, self._driver, self.subject_info.prompts, controller, effort)

    def _received_keys(self) -> tuple[str, ...]:
        return () if self._wire is None else self._wire.received_keys

    def _close_wire(self) -> None:
        if self._wire is not None:
            self._wire.close()

    def _observe(self, attempt: Attempt, used: tuple[Observation, ...]) -> Observation | Unavailable:
        try:
            return self._observation(attempt, used)
        except Exception:  # noqa: BLE001 - an error in the harness is reported as one; its text may be of the model
            return harness_error(attempt, self.redact(traceback.format_exc()))

    def _observation(self, attempt: Attempt, used: tuple[Observation, ...]) -> Observation | Unavailable:
        scenario, budget = self._scenarios[attempt.scenario], self._driver.budget
        if refusal := budget.refusal(scenario.facts.model_calls):
            return Unavailable(Status.NOT_TESTABLE, refusal, needs=Need.BUDGET)
        self._announce(str(attempt))
        began = perf_counter()
        if not self.recorded:
            self._driver.frozen.with_earlier_runs(self._spec.timeout)
        if len(self.recorded) % _LOOKS_FOR_GROWTH == 0:
            self._driver.frozen.with_growth(self._spec.timeout, self._driver.dropped)
        with self._driver.dropped.watched(), collected_after(self._spec.timeout):
            observation = self._in_its_process(scenario, used)
            if self._driver.cut_short and budget.time_is_over:
                return Unavailable(Status.NOT_TESTABLE, budget.refusal(0), needs=Need.BUDGET)
            if observation.hung is not None or (not scenario.facts.may_raise and _has_raised(observation)):
                collect_beside(seconds=self._spec.timeout, dropped=self._driver.dropped)
        # Records are trees: there is nothing to find in them for the garbage collector.
        with gc_paused():
            data = self._driver.recorder.redactor.redact_record(json.loads(json.dumps(encode(observation))))
            self.recorded[str(attempt)] = data = self._sharing.shared(data)
            self.durations[str(attempt)] = round(perf_counter() - began, 6)
            return decode(data)

    def _in_its_process(self, scenario: Scenario, used: tuple[Observation, ...]) -> Observation:
        record: Any = scenario.record_type
        try:
            with self._driver.budget.calling(), self._process.in_force():
                return self._observed(scenario, used)
        except Exception:
            if changed := self._process.changed():
                # The harness needs it, too.
                return cast("Observation", record(raised=left_without(changed)))
            raise

    def _observed(self, scenario: Scenario, used: tuple[Observation, ...]) -> Observation:
        record: Any = scenario.record_type
        patience = self._driver.patience
        if patience.exhausted:
            return cast("Observation", record(inconclusive=patience.reason_not_asked))
        self._driver.cut_short = self._driver.starved = False
        self._driver.recorder.begin()
        observation = self._of_act(scenario, used, record)
        self._driver.instances.release()
        asked = observation.model_calls
        self._driver.budget.asked += scenario.facts.model_calls if asked is None else asked
        if self._driver.recorder.too_long:
            return cast("Observation", record(inconclusive=_TOO_LONG))
        if self._driver.starved:
            return cast("Observation", record(inconclusive=_STARVED))
        return cast("Observation", record(inconclusive=patience.reason)) if self._driver.cut_short else observation

    def _of_act(self, scenario: Scenario, used: tuple[Observation, ...], record: Any) -> Observation:
        ctx = self._hooked_context if scenario.facts.hookable else self._plain_context
        try:
            observation = unless_kept(ctx, lambda: scenario.run(ctx, used))
        except Inconclusive as reason:
            observation = record(inconclusive=str(reason))
        except TooLongError:
            observation = record(inconclusive=_TOO_LONG)
        except ConstructionError as failure:
            observation = record(raised=failure.result.raised, hung=failure.result.hung)
            if ctx is not self._plain_context:
                # The subclass that the harness makes cannot be constructed; the subject itself can.
                why = f"its hooks cannot be paused: a subclass of it {observation.ended_with}"
                observation = record(inconclusive=why)
        return observation


def _not_imported(spec: ImplSpec, error: DeadlineError) -> str:
    return f"--llm-impl={spec}: importing {spec.module!r} {error.hung.text}; if it needs longer, raise llm_timeout"


def _has_raised(observation: Observation) -> bool:
    """Whether a call raised. Its exception keeps its frames, and with them generators, in a cycle."""
    parts = getattr(observation, "by_label", {}).values()
    return observation.failed or any(isinstance(one, CallOutcome) and one.raised is not None for one in parts)


def _secrets(profile: Profile) -> tuple[str, ...]:
    return secrets_of({"kwargs": profile.kwargs, "short-timeout": profile.short_timeout})
