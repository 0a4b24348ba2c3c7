"""The calls that a chat model makes of a bound tool: their ids, why the answer ended, and whether they are kept."""

from __future__ import annotations

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.hints import CALL_INDEX, CALL_REPEATED, KEPT_STATE, astray
from llm_conformance.checks.reasons import no_tools
from llm_conformance.checks.registry import MUST, check
from llm_conformance.checks.same_message import Sides, same_end
from llm_conformance.records import ChatAnswers, Finding, Findings, Message, inconclusive, not_applicable
from llm_conformance.records.chat_answers import BOUND_TOOL

_NO_CALL = inconclusive("with a tool bound, the answer has no call")
_STREAMS = ("bound[stream]", "bound[astream]")
_OTHERS = ("bound[ainvoke]", *_STREAMS, "bound[events-v1]", "bound[events-v2]")
_SIDES: Sides = ("invoke()", "this call")


@check(
    "tools.ids",
    MUST,
    clause="CALL-003",
    for_each=("bound[invoke]", "bound[ainvoke]", *_STREAMS),
    kinds=CHAT,
    requires=("tools.completes", "tools.parity", "tools.not-kept", "calls.one-name", "calls.exact"),
)
def each_call_has_a_name_and_an_id_of_its_own(answers: ChatAnswers) -> Findings:
    """With a tool bound, each call in a message has a name and an id, and no two calls have the same id."""
    called = [message for message in _messages(answers) if message.calls]
    if not called:
        yield no_tools(answers) if answers.without_tools else _NO_CALL
    hint = CALL_INDEX if any(astray(one.chunks) for one in answers.by_label.values()) else CALL_REPEATED
    for message in called:
        for place, name in enumerate(call.name for call in message.calls):
            where = f"call {place}"
            if not name:
                yield Finding("a call with a name", "a call without name", code="name-missing", where=where, hint=hint)
                return
            if len(name) > len(BOUND_TOOL) and not name.replace(BOUND_TOOL, ""):
                expected, actual = f"a call of {BOUND_TOOL!r}", f"a call of {name!r}"
                yield Finding(expected, actual, code="name-repeated", where=where, hint=CALL_REPEATED)
                return
        ids = [call.id for call in message.calls]
        if "" in ids:
            where = f"call {ids.index('')}"
            yield Finding("a call with an id", "a call without id", code="id-missing", where=where, hint=hint)
            return
        if len(set(ids)) < len(ids):
            expected, actual = "each call has an id of its own", f"{len(ids)} calls with {len(set(ids))} ids"
            yield Finding(expected, actual, code="id-shared")
            return


@check(
    "tools.end",
    MUST,
    clause="META-001",
    for_each=_OTHERS,
    kinds=CHAT,
    requires=("tools.completes", "tools.parity", "metadata.once", "metadata.concat", "metadata.same-answer"),
    deterministic=True,
)
def an_answer_with_a_call_tells_the_same_end(answers: ChatAnswers, bound_invoke: ChatAnswers) -> Findings:
    """With a tool bound, every entry point gives the finish reason and the name of the model that `invoke()` gives."""
    whole, found = [*_messages(bound_invoke)], [*_messages(answers)]
    if answers.without_tools:
        yield no_tools(answers)
    elif not any((whole[0].finish and one.finish) or (whole[0].model and one.model) for one in found if whole):
        yield not_applicable("neither the finish reason nor the name of the model is in both answers")
    elif any([*same_end(whole[0], one, _SIDES)] for one in whole):
        yield inconclusive("with a tool bound, the model ends the same prompt in different ways")
    else:
        for message in found:
            yield from same_end(whole[0], message, _SIDES)


@check(
    "tools.not-kept",
    MUST,
    clause="CALL-007",
    for_each=("bound[invoke]",),
    kinds=CHAT,
    requires=("tools.completes", "isolation.repeated-calls"),
    deterministic=True,
)
def a_second_answer_has_no_calls_of_the_first(answers: ChatAnswers) -> Findings:
    """The second answer of a binding does not have the calls of the first one before its own."""
    messages = [*_messages(answers)]
    if answers.without_tools:
        yield no_tools(answers)
    elif len(messages) < 2 or not messages[0].calls or not messages[1].calls:  # noqa: PLR2004 - a first and a second
        yield _NO_CALL
    else:
        first, second = ([(call.name, call.args) for call in message.calls] for message in messages)
        if second == first + first:
            expected, actual = f"{len(first)} calls, as in the first answer", f"{len(second)} calls"
            yield Finding(expected, actual, code="calls-kept", where="the second answer", hint=KEPT_STATE)


def _messages(answers: ChatAnswers) -> tuple[Message, ...]:
    found = (value for answer in answers.by_label.values() for value in (answer.message, answer.output))
    return tuple(Message(value) for value in found if value is not None)
