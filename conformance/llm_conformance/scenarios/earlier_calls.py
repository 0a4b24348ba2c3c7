"""A call after another one of the same instance, which was given more: handlers, or earlier messages."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, INVOKE, STREAM, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.whole_answer import whole_answer
from llm_conformance.records import CallbackLog, ChatAnswer, ChatAnswers, Requests
from llm_conformance.scenarios.conversation import EARLIER, facts_of
from llm_conformance.scenarios.registry import WIRE, scenario

_TOKENS = ("Nine", " metres", ".")


@scenario(
    styles=(INVOKE, AINVOKE, STREAM, ASTREAM),
    reported_by="isolation.earlier-handlers",
    model_calls=2,
    requires=(completes, "config.optional", "config.accepted"),
)
def after_handlers(ctx: Context, style: CallStyle) -> CallbackLog:
    """The first prompt with a callback handler, and then without one: what the handler gets of the second call."""
    llm, of_first = ctx.new_instance(), ctx.new_callback_recorder()
    handler = of_first.ahandler if style.asynchronous else of_first.handler
    handlers = [handler]
    config = {"callbacks": handlers}
    first = ctx.callbacks(
        of_first,
        lambda llm: style.call(llm, ctx.prompt, config=config),
        on_loop=style.asynchronous,
        on=llm,
    )
    kept = config == {"callbacks": handlers} and [*map(id, handlers)] == [id(handler)]
    mutated = () if kept else ("config",)
    if first.failed or not first.starts:
        # `callbacks.accepted` and `callbacks.start-end` report it.
        return CallbackLog(mutated=mutated)
    second = ctx.callbacks(
        ctx.new_callback_recorder(), lambda llm: style.call(llm, ctx.prompt), on_loop=style.asynchronous, on=llm
    )
    late = of_first.beside(second).events[len(first.events) :]
    return replace(second, events=late, mutated=mutated)


@scenario(
    method="stream",
    reported_by="isolation.earlier-messages",
    model_calls=4,
    other_methods=("invoke",),
    requires=("invoke.completes", "stream.completes"),
)
def after_conversation(ctx: Context) -> ChatAnswers:
    """The first prompt alone, to an instance that has answered another one after a system message and a turn."""
    by: dict[str, ChatAnswer] = {}
    for style in (INVOKE, STREAM):
        llm = ctx.new_instance()
        if whole_answer(ctx, style, llm, [*EARLIER, ("human", ctx.prompts[1])]).failed:
            return ChatAnswers()
        by[style.name] = whole_answer(ctx, style, llm, ctx.prompt)
    return ChatAnswers(by_label=by)


@scenario(
    method="astream",
    reported_by="wire.no-leftover-messages",
    model_calls=8,
    other_methods=("invoke", "ainvoke", "stream"),
    requires=("invoke.completes", "ainvoke.completes", "stream.concat", "stream.async-parity"),
    control=WIRE,
)
def requests_after_conversation(ctx: Context) -> Requests:
    """In each call style a conversation, and then a prompt alone: which of the earlier messages each request has."""
    by: dict[str, dict[str, str]] = {}
    for style in (INVOKE, AINVOKE, STREAM, ASTREAM):
        llm = ctx.new_instance()
        for name, earlier in ((f"{style.name} given more", EARLIER), (f"{style.name} after", ())):
            planned = ctx.wire.plan(_TOKENS)
            try:
                if whole_answer(ctx, style, llm, [*earlier, ("human", planned.prompt)]).failed:
                    return Requests(by_label=by)
                by[name] = facts_of([*planned.request_bodies], planned.nonce)
            finally:
                ctx.controller.discard(planned)
    return Requests(by_label=by)
