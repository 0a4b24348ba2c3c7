"""What a model reports to the callback handlers of its config. A model that calls no handler is not judged."""

from __future__ import annotations

from itertools import groupby

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.reasons import RUN_ID_AND_CACHE
from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.checks.vacuity import no_text
from llm_conformance.records import (
    CallbackLog,
    Finding,
    Findings,
    Kind,
    Place,
    Reply,
    SubjectInfo,
    Text,
    first_difference,
    inconclusive,
    not_applicable,
)

WITH_HANDLERS = ("callbacks[invoke]", "callbacks[ainvoke]", "callbacks[stream]", "callbacks[astream]")
MODELS = (Kind.LLM, Kind.CHAT)
_STARTS = ("on_llm_start", "on_chat_model_start")
_ENDS = ("on_llm_end", "on_llm_error")
_NO_RUN = "the model reports no run to callback handlers"


@check(
    "callbacks.accepted",
    SHOULD,
    clause="CONF-007",
    empty_passes="the call is judged, not what it reports",
    for_each=(*WITH_HANDLERS, "callbacks_closed[*]"),
    kinds=MODELS,
)
def handlers_are_accepted(call: CallbackLog) -> Findings:
    """A call with callback handlers in its config, synchronous or asynchronous ones, neither raises nor hangs."""
    if call.failed:
        yield call_failed("returns an answer, with callback handlers in the config", call)


@check(
    "callbacks.same-answer",
    SHOULD,
    clause="CONF-007",
    vacuous=(no_text,),
    kinds=MODELS,
    requires=(
        "callbacks.accepted",
        "isolation.repeated-calls",
        "stream.repeats",
        "stream.concat",
        "stream.async-parity",
    ),
    deterministic=True,
)
def handlers_do_not_change_the_answer(
    callbacks_invoke: CallbackLog, callbacks_stream: CallbackLog, callbacks_astream: CallbackLog, invoke: Reply
) -> Findings:
    """A callback handler in the config does not change the answer."""
    logs = {"invoke()": callbacks_invoke, "stream()": callbacks_stream, "astream()": callbacks_astream}
    for style, log in logs.items():
        actual = "".join(log.texts)
        if actual != invoke.text:
            at = first_difference(invoke.text, actual)
            yield Finding(
                invoke.display,
                Text(log.texts),
                code="text-differs",
                at=at,
                where=style,
                sides=("invoke()", "with handler"),
            )


@check("callbacks.start-end", SHOULD, clause="CONF-007", for_each=WITH_HANDLERS, kinds=MODELS)
def a_run_is_reported_from_start_to_end(call: CallbackLog) -> Findings:
    """For a successful run, handlers get one start first, one `on_llm_end` last, and no `on_llm_error`."""
    methods = [event.method for event in call.of_model]
    started = {event.run_id for event in call.events if event.method.endswith("_start")}
    strays = [event for event in call.events if event.run_id not in started]
    if strays:
        yield Finding(
            "only run ids that have a start", f"{strays[0].method} of run {strays[0].run_id!r}", code="unknown-run-id"
        )
    elif not methods:
        yield not_applicable(_NO_RUN)
    elif (
        methods[0] not in _STARTS
        or methods[-1] != "on_llm_end"
        or _count(methods, _STARTS) != 1
        or _count(methods, _ENDS) != 1
    ):
        yield Finding("on_llm_start, .., on_llm_end", _outline(methods), code="order-differs")


@check(
    "callbacks.run-id",
    SHOULD,
    clause="CONF-007",
    for_each=WITH_HANDLERS,
    kinds=MODELS,
    requires=("callbacks.start-end", "config.run-id"),
)
def handlers_get_the_run_id_of_the_config(call: CallbackLog) -> Findings:
    """Handlers get the `run_id` of the config as the run id of the model's run."""
    if not call.of_model:
        yield not_applicable(_NO_RUN)
    elif not call.run_id:
        yield inconclusive(RUN_ID_AND_CACHE)
    elif call.of_model[0].run_id != call.run_id:
        yield Finding(f"run id {call.run_id!r}", f"run id {call.of_model[0].run_id!r}", code="run-id-differs")


@check(
    "callbacks.config",
    SHOULD,
    clause="CONF-007",
    for_each=(*WITH_HANDLERS, "batch_each_config[*]"),
    kinds=MODELS,
    requires=("callbacks.start-end", "config.tags", "config.metadata", "batch.each-config"),
)
def handlers_get_the_tags_and_the_metadata(
    call: CallbackLog, callbacks_invoke: CallbackLog, callbacks_astream: CallbackLog
) -> Findings:
    """If handlers get the tags, or the metadata, of the config with the start of one call, they do so of every call."""
    # A model that calls handlers by itself may give them neither. langchain-core makes its events of what handlers get
    # of `astream()`, so `config.tags` has shown that they get both; `invoke()` is for models with events of their own.
    others = {"astream()": callbacks_astream, "invoke()": callbacks_invoke}
    given = False
    for field, what, word in (("tags", "tags", "t1"), ("metadata", "metadata with the keys", "llm_conformance")):
        actual = _of_starts(call, field)
        giver = next((name for name, log in others.items() if word in _of_starts(log, field)), None)
        given = given or word in actual or giver is not None
        if call.starts and giver is not None and word not in actual:
            lost = f"{what} {actual} at the start, and {word!r} with `{giver}`"
            hint = "an override passes on a part of its `config`: pass all of it to `super()`"
            yield Finding(f"{word!r} in the {field} at the start", lost, code=f"{field}-lost", hint=hint)
            return
    if not call.starts:
        yield not_applicable(_NO_RUN)
    elif not given:
        yield not_applicable("handlers get neither the tags nor the metadata of the config")


@check("callbacks.awaited", SHOULD, clause="CONF-007", for_each=("callbacks[astream]",), kinds=MODELS)
def reports_are_awaited(call: CallbackLog) -> Findings:
    """An asynchronous model awaits each call of a callback handler."""
    for warning in call.warnings:
        if "was never awaited" in warning:
            hint = "write `await run_manager.on_llm_new_token(..)` in asynchronous methods"
            yield Finding("every call of a handler awaited", warning, code="not-awaited", hint=hint)
            return
    if not call.events:
        yield not_applicable(_NO_RUN)


@check(
    "callbacks.async-parity",
    SHOULD,
    clause="CONF-007",
    kinds=MODELS,
    requires=("callbacks.start-end", "callbacks.tokens", "callbacks.awaited", "stream.native-async"),
)
def astream_reports_what_stream_reports(callbacks_stream: CallbackLog, callbacks_astream: CallbackLog) -> Findings:
    """If `stream()` reports its run, or its tokens, to handlers, so does `astream()`."""
    if not callbacks_stream.of_model:
        yield not_applicable(_NO_RUN)
    for code, what, sync_events, async_events in (
        ("no-run", "a run", callbacks_stream.of_model, callbacks_astream.of_model),
        ("no-tokens", "tokens", callbacks_stream.tokens, callbacks_astream.tokens),
    ):
        if sync_events and not async_events and code == "no-tokens" and not any(callbacks_astream.texts):
            yield inconclusive("the answer of `astream()` is empty")
        elif sync_events and not async_events:
            outline = _outline([event.method for event in callbacks_astream.of_model]) or "nothing"
            expected = f"{what} reported by `astream()`, as by `stream()`"
            yield Finding(expected, f"{outline} reported by `astream()`", code=code)
            return


@check(
    "callbacks.every-call",
    SHOULD,
    clause="CONF-007",
    for_each=("callbacks[ainvoke]", "callbacks[stream]", "batch_each_config[*]"),
    kinds=MODELS,
    requires=("callbacks.start-end", "callbacks.async-parity", "batch.each-config"),
)
def every_call_reports_a_run(call: CallbackLog, callbacks_invoke: CallbackLog, subject: SubjectInfo) -> Findings:
    """If one of `invoke()`, `ainvoke()`, `stream()`, `batch()` and `abatch()` reports its run to handlers, all do."""
    if not call.starts and not callbacks_invoke.starts:
        yield not_applicable(_NO_RUN)
    elif subject.cached:
        yield inconclusive("it has a cache, and langchain-core reports no run for an answer that is in it")
    elif not call.starts or not callbacks_invoke.starts:
        silent = "this call" if callbacks_invoke.starts else "`invoke()`"
        hint = "an override drops its `config`: pass it on to `super()`"
        yield Finding("a run reported by both calls", f"nothing reported by {silent}", code="no-run", hint=hint)


@check(
    "callbacks.error-on-close",
    SHOULD,
    clause="CLOSE-007",
    for_each=("callbacks_closed[*]",),
    kinds=MODELS,
    requires=("close.returns", "close.stream"),
)
def a_closed_stream_is_reported_as_an_error(call: CallbackLog) -> Findings:
    """If the consumer closes the stream early, handlers get exactly one `on_llm_error`, and no `on_llm_end`."""
    ends = [event.method for event in call.of_model if event.method in _ENDS]
    complete = any(event.method == "on_llm_end" and event.delivered == 0 for event in call.of_model)
    if not call.of_model:
        yield not_applicable(_NO_RUN)
    elif complete or call.left_at is not Place.MIDDLE:
        yield not_applicable("the answer was complete when the consumer closed the stream")
    elif ends != ["on_llm_error"]:
        actual = _outline([event.method for event in call.of_model])
        yield Finding("on_llm_start, .., on_llm_error", actual, code="order-differs")


@check(
    "callbacks.error-on-failure",
    SHOULD,
    clause="CONF-007",
    for_each=("callbacks_failed[*]", "callbacks_refused[*]"),
    kinds=MODELS,
    requires=("callbacks.start-end", "errors.invoke", "errors.stream"),
)
def a_failed_run_is_reported_as_an_error(call: CallbackLog) -> Findings:
    """If the model fails, handlers get exactly one `on_llm_error`, with the exception, and no `on_llm_end`."""
    ends = [event for event in call.of_model if event.method in _ENDS]
    if call.hung is not None:
        yield call_failed("raises the exception of the model, with callback handlers in the config", call)
    elif not call.of_model or call.raised is None:
        yield not_applicable(_NO_RUN)
    elif [event.method for event in ends] != ["on_llm_error"]:
        actual = _outline([event.method for event in call.of_model])
        hint = "report the end after the loop over the tokens, not in a `finally`"
        yield Finding("on_llm_start, .., on_llm_error", actual, code="order-differs", hint=hint)
    elif not {one.bases[0] for one in call.raised.chain} & set(ends[0].errors):
        raised, reported = call.raised.bases[0], ends[0].errors
        yield Finding(f"on_llm_error with {raised}", f"on_llm_error with {', '.join(reported)}", code="error-differs")


def _of_starts(log: CallbackLog, field: str) -> list[str]:
    """The tags, or the keys of the metadata, of all runs: one that is around the model's own has them, too."""
    starts = (event for event in log.events if event.method.endswith("_start"))
    return list(dict.fromkeys(word for event in starts for word in getattr(event, field)))


def _count(methods: list[str], which: tuple[str, ...]) -> int:
    return sum(method in which for method in methods)


def _outline(methods: list[str]) -> str:
    """The methods in order, repetitions counted."""
    counted = ((method, len(list(same))) for method, same in groupby(methods))
    return ", ".join(f"{method} ({count} times)" if count > 1 else method for method, count in counted)
