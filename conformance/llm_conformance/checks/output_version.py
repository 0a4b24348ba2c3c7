"""Typed blocks: what a chat model answers with `output_version="v1"`."""

from __future__ import annotations

from itertools import pairwise

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import BLOCK_INDEX, text_hint
from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.checks.same_message import changes, of, same_blocks
from llm_conformance.records import (
    ChatAnswers,
    Finding,
    Findings,
    Message,
    Replies,
    Reply,
    SubjectInfo,
    Text,
    first_difference,
    inconclusive,
    not_applicable,
)

_FRAMEWORK = "langchain_core.language_models."
# Types of blocks that a provider has and version v1 has another type for: `thinking` is `reasoning` there.
_OF_PROVIDERS = {"thinking", "redacted_thinking", "reasoning_content", "output_text", "tool_use", "input_json_delta"}


@check(
    "blocks.output-version",
    SHOULD,
    clause="BLOCK-003",
    for_each=("output_version[*]",),
    kinds=CHAT,
    requires=(
        "stream.yields-messages",
        "stream.concat",
        "stream.async-parity",
        "invoke.async-parity",
        "blocks.concat",
        "blocks.async-parity",
    ),
    deterministic=True,
)
def blocks_of_version_v1_are_typed(
    answers: ChatAnswers, output_version_invoke: ChatAnswers, invoke: Reply, repeat: Replies, subject: SubjectInfo
) -> Findings:
    """With `output_version="v1"` the content is a list of typed blocks: one for each text, whose text is unchanged."""
    if answers.failed:
        yield call_failed('returns an answer with `output_version="v1"`', answers)
        return
    if not answers.by_label:
        yield not_applicable("the model has no field `output_version`, or cannot be constructed with it")
        return
    if (reason := changes(invoke, repeat, same_blocks, "blocks")) is not None:
        yield reason
        return
    if not _takes_versions(of(invoke), output_version_invoke, subject):
        yield not_applicable('`output_version="v1"` does not change its content, and it is not of langchain-core')
        return
    message = _message(answers)
    if message is None or not (message.items or message.value.text):
        yield inconclusive("the answer has no content")
        return
    yield from _typed(of(invoke), message)


def _typed(plain: Message, message: Message) -> Findings:
    """The first rule that the message breaks. plain: the message without a version."""
    kinds = [item.get("type") if isinstance(item, dict) else None for item in message.items]
    untyped = next((place for place, kind in enumerate(kinds) if not isinstance(kind, str) or not kind), None)
    own = next((kind for kind in kinds if kind in _OF_PROVIDERS), None)
    expected, actual = plain.value.text or "", message.value.text or ""
    if not message.items:
        yield Finding("content that is a list of blocks", "content that is a str", code="not-blocks")
    elif untyped is not None:
        yield Finding("a type in each block", f"none in block {untyped}", code="not-typed")
    elif own is not None:
        yield Finding("blocks of standard types, such as reasoning", f"a block of the type {own}", code="not-standard")
    elif actual != expected:
        at, hint = first_difference(expected, actual), text_hint(expected, actual)
        yield Finding(Text((expected,)), Text((actual,)), code="text-differs", at=at, hint=hint)
    elif _adjacent(message) > _adjacent(plain):
        texts = f"{_adjacent(message) + 1} text blocks in a row"
        yield Finding("one text block for each text", texts, code="text-divided", hint=BLOCK_INDEX)


def _adjacent(message: Message) -> int:
    """How many text blocks follow another text block; a block of another type between them divides the text."""
    blocks = [item if isinstance(item, dict) else {"type": "text", "text": item} for item in message.items]
    kinds = [one.get("type") for one in blocks if one.get("type") != "text" or one.get("text")]
    return sum(pair == ("text", "text") for pair in pairwise(kinds))


def _takes_versions(plain: Message, invoked: ChatAnswers, subject: SubjectInfo) -> bool:
    """Whether the field means what it means in langchain-core: it is inherited, or gives `invoke()` other blocks."""
    message = _message(invoked)
    inherited = any(owner.startswith(_FRAMEWORK) for owner in subject.method_owners.values())
    return inherited or (message is not None and bool(message.items) and message.items != plain.items)


def _message(answers: ChatAnswers) -> Message | None:
    """The only answer; None if there is none."""
    return next((Message(one.message) for one in answers.by_label.values() if one.message is not None), None)
