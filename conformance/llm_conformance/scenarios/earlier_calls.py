"""A call after another one of the same instance, which was given more: handlers, or earlier messages."""

from __future__ import annotations

import json
from dataclasses import replace

from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, INVOKE, STREAM, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.whole_answer import whole_answer
from llm_conformance.records import CallbackLog, ChatAnswers, Requests
from llm_conformance.records.requests import LAST_ANSWER, LAST_QUESTION
from llm_conformance.scenarios.conversation import EARLIER, WHAT
from llm_conformance.scenarios.registry import WIRE, scenario

_STYLES = (INVOKE, AINVOKE, STREAM, ASTREAM)
_READ = ("invoke.completes", "ainvoke.completes", "stream.concat", "stream.async-parity")
_ANSWER = ("Eleven", " fathoms", ",", " said", " the", " diver")


@scenario(
    styles=_STYLES,
    reported_by="isolation.earlier-handlers",
    model_calls=2,
    requires=(completes, "config.optional", "config.accepted"),
)
def after_handlers(ctx: Context, style: CallStyle) -> CallbackLog:
    """The first prompt with a callback handler, and the second one without: what the handler gets of that call."""
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
        ctx.new_callback_recorder(), lambda llm: style.call(llm, ctx.prompts[1]), on_loop=style.asynchronous, on=llm
    )
    late = of_first.beside(second).events[len(first.events) :]
    return replace(second, events=late, mutated=mutated)


@scenario(
    method="astream",
    reported_by="isolation.earlier-messages",
    model_calls=8,
    other_methods=("invoke", "ainvoke", "stream"),
    requires=_READ,
)
def after_conversation(ctx: Context) -> ChatAnswers:
    """The first prompt alone, in four call styles, to an instance that has answered a conversation in each of them."""
    llm = ctx.new_instance()
    for style in _STYLES:
        if whole_answer(ctx, style, llm, [*EARLIER, ("human", ctx.prompts[1])]).failed:
            return ChatAnswers()
    return ChatAnswers(by_label={style.name: whole_answer(ctx, style, llm, ctx.prompt) for style in _STYLES})


@scenario(
    method="astream",
    reported_by="wire.no-leftover-messages",
    model_calls=8,
    other_methods=("invoke", "ainvoke", "stream"),
    requires=_READ,
    control=WIRE,
)
def requests_after_conversation(ctx: Context) -> Requests:
    """A conversation in each of four call styles, and then a prompt alone in each: which messages each request has."""
    llm, by, asked = ctx.new_instance(), dict[str, dict[str, str]](), list[str]()
    for when, earlier, tokens in (("given more", EARLIER, _ANSWER), ("after", (), ("Yes", "."))):
        for style in _STYLES:
            planned = ctx.wire.plan(tokens)
            try:
                if whole_answer(ctx, style, llm, [*earlier, ("human", planned.prompt)]).failed:
                    return Requests(by_label=by)
                sent = json.dumps(planned.request_bodies)
            finally:
                ctx.controller.discard(planned)
            asked += [planned.nonce] if earlier else []
            by[f"{style.name} {when}"] = {
                **{what: str(text in sent).lower() for what, (_, text) in zip(WHAT, EARLIER, strict=True)},
                LAST_QUESTION: str(any(nonce in sent for nonce in asked)).lower(),
                LAST_ANSWER: str("".join(_ANSWER) in sent).lower(),
            }
    return Requests(by_label=by)
