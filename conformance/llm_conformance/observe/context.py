"""What a scenario is given: the subject, its prompts, and ways to call it that give records."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from llm_conformance.control.controller import Controller, PlannedAnswer
from llm_conformance.control.wire import Wire
from llm_conformance.driver.driver import CallResult, Driver, collect_garbage
from llm_conformance.driver.event_loop import DaemonExecutorLoop, LoopThread
from llm_conformance.observe.call_styles import CallStyle
from llm_conformance.observe.callback_recorder import CallbackRecorder
from llm_conformance.observe.controlled_call import LONG_ANSWER, ControlledCall
from llm_conformance.observe.inconclusive import chunks_to_hold_between
from llm_conformance.observe.reply_recorder import BatchRecorder, ReplyRecorder
from llm_conformance.observe.search import Effort
from llm_conformance.observe.stream_recorder import StreamRecorder
from llm_conformance.records import Batch, CallbackLog, Events, EventStreams, Raised, Replies, Reply, Stream, Streams

Call = Callable[[Any], Any]

_ASKED = 4


class ConstructionError(Exception):
    """A further instance of the subject could not be made; `act` says how that went."""

    def __init__(self, act: CallResult) -> None:
        super().__init__("no instance")
        self.result = act


class Context:
    """The calls of one subject. Arguments named in `watched` are compared with what they were before the call.

    Every call goes to the instance of the current loop, unless `on` names another.
    make: gives an instance. prompter: has the model say what a scenario wants, where it can.
    effort: how much is tried of what is generated.
    """

    def __init__(
        self, make: Callable[..., Any], driver: Driver, prompts: tuple[str, ...], controller: Controller, effort: Effort
    ) -> None:
        self.prompts = prompts
        self.controller = controller
        self.effort = effort
        self._make = make
        self._driver = driver
        self._instances: dict[LoopThread, Any] = {}
        self._second_instances: dict[LoopThread, Any] = {}

    @property
    def max_examples(self) -> int:
        """How many inputs are tried for each rule; a provider is asked each time, and is asked for less."""
        return int(self.effort) // (_ASKED if self.controller.sends_eagerly else 1)

    @property
    def prompt(self) -> str:
        """The prompt that most scenarios use."""
        return self.prompts[0]

    @property
    def instance(self) -> Any:
        """The instance of the current loop: some clients cannot change loops."""
        loop = self._driver.loop
        if loop not in self._instances:
            self._instances[loop] = self.new_instance()
        return self._instances[loop]

    @property
    def second_instance(self) -> Any:
        """A second instance of the current loop, for calls that a model may remember though it should not."""
        loop = self._driver.loop
        if loop not in self._second_instances:
            self._second_instances[loop] = self.new_instance()
        return self._second_instances[loop]

    def new_instance(self, *, short_timeout: bool = False) -> Any:
        """A new instance, where the subject is not itself an instance."""
        made: list[Any] = []
        act = self._driver.call(lambda: made.append(self._make(short_timeout=short_timeout)))
        if not made:
            raise ConstructionError(act)
        return made[0]

    @property
    def short_timeout_instance(self) -> Any:
        """An instance that gives up a silent provider soon, where the profile says how to make one."""
        return self.new_instance(short_timeout=True)

    def reply(self, call: Call, *, on: Any = None, **watched: Any) -> Reply:
        """What a synchronous call answers."""
        llm, before, box = self._one(on), deepcopy(watched), ReplyRecorder(self._driver.recorder)
        act = self._driver.call(lambda: box.put(call(llm)))
        return box.reply(act, _mutated(before, watched))

    def areply(self, call: Call, *, on: Any = None, **watched: Any) -> Reply:
        """What an asynchronous call answers."""
        llm, before, box = self._one(on), deepcopy(watched), ReplyRecorder(self._driver.recorder)

        async def perform() -> None:
            box.put(await call(llm))

        act = self._driver.acall(perform)
        return box.reply(act, _mutated(before, watched))

    def replies(self, calls: Mapping[str, tuple[Any, Call]]) -> Replies:
        """Several synchronous calls, each with the instance it goes to, one after the other up to the first fault."""
        by: dict[str, Reply] = {}
        for name, (llm, call) in calls.items():
            by[name] = self.reply(call, on=llm)
            if by[name].failed:
                return Replies(by_label=by, raised=by[name].raised, hung=by[name].hung)
        return Replies(by_label=by)

    def stream(self, call: Call, *, on: Any = None, **watched: Any) -> Stream:
        """What a synchronous stream gives."""
        llm, before, recorder = self._one(on), deepcopy(watched), StreamRecorder(self._driver.recorder)
        act = self._driver.call(lambda: recorder.read(call(llm)))
        return recorder.stream(act, _mutated(before, watched))

    def astream(self, call: Call, *, on: Any = None, **watched: Any) -> Stream:
        """What an asynchronous stream gives."""
        llm, before, recorder = self._one(on), deepcopy(watched), StreamRecorder(self._driver.recorder)
        act = self._driver.acall(lambda: recorder.aread(call(llm)))
        return recorder.stream(act, _mutated(before, watched))

    def astream_on_own_loop(self, call: Call, *, on: Any) -> Stream:
        """What an asynchronous stream gives on a loop of its own, in a thread of its own."""
        recorder = StreamRecorder(self._driver.recorder)

        def perform() -> None:
            with asyncio.Runner(loop_factory=DaemonExecutorLoop) as runner:
                runner.run(_read(recorder, call, on))

        return recorder.stream(self._driver.call(perform))

    def events(self, call: Call, *, on: Any = None, **watched: Any) -> Events:
        """What astream_events() gives."""
        llm, before, recorder = self._one(on), deepcopy(watched), StreamRecorder(self._driver.recorder)
        act = self._driver.acall(lambda: recorder.aread(call(llm)))
        return recorder.events(act, _mutated(before, watched))

    def callbacks(
        self, handler_recorder: CallbackRecorder, call: Call, *, on: Any = None, leave: bool = False
    ) -> CallbackLog:
        """What a handler hears of a synchronous call; `leave` closes its stream after the first chunk."""
        llm, witness = self._one(on), self._driver.recorder
        return handler_recorder.log(self._driver.call(lambda: handler_recorder.play(call(llm), witness, leave=leave)))

    def acallbacks(
        self, handler_recorder: CallbackRecorder, call: Call, *, on: Any = None, leave: bool = False
    ) -> CallbackLog:
        """The same of an asynchronous stream."""
        llm, witness = self._one(on), self._driver.recorder
        return handler_recorder.log(self._driver.acall(lambda: handler_recorder.aplay(call(llm), witness, leave=leave)))

    def batch(self, call: Call, *, calls: int, on: Any = None, **watched: Any) -> Batch:
        """What a synchronous batch gives."""
        llm, before, slots = self._one(on), deepcopy(watched), BatchRecorder(self._driver.recorder)
        act = self._driver.call(lambda: slots.put(call(llm)), calls=calls)
        return slots.batch(act, _mutated(before, watched))

    def abatch(self, call: Call, *, calls: int, on: Any = None, **watched: Any) -> Batch:
        """What an asynchronous batch gives."""
        llm, before, slots = self._one(on), deepcopy(watched), BatchRecorder(self._driver.recorder)

        async def perform() -> None:
            slots.put(await call(llm))

        act = self._driver.acall(perform, calls=calls)
        return slots.batch(act, _mutated(before, watched))

    def interleaved(self, calls: Mapping[str, Call]) -> Streams:
        """Several synchronous streams of one instance, a chunk of each at a time."""
        llm, recorders = self.new_instance(), {name: StreamRecorder(self._driver.recorder) for name in calls}

        def perform() -> None:
            playing = {name: recorders[name].steps(call(llm)) for name, call in calls.items()}
            while playing:
                for name, steps in list(playing.items()):
                    if next(steps, _END) is _END:
                        del playing[name]

        act = self._driver.call(perform, calls=len(calls))
        return Streams(**act.fields, by_label={name: recorder.stream(act) for name, recorder in recorders.items()})

    def concurrently(self, calls: Mapping[str, Call]) -> Streams:
        """Several asynchronous streams of one instance, each in a task of its own."""
        act, recorders = self._tasks(calls)
        return Streams(**act.fields, by_label={name: recorder.stream(act) for name, recorder in recorders.items()})

    def events_concurrently(self, calls: Mapping[str, Call]) -> EventStreams:
        """Several event streams of one instance, each in a task of its own."""
        act, recorders = self._tasks(calls)
        return EventStreams(**act.fields, by_label={name: recorder.events(act) for name, recorder in recorders.items()})

    def controlled_call(
        self,
        style: CallStyle,
        tokens: Sequence[str] = LONG_ANSWER,
        *,
        gates: Sequence[int] = (),
        fails: int | None = None,
    ) -> ControlledCall:
        """A call of a model that says these tokens, is held before some of them, or fails at one."""
        cue = self.controller.plan(tokens, gates=gates, fails=fails)
        return ControlledCall(self.controller, self._driver, style, cue, fails=fails)

    def call_of(self, style: CallStyle, cue: PlannedAnswer) -> ControlledCall:
        """A call of what was announced already."""
        return ControlledCall(self.controller, self._driver, style, cue)

    def expected_chunks(self, heard: Stream, told: Sequence[str] = LONG_ANSWER) -> Sequence[str]:
        """The tokens of a rehearsal: what a model is told to say, or what one that improvises was heard to say before.

        Untold where that is too little to be held between.
        """
        if not self.controller.free_text:
            return told
        return chunks_to_hold_between(heard)

    def plain_call(self, style: CallStyle) -> ControlledCall:
        """A call that says what it says to the first prompt, watched as far as that goes from outside."""
        return ControlledCall(self.controller, self._driver, style, self.controller.plan(()), prompt=self.prompt)

    @property
    def wire(self) -> Wire:
        """The provider, of a run that has one."""
        if not isinstance(self.controller, Wire):
            raise TypeError("the run has no provider")
        return self.controller

    def read_one_and_close(self, call: Call, *, on: Any) -> None:
        """Take one chunk of a stream and close it; what comes of that is another scenario's business."""

        def perform() -> None:
            stream = call(on)
            next(iter(stream), None)
            getattr(stream, "close", lambda: None)()

        self._driver.call(perform)
        collect_garbage()

    def _tasks(self, calls: Mapping[str, Call]) -> tuple[CallResult, dict[str, StreamRecorder]]:
        llm, recorders = self.new_instance(), {name: StreamRecorder(self._driver.recorder) for name in calls}

        async def perform() -> None:
            playing = [_read(recorders[name], call, llm) for name, call in calls.items()]
            results = await asyncio.gather(*playing, return_exceptions=True)
            for error in results:
                if error is not None:
                    raise error

        return self._driver.acall(perform, calls=len(calls)), recorders

    def exception_record(self, error: BaseException) -> Raised:
        """The record of an exception that a scenario caught itself."""
        return self._driver.recorder.exception(error)

    def _one(self, on: Any) -> Any:
        # Asking the model itself would call its __bool__ or __len__.
        return self.instance if on is None else on


async def _read(recorder: StreamRecorder, call: Call, llm: Any) -> None:
    await recorder.aread(call(llm), in_turn=True)


_END = object()


def _mutated(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in before if before[name] != after[name])
