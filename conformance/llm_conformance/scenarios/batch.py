"""Many prompts in one call: batch and abatch.

The list of prompts repeats one and is not a palindrome, so that a reversed batch shows as well as a de-duplicated one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from llm_conformance.observe.call_styles import BATCHES, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.kept_answers import KEPT_ANSWERS, unasked_prompt
from llm_conformance.records import Batch, CallbackLog
from llm_conformance.scenarios.invalid_input import NOT_A_PROMPT
from llm_conformance.scenarios.registry import scenario

ORDER = (0, 1, 0, 2)
_RUN_ID = UUID("00000000-0000-4000-8000-0000000000b1")


@scenario(
    method="batch",
    reported_by="batch.completes",
    model_calls=4,
    requires=("invoke.completes",),
    same_failure_as=("invoke", "other_prompts", "config_forms"),
)
def batch(ctx: Context) -> Batch:
    """Four prompts, two of them the same."""
    prompts = _prompts(ctx)
    return ctx.batch(lambda llm: llm.batch(prompts), calls=4, inputs=prompts)


@scenario(
    method="abatch",
    reported_by="abatch.completes",
    model_calls=4,
    requires=("ainvoke.completes",),
    same_failure_as=("batch", "other_prompts", "config_forms"),
)
def abatch(ctx: Context) -> Batch:
    """Four prompts, two of them the same, on a loop."""
    prompts = _prompts(ctx)
    return ctx.batch(lambda llm: llm.abatch(prompts), calls=4, on_loop=True, inputs=prompts)


@scenario(styles=BATCHES, reported_by="batch.one", requires=(completes,))
def batch_one(ctx: Context, style: CallStyle) -> Batch:
    """A list of one prompt."""
    return ctx.batch(lambda llm: style.call(llm, [ctx.prompt]), calls=1, on_loop=style.asynchronous)


@scenario(
    styles=BATCHES,
    reported_by="input.not-mutated",
    model_calls=2,
    requires=(completes, "batch.not-mutated"),
    may_raise=True,
)
def message_lists(ctx: Context, style: CallStyle) -> Batch:
    """Two prompts, each as a list of one message; a model may reject them, but not mutate them."""
    inputs = [[("human", prompt)] for prompt in ctx.prompts[:2]]
    return ctx.batch(lambda llm: style.call(llm, inputs), calls=2, on_loop=style.asynchronous, inputs=inputs)


@scenario(styles=BATCHES, reported_by="batch.empty", model_calls=0, requires=(completes,))
def batch_empty(ctx: Context, style: CallStyle) -> Batch:
    """A list without a prompt."""
    return ctx.batch(lambda llm: style.call(llm, []), calls=0, on_loop=style.asynchronous)


@scenario(styles=BATCHES, reported_by="batch.max-concurrency", model_calls=4, requires=(completes,))
def batch_max_concurrency(ctx: Context, style: CallStyle) -> Batch:
    """Four prompts, at most three at a time: a remainder that is left out shows."""
    prompts, config = _prompts(ctx), {"max_concurrency": 3}
    return ctx.batch(lambda llm: style.call(llm, prompts, config), calls=4, on_loop=style.asynchronous)


@scenario(
    styles=BATCHES,
    reported_by="batch.raises",
    model_calls=2,
    requires=(completes, "input.rejects-invalid"),
    may_raise=True,
)
def batch_raises(ctx: Context, style: CallStyle) -> Batch:
    """Three inputs, the middle one not a prompt."""
    return ctx.batch(
        lambda llm: style.call(llm, _with_invalid(ctx)), calls=2, on_loop=style.asynchronous, on=ctx.new_instance()
    )


@scenario(
    styles=BATCHES,
    reported_by="batch.return-exceptions",
    model_calls=2,
    requires=(completes, "input.rejects-invalid"),
)
def batch_return_exceptions(ctx: Context, style: CallStyle) -> Batch:
    """Three inputs, the middle one not a prompt, with `return_exceptions=True`."""
    return ctx.batch(
        lambda llm: style.call(llm, _with_invalid(ctx), return_exceptions=True),
        calls=2,
        on_loop=style.asynchronous,
        on=ctx.new_instance(),
    )


@scenario(method="batch", reported_by="batch.configs", model_calls=2, requires=("batch.completes",))
def batch_configs(ctx: Context) -> Batch:
    """Two prompts with a config for each."""
    prompts, configs = (
        list(ctx.prompts[:2]),
        [{"tags": [tag], "metadata": {"llm_conformance": "1"}} for tag in ("one", "two")],
    )
    return ctx.batch(lambda llm: llm.batch(prompts, configs), calls=2, inputs=prompts, configs=configs)


@scenario(method="batch", reported_by="batch.configs", model_calls=2, requires=("batch.completes",), may_raise=True)
def batch_short_configs(ctx: Context) -> Batch:
    """Two prompts with a list of one config."""
    return ctx.batch(lambda llm: llm.batch(list(ctx.prompts[:2]), [{"tags": ["one"]}]), calls=2)


@scenario(
    method="batch", reported_by="batch.run-id", requires=("batch.completes", "callbacks.start-end", "config.run-id")
)
def batch_with_run_id(ctx: Context) -> CallbackLog:
    """A list of one prompt, with a handler and a run id in its config."""
    recorder = ctx.new_callback_recorder()
    config = {"callbacks": [recorder.handler], "run_id": _RUN_ID}
    return replace(ctx.callbacks(recorder, lambda llm: llm.batch([ctx.prompt], config)), run_id=str(_RUN_ID))


@scenario(method="batch_as_completed", reported_by="batch.as-completed", model_calls=2, requires=("batch.completes",))
def batch_as_completed(ctx: Context) -> Batch:
    """Two prompts, with `batch_as_completed()`: pairs of an index and an answer."""
    prompts = list(ctx.prompts[:2])
    return ctx.batch(lambda llm: list(llm.batch_as_completed(prompts)), calls=2, inputs=prompts)


@scenario(method="abatch_as_completed", reported_by="batch.as-completed", model_calls=2, requires=("abatch.completes",))
def abatch_as_completed(ctx: Context) -> Batch:
    """Two prompts, with `abatch_as_completed()`."""
    prompts = list(ctx.prompts[:2])

    async def call(llm: Any) -> list[Any]:
        return [pair async for pair in llm.abatch_as_completed(prompts)]

    return ctx.batch(call, calls=2, on_loop=True, inputs=prompts)


@scenario(styles=BATCHES, reported_by="batch.each-config", model_calls=2, requires=(completes,))
def batch_each_config(ctx: Context, style: CallStyle) -> CallbackLog:
    """Two prompts with a config for each, which have a tag of their own, and the same handler, metadata and other tag.

    A model may fail for any handler, which another check reports: a call that raises is made again without one. If
    nothing is reported, two prompts that no call has asked show whether the model keeps its answers.
    """
    asked = ctx.prompts[:2]
    log = _log_of_two(ctx, style, asked, on=ctx.instance)
    if log.raised is not None and _two(ctx, style, asked, {}, on=ctx.instance).raised is None:
        return replace(log, inconclusive="the call returns without a callback handler in the configs")
    if not log.failed and not log.events:
        with unasked_prompt(ctx) as one, unasked_prompt(ctx) as two:
            if _log_of_two(ctx, style, (one, two), on=ctx.new_instance()).starts:
                return replace(log, inconclusive=KEPT_ANSWERS)
    return log


def _log_of_two(ctx: Context, style: CallStyle, prompts: tuple[str, ...], *, on: Any) -> CallbackLog:
    recorder = ctx.new_callback_recorder()
    handler = recorder.ahandler if style.asynchronous else recorder.handler
    return recorder.beside(_two(ctx, style, prompts, {"callbacks": [handler]}, on=on))


def _two(ctx: Context, style: CallStyle, prompts: tuple[str, ...], handlers: dict[str, Any], *, on: Any) -> Batch:
    configs = [{"tags": [tag, "t1"], "metadata": {"llm_conformance": "1"}, **handlers} for tag in ("one", "two")]
    return ctx.batch(lambda llm: style.call(llm, list(prompts), configs), calls=2, on_loop=style.asynchronous, on=on)


def _prompts(ctx: Context) -> list[str]:
    return [ctx.prompts[index] for index in ORDER]


def _with_invalid(ctx: Context) -> list[object]:
    return [ctx.prompts[0], NOT_A_PROMPT, ctx.prompts[1]]
