"""Passed to every scenario: calls the subject and returns records."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from llm_conformance.control.controller import Controller, PlannedAnswer
from llm_conformance.control.wire import SimulatedAnswer, Wire
from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.deadline import Progress
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.event_loop import DaemonExecutorLoop
from llm_conformance.driver.garbage import collect_beside
from llm_conformance.observe.call_styles import Call, CallStyle
from llm_conformance.observe.callback_recorder import CallbackRecorder
from llm_conformance.observe.controlled_call import LONG_ANSWER, ControlledCall
from llm_conformance.observe.finaliser import let_go
from llm_conformance.observe.inconclusive import chunks_to_pause_between
from llm_conformance.observe.parallel_streams import ParallelStreams
from llm_conformance.observe.reply_recorder import BatchRecorder, ReplyRecorder
from llm_conformance.observe.search import Effort
from llm_conformance.observe.shared_instances import SharedInstances
from llm_conformance.observe.side_by_side import Part, SideBySide
from llm_conformance.observe.stream_recorder import StreamRecorder
from llm_conformance.observe.v3_recorder import V3Recorder
from llm_conformance.records import (
    Batch,
    CallbackLog,
    ControlledOutcome,
    Events,
    Raised,
    Replies,
    Reply,
    Stream,
    V3Stream,
    Value,
)

# A provider answers each of the generated inputs by a request, so it is given a quarter of them.
_FEWER_ON_THE_WIRE = 4


class Context:
    """Calls one subject.

    A call goes to the instance of the current event loop, unless `on` names another. With `on_loop` what the call
    returns is awaited on the loop; without it the call runs in a thread. Further keyword arguments are the values that
    the caller passes to the model: they are compared with a copy afterwards, and named in the record if they changed.

    make: gives an instance. controller: decides what the model generates, where it can.
    effort: the number of generated inputs for each rule.
    given_up_after: the seconds after which a call of a style gave up a silent provider, once that is known.
    under_faults: the call styles that were read under a fault of the provider, and ended.
    read_ahead: the calls under a fault that were made beside that of another scenario, by fault and style; None for one
        that is made alone.
    """

    def __init__(
        self, make: Callable[..., Any], driver: Driver, prompts: tuple[str, ...], controller: Controller, effort: Effort
    ) -> None:
        self.prompts = prompts
        self.controller = controller
        self.effort = effort
        self._driver = driver
        self.given_up_after: dict[CallStyle, float] = {}
        self.under_faults: set[CallStyle] = set()
        self.read_ahead: dict[tuple[str, CallStyle], tuple[ControlledOutcome, SimulatedAnswer] | None] = {}
        self._instances = SharedInstances(make, driver)

    @property
    def rounds(self) -> tuple[int, ...]:
        """The number of generated inputs for each rule, round by round."""
        return self.effort.rounds(_FEWER_ON_THE_WIRE if self.controller.sends_eagerly else 1)

    @property
    def prompt(self) -> str:
        """The prompt that most scenarios use."""
        return self.prompts[0]

    @property
    def instance(self) -> Any:
        """The instance of the current loop: some clients cannot change loops."""
        return self._instances.first

    @property
    def second_instance(self) -> Any:
        """A second instance of the current loop, for calls that a model may remember though it should not."""
        return self._instances.second

    def new_instance(self, *, short_timeout: bool = False, **more: Any) -> Any:
        """A new instance, unless the subject is itself an instance; ConstructionError where making it fails.

        short_timeout: with a short read timeout, where the profile says how to make one. more: further constructor
        arguments.
        """
        return self._instances.new(short_timeout=short_timeout, **more)

    def forget_instances(self) -> None:
        """Leave the instances that several scenarios share to the next release."""
        self._instances.forget()

    def reply(self, call: Call, *, on_loop: bool = False, on: Any = None, **passed: Any) -> Reply:
        """The answer of invoke() or ainvoke()."""
        llm, before, recorder = self._one(on), deepcopy(passed), ReplyRecorder(self._driver.recorder)
        return recorder.reply(self._put(recorder, call, llm, on_loop=on_loop), _mutated(before, passed))

    def replies(self, calls: Mapping[str, tuple[Any, Call]]) -> Replies:
        """Synchronous calls, each with the instance it goes to, one after the other up to the first that fails."""
        by: dict[str, Reply] = {}
        for name, (llm, call) in calls.items():
            by[name] = self.reply(call, on=llm)
            if by[name].failed:
                return Replies(by_label=by, raised=by[name].raised, hung=by[name].hung)
        return Replies(by_label=by)

    def batch(self, call: Call, *, calls: int, on_loop: bool = False, on: Any = None, **passed: Any) -> Batch:
        """The slots that a batch returns; `calls` is the number of answers that it asks the model for."""
        llm, before, recorder = self._one(on), deepcopy(passed), BatchRecorder(self._driver.recorder)
        return recorder.batch(self._put(recorder, call, llm, on_loop=on_loop, calls=calls), _mutated(before, passed))

    def stream(self, call: Call, *, on_loop: bool = False, on: Any = None, **passed: Any) -> Stream:
        """The chunks of a stream, read to its end."""
        llm, before, recorder = self._one(on), deepcopy(passed), StreamRecorder(self._driver.recorder, self._driver)
        return recorder.stream(self._read(recorder, call, llm, on_loop=on_loop), _mutated(before, passed))

    def events(self, call: Call, *, on: Any = None, **passed: Any) -> Events:
        """The events of astream_events(), read to their end."""
        llm, before, recorder = self._one(on), deepcopy(passed), StreamRecorder(self._driver.recorder, self._driver)
        return recorder.events(self._read(recorder, call, llm, on_loop=True), _mutated(before, passed))

    def v3(self, style: CallStyle, prompt: Any, *, on: Any = None, said: Value | None = None) -> V3Stream:
        """The events of version v3, read to their end, and the projections of the stream.

        style: STREAM_EVENTS_V3 or ASTREAM_EVENTS_V3. said: what the model is made to say.
        """
        llm, recorder = self._one(on), V3Recorder(self._driver.recorder, self._driver)
        act = self._read(recorder, lambda llm: style.call(llm, prompt), llm, on_loop=style.asynchronous)
        return recorder.v3_stream(act, said=said)

    def stream_on_another_loop(self, call: Call, *, on: Any) -> Stream:
        """The chunks of an asynchronous stream, read on its own loop in another thread."""
        recorder = StreamRecorder(self._driver.recorder, self._driver)

        def act() -> None:
            with asyncio.Runner(loop_factory=DaemonExecutorLoop) as runner:
                runner.run(recorder.aread(call(on), in_turn=True))

        return recorder.stream(self._driver.call(act, progress=self._progress(recorder)))

    def new_callback_recorder(self) -> CallbackRecorder:
        """A new recorder of the calls of a callback handler."""
        return CallbackRecorder(self._driver.recorder, self._driver)

    def callbacks(
        self, recorder: CallbackRecorder, call: Call, *, on_loop: bool = False, on: Any = None, leave: bool = False
    ) -> CallbackLog:
        """The calls of a callback handler; `leave` closes the stream after its first chunk."""
        llm, progress = self._one(on), self._progress(recorder)
        if on_loop:
            act = self._driver.acall(lambda: recorder.aread(call(llm), leave=leave), progress=progress)
        else:
            act = self._driver.call(lambda: recorder.read(call(llm), leave=leave), progress=progress)
        return recorder.log(act)

    @property
    def parallel(self) -> ParallelStreams:
        """Streams of one new instance, to be read side by side."""
        return ParallelStreams(self._driver, self.new_instance(), self._progress)

    def controlled_call(
        self,
        style: CallStyle,
        tokens: Sequence[str] = LONG_ANSWER,
        *,
        gates: Sequence[int] = (),
        fails: int | None = None,
        answer: PlannedAnswer | None = None,
        around: tuple[str, str] = ("", ""),
    ) -> ControlledCall:
        """A call of a model that generates these tokens, pauses at gates before some of them, or fails at one.

        answer: the planned answer, if there is one already. around: the text before and after the prompt.
        """
        planned = answer or self.controller.plan(tokens, gates=gates, fails=fails)
        prompt = planned.prompt.join(around)
        return ControlledCall(self.controller, self._driver, style, planned, fails=fails, prompt=prompt)

    def plain_call(self, style: CallStyle, prompt: str = "") -> ControlledCall:
        """A call that the controller does not decide; only its consumer is recorded.

        prompt: the prompt; the first of the run if it is empty.
        """
        return ControlledCall(
            self.controller, self._driver, style, self.controller.plan(()), prompt=prompt or self.prompt
        )

    def side_by_side(self, parts: Sequence[Part]) -> list[CallResult] | None:
        """The results of calls of different instances that are made at the same time.

        None if each is to be made alone: because something else happened, a call has hung before, or there is a budget.
        """
        if self._driver.budget.limited or self._driver.patience.hung:
            return None
        return SideBySide(self._driver, parts).run()

    def expected_chunks(self, plain: Stream, tokens: Sequence[str] = LONG_ANSWER) -> Sequence[str]:
        """The pieces of a controlled answer.

        They are the planned tokens or, of a model that decides its text itself, the chunks of the same answer without
        control; Inconclusive where those are too few to pause between.
        """
        return chunks_to_pause_between(plain) if self.controller.free_text else tokens

    @property
    def wire(self) -> Wire:
        """The simulated provider, of a run that has one; TypeError otherwise."""
        if not isinstance(self.controller, Wire):
            raise TypeError("the run has no provider")
        return self.controller

    def read_one_and_close(self, call: Call, *, on: Any) -> None:
        """Read one chunk of a synchronous stream and close it; what that does is recorded by another scenario."""

        def act() -> None:
            stream = call(on)
            next(iter(stream), None)
            getattr(stream, "close", lambda: None)()

        self._driver.call(act)
        collect_beside()

    def finalise_earlier_instances(self) -> None:
        """Collect what earlier scenarios left: a client that reports its end would do so in a call of this one."""

        def act() -> None:
            gc.collect()

        self._driver.call(act)

    def let_go(self) -> CallResult | None:
        """Let the instances of the scenario end; None if something else refers to them."""
        return let_go(self._driver)

    def value_record(self, value: Any) -> Value:
        """The record of a value of the harness."""
        return self._driver.recorder.value(value)

    def exception_record(self, error: BaseException) -> Raised:
        """The record of an exception that a scenario caught itself."""
        return self._driver.recorder.exception(error)

    def _put(
        self, recorder: ReplyRecorder | BatchRecorder, call: Call, llm: Any, *, on_loop: bool, calls: int = 1
    ) -> CallResult:
        async def act() -> None:
            recorder.put(await call(llm))

        if on_loop:
            result = self._driver.acall(act, calls=calls)
        else:
            result = self._driver.call(lambda: recorder.put(call(llm)), calls=calls)
        self._driver.note_answer(result, recorder.length, calls)
        return result

    def _read(self, recorder: StreamRecorder, call: Call, llm: Any, *, on_loop: bool) -> CallResult:
        progress = self._progress(recorder)
        if on_loop:
            read = recorder.aread
            result = self._driver.acall(lambda: read(call(llm)), progress=progress, on_timeout=recorder.give_up)
        else:
            result = self._driver.call(lambda: recorder.read(call(llm)), progress=progress)
        self._driver.note_answer(result, recorder.count)
        return result

    def _progress(self, *recorders: StreamRecorder | CallbackRecorder) -> Progress:
        """What comes from a call; each of its streams is expected to be as long as the longest answer before."""
        count, longest = len(recorders), self._driver.longest
        return Progress(lambda: sum(one.count for one in recorders), count * longest)

    def _one(self, on: Any) -> Any:
        # Testing the model for truth would call its __bool__ or __len__.
        return self.instance if on is None else on


def _mutated(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in before if before[name] != after[name])
