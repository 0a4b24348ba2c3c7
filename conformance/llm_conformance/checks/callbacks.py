"""What a model tells the callback handlers of its config. A model that calls no handler owes them nothing."""

from itertools import groupby

from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.records import (
    CallbackLog,
    Finding,
    Findings,
    Kind,
    Place,
    Reply,
    Text,
    first_difference,
    not_applicable,
)

_HEARD = ("heard_invoke", "heard_stream", "heard_astream")
_MODELS = (Kind.LLM, Kind.CHAT)
_STARTS = ("on_llm_start", "on_chat_model_start")
_SILENT = "it tells handlers of no run of a model"


@check(
    "callbacks.accepted",
    SHOULD,
    clause="CONF-007",
    for_each=(*_HEARD, "heard_leaving", "aheard_leaving"),
    kinds=_MODELS,
)
def handlers_are_taken(call: CallbackLog) -> Findings:
    """Handlers in the config, synchronous and asynchronous ones, are taken: the call goes as it goes without them."""
    if call.failed:
        yield Finding(expected="a call that takes its handlers", actual=call.ended_with)


@check(
    "callbacks.same-answer",
    SHOULD,
    clause="CONF-007",
    kinds=_MODELS,
    requires=(
        "callbacks.accepted",
        "isolation.repeated-calls",
        "stream.repeats",
        "stream.concat",
        "stream.async-parity",
    ),
    deterministic=True,
)
def handlers_change_no_answer(
    heard_invoke: CallbackLog, heard_stream: CallbackLog, heard_astream: CallbackLog, invoke: Reply
) -> Findings:
    """With a handler in its config a call says what it says without: no handler sends it another way."""
    for call, heard in (("invoke()", heard_invoke), ("stream()", heard_stream), ("astream()", heard_astream)):
        said = "".join(heard.texts)
        if said != invoke.text:
            yield Finding(invoke.display, Text(heard.texts), at=first_difference(invoke.text, said), where=call)


@check("callbacks.start-end", SHOULD, clause="CONF-007", for_each=_HEARD, kinds=_MODELS)
def a_run_is_told_from_start_to_end(call: CallbackLog) -> Findings:
    """A handler hears of the model's run one start first, and one end last, and of no error."""
    own = [note.method for note in call.of_model]
    started = {note.run_id for note in call.events if note.method.endswith("_start")}
    strays = [note for note in call.events if note.run_id not in started]
    if strays:
        yield Finding(
            expected="the run id of a run that has started", actual=f"{strays[0].method} of {strays[0].run_id!r}"
        )
    elif not own:
        yield not_applicable(_SILENT)
    elif own[0] not in _STARTS or own[-1] != "on_llm_end" or _count(own, _STARTS) != 1 or _count(own, _ENDS) != 1:
        yield Finding(expected="on_llm_start, .., on_llm_end", actual=_outline(own))


@check(
    "callbacks.run-id",
    SHOULD,
    clause="CONF-007",
    for_each=_HEARD,
    kinds=_MODELS,
    requires=("callbacks.start-end", "config.run-id"),
)
def handlers_hear_the_run_id(call: CallbackLog) -> Findings:
    """Handlers are told the run id of the config."""
    if not call.of_model:
        yield not_applicable(_SILENT)
    elif call.of_model[0].run_id != call.run_id:
        yield Finding(expected=f"run id {call.run_id!r}", actual=f"run id {call.of_model[0].run_id!r}")


@check(
    "callbacks.tokens",
    SHOULD,
    clause="CONF-007",
    for_each=("heard_stream", "heard_astream"),
    kinds=_MODELS,
    requires=("stream.repeats", "stream.concat", "stream.async-parity"),
)
def reported_tokens_are_the_chunks(call: CallbackLog) -> Findings:
    """The tokens that a handler hears, if it hears any, add up to the chunks: none is missing, none comes twice."""
    tokens, chunks = tuple(note.text or "" for note in call.tokens), call.texts
    if not tokens or any(note.text is None for note in call.tokens):
        yield not_applicable("it reports no tokens that are texts")
    elif "".join(tokens) != "".join(chunks):
        at = first_difference("".join(chunks), "".join(tokens))
        yield Finding(Text(chunks), Text(tokens), at=at)


@check(
    "callbacks.before-chunk",
    SHOULD,
    clause="CONF-007",
    for_each=("heard_stream", "heard_astream"),
    kinds=_MODELS,
    requires=("callbacks.tokens",),
)
def a_token_is_told_before_it_is_delivered(call: CallbackLog) -> Findings:
    """A handler hears each token before the consumer has the chunk."""
    if not call.tokens or any(note.text is None for note in call.tokens):
        yield not_applicable("it reports no tokens that are texts")
        return
    delivered = 0
    for count, text in enumerate(call.texts):
        delivered += len(text)
        told = sum(len(note.text or "") for note in call.tokens if note.delivered <= count)
        if told < delivered:
            expected = f"{delivered} characters told before chunk {count} was delivered"
            yield Finding(expected=expected, actual=f"{told} of them")
            return


@check("callbacks.awaited", SHOULD, clause="CONF-007", for_each=("heard_astream",), kinds=_MODELS)
def reports_are_awaited(call: CallbackLog) -> Findings:
    """An asynchronous model awaits its reports to handlers; a report that nobody awaits is never made."""
    for warning in call.warnings:
        if "was never awaited" in warning:
            yield Finding(expected="every report awaited", actual=warning)
            return


@check(
    "callbacks.async-parity",
    SHOULD,
    clause="CONF-007",
    kinds=_MODELS,
    requires=("callbacks.start-end", "callbacks.tokens", "callbacks.awaited", "stream.native-async"),
)
def astream_tells_what_stream_tells(heard_stream: CallbackLog, heard_astream: CallbackLog) -> Findings:
    """A model that tells handlers of stream() of its run, or of its tokens, tells those of astream() as well."""
    for what, told, atold in (
        ("run", heard_stream.of_model, heard_astream.of_model),
        ("tokens", heard_stream.tokens, heard_astream.tokens),
    ):
        if told and not atold:
            seen = _outline([note.method for note in heard_astream.of_model]) or "nothing at all"
            yield Finding(expected=f"the {what} that stream() tells of, in astream() too", actual=seen)
            return


@check(
    "callbacks.error-on-close",
    SHOULD,
    clause="CLOSE-007",
    for_each=("heard_leaving", "aheard_leaving"),
    kinds=_MODELS,
    requires=("close.returns", "close.stream"),
)
def an_abandoned_run_is_told_as_an_error(call: CallbackLog) -> Findings:
    """When the consumer leaves in the middle, handlers hear one on_llm_error, and no on_llm_end."""
    ends = [note.method for note in call.of_model if note.method in _ENDS]
    complete = any(note.method == "on_llm_end" and note.delivered == 0 for note in call.of_model)
    if not call.of_model:
        yield not_applicable(_SILENT)
    elif complete or call.left_at is not Place.MIDDLE:
        yield not_applicable("its answer was complete when the consumer left")
    elif ends != ["on_llm_error"]:
        yield Finding(expected="one on_llm_error", actual=_outline([note.method for note in call.of_model]))


_ENDS = ("on_llm_end", "on_llm_error")


def _count(methods: list[str], which: tuple[str, ...]) -> int:
    return sum(method in which for method in methods)


def _outline(methods: list[str]) -> str:
    """The methods in order, repetitions counted."""
    counted = ((method, len(list(same))) for method, same in groupby(methods))
    return ", ".join(f"{method} ({count} times)" if count > 1 else method for method, count in counted)
