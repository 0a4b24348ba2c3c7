"""A conversation of several turns: every entry point sends all of its messages."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import MESSAGE_MUTATED
from llm_conformance.checks.registry import MUST, check
from llm_conformance.checks.same_message import of
from llm_conformance.checks.tools import same_for_each
from llm_conformance.records import (
    ChatAnswer,
    ChatAnswers,
    Control,
    Finding,
    Findings,
    Message,
    Replies,
    Reply,
    Requests,
    SubjectInfo,
    inconclusive,
    not_applicable,
)
from llm_conformance.records.requests import ORDER, ROLE_OF

_INVOKE, _AGAIN = "invoke", "invoke again"
_INPUT = "input_tokens"
_HINT = "a message is left out on the way: every hook gets the whole list, and sends all of it"
_BUILT_APART = "the messages are built in two ways: let every hook build them by the same function"


@check(
    "input.messages-not-mutated",
    MUST,
    clause="CONF-010",
    kinds=CHAT,
    requires=("input.not-mutated",),
)
def the_callers_messages_are_not_mutated(conversation: ChatAnswers) -> Findings:
    """A call changes neither the messages of a conversation, which may be objects, nor the list of them."""
    changed = [name for name, answer in conversation.by_label.items() if answer.mutated]
    if changed:
        where = ", ".join(changed)
        yield Finding(
            "the caller's messages unchanged", "changed: messages", code="mutated", where=where, hint=MESSAGE_MUTATED
        )
    elif all(answer.failed for answer in conversation.by_label.values()):
        yield not_applicable("it takes no messages of several turns")


@check(
    "input.conversation",
    MUST,
    clause="TYPE-009",
    kinds=CHAT,
    requires=(
        "events.parity",
        "batch.order",
        "calls.concat",
        "calls.async-parity",
        "calls.events",
        "calls.batch",
        "usage.concat",
        "usage.async-parity",
        "usage.events",
        "usage.batch",
    ),
    deterministic=True,
)
def every_entry_point_sends_the_whole_conversation(
    conversation: ChatAnswers, invoke: Reply, repeat: Replies, subject: SubjectInfo
) -> Findings:
    """Messages of several turns get the same answer from every entry point, and the same number of input tokens."""
    if subject.control is Control.WIRE:
        yield not_applicable("a simulated provider sees the messages: `wire.same-conversation` looks at them")
        return
    answers = dict(conversation.by_label)
    invoked = answers.pop(_INVOKE, None)
    if invoked is None or invoked.failed or invoked.message is None:
        yield not_applicable("`invoke()` does not answer a system message and an earlier turn")
        return
    again = answers.pop(_AGAIN, invoked)
    alone = Message(invoke.value) if invoke.value is not None else None
    same_text = alone is not None and invoked.message.text == alone.value.text
    if alone is None or (same_text and _sent(invoked) in {None, alone.usage.get(_INPUT)}):
        yield inconclusive("the answer does not depend on the earlier messages")
        return
    whole = ChatAnswers(by_label={_INVOKE: invoked, _AGAIN: again})
    found = [*same_for_each({name: (whole, answer) for name, answer in answers.items()})]
    yield from (replace(one, hint=_HINT) if isinstance(one, Finding) else one for one in found)
    if found:
        return
    # A provider may count fewer tokens of what it has in its cache, and its servers may count in different ways.
    alike = _sent(invoked) == _sent(again) and len(_counts(invoke, *repeat.by_label.values()) - {None}) <= 1
    told = _sent(invoked) if alike else None
    counts = {name: _sent(answer) for name, answer in answers.items()} if told is not None else {}
    other = next((name for name, count in counts.items() if count not in {None, told}), None)
    if other is not None:
        expected, actual = f"{told} ({_INPUT})", f"{counts[other]} ({_INPUT})"
        yield Finding(expected, actual, code="usage-differs", where=other, sides=("invoke()", other), hint=_HINT)
    elif same_text and (not counts or None in counts.values()):
        yield inconclusive("the answer does not depend on the earlier messages, and not every call counts them")


@check("wire.same-conversation", MUST, clause="TYPE-009", kinds=CHAT, control=Control.WIRE)
def every_request_has_the_same_messages(conversation_requests: Requests) -> Findings:
    """Every entry point sends the same messages of a conversation, in the same roles and in the same order."""
    if conversation_requests.failed:
        *_, failing = conversation_requests.by_label or [""]
        expected = "answers messages of several turns, as `invoke()` does"
        yield call_failed(expected, conversation_requests, where=failing)
        return
    by = conversation_requests.by_label
    sent = dict.fromkeys(what for facts in by.values() for what, found in facts.items() if found == "true")
    if not sent:
        yield not_applicable("it sends no message before the last one, or takes none")
    for name, facts in by.items():
        for what in sent:
            if facts[what] != "true":
                yield Finding(
                    f"{what}, as another call sends it", f"{what}: not sent", code="not-sent", where=name, hint=_HINT
                )
                return
    yield from _placed_alike(by)


def _placed_alike(by: dict[str, dict[str, str]]) -> Findings:
    """The first role or order in the requests of a call that is not that of the first call."""
    first, *others = by or [""]
    for name in others:
        for what, expected in by[first].items():
            actual = by[name].get(what, expected)
            if actual != expected and (what.startswith(ROLE_OF) or what == ORDER):
                code = "order-differs" if what == ORDER else "role-differs"
                sent = f"{what}: {expected}, as {first} sends it"
                yield Finding(sent, f"{what}: {actual}", code=code, where=name, hint=_BUILT_APART)
                return


def _counts(*replies: Reply) -> set[object]:
    return {of(reply).usage.get(_INPUT) for reply in replies}


def _sent(answer: ChatAnswer) -> object:
    """The number of input tokens of an answer; None if it does not tell it."""
    return Message(answer.message).usage.get(_INPUT) if answer.message is not None else None
