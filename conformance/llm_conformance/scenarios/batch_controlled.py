"""Batches of a controlled model: one of its answers fails, or all are paused to be counted."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from llm_conformance.control.controller import PlannedAnswer
from llm_conformance.observe.call_styles import ABATCH, BATCH, BATCHES, CallStyle, completes
from llm_conformance.observe.client_timeout import is_timeout
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import Act, ControlledCall
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.records import Batch, ControlledOutcome, Milestone
from llm_conformance.scenarios.errors import FAILS_BY_FAULTS
from llm_conformance.scenarios.registry import SCRIPT, scenario

PROMPTS, LIMIT = 6, 2
# A model that sends its prompts in groups takes 8, 16, 20 or 32 of them, and some take 50.
MANY = 64

_TOKENS = (" one", " of", " many")


@scenario(
    styles=BATCHES,
    reported_by="batch.raises",
    model_calls=3,
    requires=(completes,),
    control=SCRIPT,
    not_on_wire=FAILS_BY_FAULTS,
    may_raise=True,
)
def batch_raises_controlled(ctx: Context, style: CallStyle) -> Batch:
    """Three prompts; the model fails in the middle of its answer to the second."""
    return ctx.batch(
        lambda llm: style.call(llm, _with_failing(ctx)), calls=3, on_loop=style.asynchronous, on=ctx.new_instance()
    )


@scenario(
    styles=BATCHES,
    reported_by="batch.return-exceptions",
    model_calls=3,
    requires=(completes,),
    control=SCRIPT,
    not_on_wire=FAILS_BY_FAULTS,
)
def batch_return_exceptions_controlled(ctx: Context, style: CallStyle) -> Batch:
    """Three prompts, with `return_exceptions=True`; the model fails in the middle of its answer to the second."""
    return ctx.batch(
        lambda llm: style.call(llm, _with_failing(ctx), return_exceptions=True),
        calls=3,
        on_loop=style.asynchronous,
        on=ctx.new_instance(),
    )


@scenario(
    styles=BATCHES,
    reported_by="batch.many",
    model_calls=MANY,
    requires=(completes, "batch.order", "invoke.exact"),
    control=SCRIPT,
)
def batch_many(ctx: Context, style: CallStyle) -> Batch:
    """64 prompts, more than a model sends at once; the answer to each is its place in the list."""
    answers = [ctx.controller.plan((str(place),)) for place in range(MANY)]
    try:
        return ctx.batch(
            lambda llm: style.call(llm, [answer.prompt for answer in answers]),
            calls=MANY,
            on_loop=style.asynchronous,
        )
    finally:
        for answer in answers:
            ctx.controller.discard(answer)


@scenario(
    styles=(BATCH,),
    reported_by="batch.concurrency-limit",
    model_calls=PROMPTS * (PROMPTS + 1),
    requires=("batch.max-concurrency",),
    control=SCRIPT,
)
@scenario(
    styles=(ABATCH,),
    reported_by="batch.concurrency-limit",
    model_calls=PROMPTS * (PROMPTS + 1),
    requires=("batch.max-concurrency", "loop.not-blocked"),
    control=SCRIPT,
)
def batch_peak(ctx: Context, style: CallStyle) -> ControlledOutcome:
    """Six prompts, at most two at a time; each answer is paused for as long as another instance takes for six."""
    llm, gates = ctx.new_instance(), _GateQueue(ctx, ctx.controlled_call(style, _TOKENS))

    async def act() -> None:
        with gates:
            answers = style.call(llm, gates.prompts, {"max_concurrency": LIMIT})
            if style.asynchronous:
                await answers

    return gates.outcome(act)


def _with_failing(ctx: Context) -> list[str]:
    failing: PlannedAnswer = ctx.controller.plan(_TOKENS, fails=1)
    return [ctx.prompts[0], failing.prompt, ctx.prompts[1]]


class _GateQueue:
    """A batch whose answers are paused, counted, and released one by one by a thread beside it."""

    def __init__(self, ctx: Context, call: ControlledCall) -> None:
        self._ctx = ctx
        self._call = call
        self._other_llm = ctx.new_instance()
        self._answers: Sequence[PlannedAnswer] = [ctx.controller.plan(_TOKENS, gates=(0,)) for _ in range(PROMPTS)]
        self._over = threading.Event()
        self._woken = threading.Event()
        self._holding = False
        for answer in self._answers:
            answer.gates[0].on_wait(self._woken.set)
        self.prompts = [answer.prompt for answer in self._answers]

    def __enter__(self) -> None:
        threading.Thread(target=self._release, name="llm-conformance-call", daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self._end()

    def outcome(self, act: Act) -> ControlledOutcome:
        """The batch, and the most answers that the model generated at the same time."""
        done = self._call.run(act)
        held = self._holding and (done.hung is not None or is_timeout(done.raised))
        self._end()
        for answer in self._answers:
            self._ctx.controller.discard(answer)
        if held and self._call.milestones.get(Milestone.PEAK_CONCURRENCY, 0) <= LIMIT:
            raise Inconclusive("the model does not answer another instance while the harness holds an answer back")
        return self._call.outcome(done)

    def _end(self) -> None:
        self._over.set()
        self._woken.set()

    def _release(self) -> None:
        released: set[PlannedAnswer] = set()
        milestones, peak = self._call.milestones, Milestone.PEAK_CONCURRENCY
        while not self._over.is_set():
            self._woken.wait()
            self._woken.clear()
            while self._waiting(released) and not self._over.is_set():
                # An answer beyond the limit has the time of a whole batch to start.
                self._holding = True
                try:
                    self._other_llm.batch([self._call.answer.prompt] * PROMPTS)
                except Exception:  # noqa: BLE001 - the model refuses it meanwhile, so the act is inconclusive
                    return
                if self._call.timed_out:
                    return
                self._holding = False
                waiting = self._waiting(released)
                milestones[peak] = max(milestones.get(peak, 0), len(waiting))
                released.add(waiting[0])
                waiting[0].open_gates()

    def _waiting(self, released: set[PlannedAnswer]) -> list[PlannedAnswer]:
        return [answer for answer in self._answers if answer not in released and answer.gates[0].reached.is_set()]
