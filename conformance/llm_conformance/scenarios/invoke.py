"""One prompt, one answer: invoke and ainvoke."""

from llm_conformance.observe.call_styles import Call
from llm_conformance.observe.context import Context
from llm_conformance.records import Replies, Reply
from llm_conformance.scenarios.registry import scenario

# Texts that no answer contains, and that any provider accepts.
_NOWHERE = tuple(f"<|nowhere-{n}|>" for n in range(1, 5))


@scenario(reported_by="invoke.completes", method="invoke")
def invoke(ctx: Context) -> Reply:
    """The first prompt, invoked."""
    return ctx.reply(lambda llm: llm.invoke(ctx.prompt))


@scenario(
    reported_by="ainvoke.completes", method="ainvoke", requires=("invoke.completes",), same_failure_as=("repeat",)
)
def ainvoke(ctx: Context) -> Reply:
    """The first prompt, invoked on a loop."""
    return ctx.reply(lambda llm: llm.ainvoke(ctx.prompt), on_loop=True)


@scenario(
    reported_by="isolation.repeated-calls",
    method="invoke",
    model_calls=2,
    requires=("invoke.completes",),
    same_failure_as=("invoke",),
)
def repeat(ctx: Context) -> Replies:
    """The first prompt again: on the same instance, and on a fresh one."""
    return ctx.replies(
        {
            "the same instance again": (ctx.instance, lambda llm: llm.invoke(ctx.prompt)),
            "a fresh instance": (ctx.new_instance(), lambda llm: llm.invoke(ctx.prompt)),
        }
    )


@scenario(
    reported_by="isolation.repeated-calls",
    method="invoke",
    model_calls=2,
    requires=("invoke.completes",),
    same_failure_as=("invoke",),
)
def other_prompts(ctx: Context) -> Replies:
    """The other prompts, each invoked by itself."""
    return ctx.replies(
        {
            "the second prompt": (ctx.instance, lambda llm: llm.invoke(ctx.prompts[1])),
            "the third prompt": (ctx.instance, lambda llm: llm.invoke(ctx.prompts[2])),
        }
    )


@scenario(reported_by=None, method="invoke", model_calls=6, requires=("invoke.completes",))
def confirm(ctx: Context) -> Replies:
    """The first prompt six times more, before answers that differ are reported; no check judges it."""
    return ctx.replies({f"time {n} more": (ctx.instance, lambda llm: llm.invoke(ctx.prompt)) for n in range(1, 7)})


@scenario(reported_by=None, method="invoke", model_calls=4, requires=("invoke.completes",), may_raise=True)
def confirm_uncached(ctx: Context) -> Replies:
    """The first prompt with a stop text that does not occur, and another each time: a cache has no answer to it."""

    def call(stop: str) -> Call:
        return lambda llm: llm.invoke(ctx.prompt, stop=[stop])

    return ctx.replies({stop: (ctx.second_instance, call(stop)) for stop in _NOWHERE})


@scenario(reported_by="input.not-mutated", method="invoke", requires=("invoke.completes",), may_raise=True)
def message_list_invoke(ctx: Context) -> Reply:
    """The first prompt as a list of one message, invoked; a model may reject it, but not mutate it."""
    messages = [("human", ctx.prompt)]
    return ctx.reply(lambda llm: llm.invoke(messages), input=messages)


@scenario(reported_by="input.not-mutated", method="ainvoke", requires=("ainvoke.completes",), may_raise=True)
def message_list_ainvoke(ctx: Context) -> Reply:
    """The first prompt as a list of one message, awaited; a model may reject it, but not mutate it."""
    messages = [("human", ctx.prompt)]
    return ctx.reply(lambda llm: llm.ainvoke(messages), on_loop=True, input=messages)
