"""Many questions at once: batch and abatch.

The list of prompts repeats one and is no palindrome, so that a reversed batch shows as well as a de-duplicated one.
"""

from dataclasses import replace
from uuid import UUID

from llm_conformance.observe.callback_recorder import CallbackRecorder
from llm_conformance.observe.context import Context
from llm_conformance.records import Batch, CallbackLog
from llm_conformance.scenarios.invalid_input import NONSENSE
from llm_conformance.scenarios.registry import scenario

ORDER = (0, 1, 0, 2)
_RUN_ID = UUID("00000000-0000-4000-8000-0000000000b1")


def _prompts(ctx: Context) -> list[str]:
    return [ctx.prompts[index] for index in ORDER]


def _faulty(ctx: Context) -> list[object]:
    return [ctx.prompts[0], NONSENSE, ctx.prompts[1]]


@scenario(
    reported_by="batch.completes",
    method="batch",
    model_calls=4,
    requires=("invoke.completes",),
    same_failure_as=("invoke", "solo", "config_forms"),
)
def batch(ctx: Context) -> Batch:
    """Four prompts, two of them the same."""
    prompts = _prompts(ctx)
    return ctx.batch(lambda llm: llm.batch(prompts), calls=4, inputs=prompts)


@scenario(
    reported_by="abatch.completes",
    method="abatch",
    model_calls=4,
    requires=("ainvoke.completes",),
    same_failure_as=("batch", "solo", "config_forms"),
)
def abatch(ctx: Context) -> Batch:
    """Four prompts, two of them the same, on a loop."""
    prompts = _prompts(ctx)
    return ctx.abatch(lambda llm: llm.abatch(prompts), calls=4, inputs=prompts)


@scenario(reported_by="batch.one", method="batch", requires=("batch.completes",))
def batch_one(ctx: Context) -> Batch:
    """A list of one prompt."""
    return ctx.batch(lambda llm: llm.batch([ctx.prompt]), calls=1)


@scenario(reported_by="batch.one", method="abatch", requires=("abatch.completes",))
def abatch_one(ctx: Context) -> Batch:
    """A list of one prompt, on a loop."""
    return ctx.abatch(lambda llm: llm.abatch([ctx.prompt]), calls=1)


@scenario(reported_by="batch.empty", method="batch", model_calls=0, requires=("batch.completes",))
def batch_none(ctx: Context) -> Batch:
    """No prompt at all."""
    return ctx.batch(lambda llm: llm.batch([]), calls=0)


@scenario(reported_by="batch.empty", method="abatch", model_calls=0, requires=("abatch.completes",))
def abatch_none(ctx: Context) -> Batch:
    """No prompt at all, on a loop."""
    return ctx.abatch(lambda llm: llm.abatch([]), calls=0)


@scenario(reported_by="batch.max-concurrency", method="batch", model_calls=4, requires=("batch.completes",))
def batch_capped(ctx: Context) -> Batch:
    """Four prompts, at most two at a time."""
    prompts = _prompts(ctx)
    return ctx.batch(lambda llm: llm.batch(prompts, {"max_concurrency": 2}), calls=4)


@scenario(reported_by="batch.max-concurrency", method="abatch", model_calls=4, requires=("abatch.completes",))
def abatch_capped(ctx: Context) -> Batch:
    """Four prompts, at most two at a time, on a loop."""
    prompts = _prompts(ctx)
    return ctx.abatch(lambda llm: llm.abatch(prompts, {"max_concurrency": 2}), calls=4)


@scenario(
    reported_by="batch.raises",
    method="batch",
    model_calls=2,
    requires=("batch.completes", "input.rejects-invalid"),
    may_raise=True,
)
def batch_refused(ctx: Context) -> Batch:
    """Three inputs, the middle one no prompt."""
    return ctx.batch(lambda llm: llm.batch(_faulty(ctx)), calls=2, on=ctx.new_instance())


@scenario(
    reported_by="batch.raises",
    method="abatch",
    model_calls=2,
    requires=("abatch.completes", "input.rejects-invalid"),
    may_raise=True,
)
def abatch_refused(ctx: Context) -> Batch:
    """Three inputs, the middle one no prompt, on a loop."""
    return ctx.abatch(lambda llm: llm.abatch(_faulty(ctx)), calls=2, on=ctx.new_instance())


@scenario(
    reported_by="batch.return-exceptions",
    method="batch",
    model_calls=2,
    requires=("batch.completes", "input.rejects-invalid"),
)
def batch_kept(ctx: Context) -> Batch:
    """The same three inputs, with exceptions returned."""
    return ctx.batch(lambda llm: llm.batch(_faulty(ctx), return_exceptions=True), calls=2, on=ctx.new_instance())


@scenario(
    reported_by="batch.return-exceptions",
    method="abatch",
    model_calls=2,
    requires=("abatch.completes", "input.rejects-invalid"),
)
def abatch_kept(ctx: Context) -> Batch:
    """The same three inputs, with exceptions returned, on a loop."""
    return ctx.abatch(lambda llm: llm.abatch(_faulty(ctx), return_exceptions=True), calls=2, on=ctx.new_instance())


@scenario(reported_by="batch.configs", method="batch", model_calls=2, requires=("batch.completes",))
def batch_configs(ctx: Context) -> Batch:
    """Two prompts with a config for each."""
    prompts, configs = list(ctx.prompts[:2]), [{"tags": ["one"]}, {"tags": ["two"]}]
    return ctx.batch(lambda llm: llm.batch(prompts, configs), calls=2, inputs=prompts, configs=configs)


@scenario(reported_by="batch.configs", method="batch", model_calls=2, requires=("batch.completes",), may_raise=True)
def batch_short_configs(ctx: Context) -> Batch:
    """Two prompts with a list of one config."""
    return ctx.batch(lambda llm: llm.batch(list(ctx.prompts[:2]), [{"tags": ["one"]}]), calls=2)


@scenario(
    reported_by="batch.run-id", method="batch", requires=("batch.completes", "callbacks.start-end", "config.run-id")
)
def batch_with_run_id(ctx: Context) -> CallbackLog:
    """A list of one prompt, with a handler and a run id in its config."""
    handler_recorder = CallbackRecorder()
    config = {"callbacks": [handler_recorder.handler], "run_id": _RUN_ID}
    return replace(ctx.callbacks(handler_recorder, lambda llm: llm.batch([ctx.prompt], config)), run_id=str(_RUN_ID))
