"""What a scenario is given: the subject, its prompts, and ways to call it that give records."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from llm_conformance.control.controller import Cue, Prompter
from llm_conformance.control.wire import Wire
from llm_conformance.driver.driver import Act, Driver, settle
from llm_conformance.driver.event_loop import DaemonExecutorLoop, LoopThread
from llm_conformance.observe.call_styles import Way
from llm_conformance.observe.callback_recorder import Ear
from llm_conformance.observe.controlled_call import LONG, Rehearsal
from llm_conformance.observe.inconclusive import held_between
from llm_conformance.observe.reply_recorder import Box, Slots
from llm_conformance.observe.search import Effort
from llm_conformance.observe.stream_recorder import Tape
from llm_conformance.records import Batch, Events, Heard, Raised, Replies, Reply, Runs, Stream, Streams

Call = Callable[[Any], Any]

_ASKED = 4


class CannotMake(Exception):  # noqa: N818 - it is no error of ours
    """A further instance of the subject could not be made; `act` says how that went."""

    def __init__(self, act: Act) -> None:
        super().__init__("no instance")
        self.act = act


class Stage:
    """The calls of one subject. Arguments named in `watched` are compared with what they were before the call.

    Every call goes to the instance of the current loop, unless `on` names another.
    make: gives an instance. prompter: has the model say what a scenario wants, where it can.
    effort: how much is tried of what is generated.
    """

    def __init__(
        self, make: Callable[..., Any], driver: Driver, prompts: tuple[str, ...], prompter: Prompter, effort: Effort
    ) -> None:
        self.prompts = prompts
        self.prompter = prompter
        self.effort = effort
        self._make = make
        self._driver = driver
        self._instances: dict[LoopThread, Any] = {}
        self._asides: dict[LoopThread, Any] = {}

    @property
    def tries(self) -> int:
        """How many inputs are tried for each rule; a provider is asked each time, and is asked for less."""
        return int(self.effort) // (_ASKED if self.prompter.sends_ahead else 1)

    @property
    def prompt(self) -> str:
        """The prompt that most scenarios use."""
        return self.prompts[0]

    @property
    def shared(self) -> Any:
        """The instance of the current loop: some clients cannot change loops."""
        loop = self._driver.loop
        if loop not in self._instances:
            self._instances[loop] = self.fresh()
        return self._instances[loop]

    @property
    def aside(self) -> Any:
        """A second instance of the current loop, for calls that a model may remember though it should not."""
        loop = self._driver.loop
        if loop not in self._asides:
            self._asides[loop] = self.fresh()
        return self._asides[loop]

    def fresh(self, *, hasty: bool = False) -> Any:
        """A new instance, where the subject is not itself an instance."""
        made: list[Any] = []
        act = self._driver.call(lambda: made.append(self._make(hasty=hasty)))
        if not made:
            raise CannotMake(act)
        return made[0]

    @property
    def hasty(self) -> Any:
        """An instance that gives up a silent provider soon, where the profile says how to make one."""
        return self.fresh(hasty=True)

    def reply(self, call: Call, *, on: Any = None, **watched: Any) -> Reply:
        """What a synchronous call answers."""
        llm, before, box = self._one(on), deepcopy(watched), Box(self._driver.witness)
        act = self._driver.call(lambda: box.put(call(llm)))
        return box.reply(act, _changed(before, watched))

    def areply(self, call: Call, *, on: Any = None, **watched: Any) -> Reply:
        """What an asynchronous call answers."""
        llm, before, box = self._one(on), deepcopy(watched), Box(self._driver.witness)

        async def perform() -> None:
            box.put(await call(llm))

        act = self._driver.acall(perform)
        return box.reply(act, _changed(before, watched))

    def replies(self, calls: Mapping[str, tuple[Any, Call]]) -> Replies:
        """Several synchronous calls, each with the instance it goes to, one after the other up to the first fault."""
        by: dict[str, Reply] = {}
        for name, (llm, call) in calls.items():
            by[name] = self.reply(call, on=llm)
            if by[name].broken:
                return Replies(by=by, raised=by[name].raised, hung=by[name].hung)
        return Replies(by=by)

    def stream(self, call: Call, *, on: Any = None, **watched: Any) -> Stream:
        """What a synchronous stream gives."""
        llm, before, tape = self._one(on), deepcopy(watched), Tape(self._driver.witness)
        act = self._driver.call(lambda: tape.play(call(llm)))
        return tape.stream(act, _changed(before, watched))

    def astream(self, call: Call, *, on: Any = None, **watched: Any) -> Stream:
        """What an asynchronous stream gives."""
        llm, before, tape = self._one(on), deepcopy(watched), Tape(self._driver.witness)
        act = self._driver.acall(lambda: tape.aplay(call(llm)))
        return tape.stream(act, _changed(before, watched))

    def astream_elsewhere(self, call: Call, *, on: Any) -> Stream:
        """What an asynchronous stream gives on a loop of its own, in a thread of its own."""
        tape = Tape(self._driver.witness)

        def perform() -> None:
            with asyncio.Runner(loop_factory=DaemonExecutorLoop) as runner:
                runner.run(_play(tape, call, on))

        return tape.stream(self._driver.call(perform))

    def events(self, call: Call, *, on: Any = None, **watched: Any) -> Events:
        """What astream_events() gives."""
        llm, before, tape = self._one(on), deepcopy(watched), Tape(self._driver.witness)
        act = self._driver.acall(lambda: tape.aplay(call(llm)))
        return tape.events(act, _changed(before, watched))

    def heard(self, ear: Ear, call: Call, *, on: Any = None, leave: bool = False) -> Heard:
        """What a handler hears of a synchronous call; `leave` closes its stream after the first chunk."""
        llm, witness = self._one(on), self._driver.witness
        return ear.heard(self._driver.call(lambda: ear.play(call(llm), witness, leave=leave)))

    def aheard(self, ear: Ear, call: Call, *, on: Any = None, leave: bool = False) -> Heard:
        """The same of an asynchronous stream."""
        llm, witness = self._one(on), self._driver.witness
        return ear.heard(self._driver.acall(lambda: ear.aplay(call(llm), witness, leave=leave)))

    def batch(self, call: Call, *, calls: int, on: Any = None, **watched: Any) -> Batch:
        """What a synchronous batch gives."""
        llm, before, slots = self._one(on), deepcopy(watched), Slots(self._driver.witness)
        act = self._driver.call(lambda: slots.put(call(llm)), calls=calls)
        return slots.batch(act, _changed(before, watched))

    def abatch(self, call: Call, *, calls: int, on: Any = None, **watched: Any) -> Batch:
        """What an asynchronous batch gives."""
        llm, before, slots = self._one(on), deepcopy(watched), Slots(self._driver.witness)

        async def perform() -> None:
            slots.put(await call(llm))

        act = self._driver.acall(perform, calls=calls)
        return slots.batch(act, _changed(before, watched))

    def in_turn(self, calls: Mapping[str, Call]) -> Streams:
        """Several synchronous streams of one instance, a chunk of each at a time."""
        llm, tapes = self.fresh(), {name: Tape(self._driver.witness) for name in calls}

        def perform() -> None:
            playing = {name: tapes[name].steps(call(llm)) for name, call in calls.items()}
            while playing:
                for name, steps in list(playing.items()):
                    if next(steps, _END) is _END:
                        del playing[name]

        act = self._driver.call(perform, calls=len(calls))
        return Streams(**act.ending, by={name: tape.stream(act) for name, tape in tapes.items()})

    def at_once(self, calls: Mapping[str, Call]) -> Streams:
        """Several asynchronous streams of one instance, each in a task of its own."""
        act, tapes = self._tasks(calls)
        return Streams(**act.ending, by={name: tape.stream(act) for name, tape in tapes.items()})

    def events_at_once(self, calls: Mapping[str, Call]) -> Runs:
        """Several event streams of one instance, each in a task of its own."""
        act, tapes = self._tasks(calls)
        return Runs(**act.ending, by={name: tape.events(act) for name, tape in tapes.items()})

    def rehearsal(
        self, way: Way, tokens: Sequence[str] = LONG, *, gates: Sequence[int] = (), fails: int | None = None
    ) -> Rehearsal:
        """A call of a model that says these tokens, is held before some of them, or fails at one."""
        cue = self.prompter.announce(tokens, gates=gates, fails=fails)
        return Rehearsal(self.prompter, self._driver, way, cue, fails=fails)

    def performance(self, way: Way, cue: Cue) -> Rehearsal:
        """A call of what was announced already."""
        return Rehearsal(self.prompter, self._driver, way, cue)

    def pieces(self, heard: Stream, told: Sequence[str] = LONG) -> Sequence[str]:
        """The tokens of a rehearsal: what a model is told to say, or what one that improvises was heard to say before.

        Untold where that is too little to be held between.
        """
        if not self.prompter.improvises:
            return told
        return held_between(heard)

    def watched(self, way: Way) -> Rehearsal:
        """A call that says what it says to the first prompt, watched as far as that goes from outside."""
        return Rehearsal(self.prompter, self._driver, way, self.prompter.announce(()), prompt=self.prompt)

    @property
    def wire(self) -> Wire:
        """The provider, of a run that has one."""
        if not isinstance(self.prompter, Wire):
            raise TypeError("the run has no provider")
        return self.prompter

    def leave_early(self, call: Call, *, on: Any) -> None:
        """Take one chunk of a stream and close it; what comes of that is another scenario's business."""

        def perform() -> None:
            stream = call(on)
            next(iter(stream), None)
            getattr(stream, "close", lambda: None)()

        self._driver.call(perform)
        settle()

    def _tasks(self, calls: Mapping[str, Call]) -> tuple[Act, dict[str, Tape]]:
        llm, tapes = self.fresh(), {name: Tape(self._driver.witness) for name in calls}

        async def perform() -> None:
            playing = [_play(tapes[name], call, llm) for name, call in calls.items()]
            results = await asyncio.gather(*playing, return_exceptions=True)
            for error in results:
                if error is not None:
                    raise error

        return self._driver.acall(perform, calls=len(calls)), tapes

    def seen(self, error: BaseException) -> Raised:
        """The record of an exception that a scenario caught itself."""
        return self._driver.witness.raised(error)

    def _one(self, on: Any) -> Any:
        # Asking the model itself would call its __bool__ or __len__.
        return self.shared if on is None else on


async def _play(tape: Tape, call: Call, llm: Any) -> None:
    await tape.aplay(call(llm), in_turn=True)


_END = object()


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in before if before[name] != after[name])
