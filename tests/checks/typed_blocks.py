"""Examples for the check of typed blocks, those of a model that is asked for `output_version="v1"`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from checks.chat_records import said
from checks.example import Example
from checks.records import ERROR, about, replies, reply
from llm_conformance.records import ChatAnswer, ChatAnswers, Value

_OF_FRAMEWORK = replace(about(), method_owners={"batch": "langchain_core.language_models.chat_models.BaseChatModel"})


def text(words: str) -> dict[str, Any]:
    """A text block."""
    return {"type": "text", "text": words}


def answers(*blocks: Any, whole: str = "hi you") -> ChatAnswers:
    """One answer, with these blocks as its content, or with a str if there is none."""
    return ChatAnswers(by_label={"the first prompt": ChatAnswer(message=said(whole, content=[*blocks]))})


def asked(answered: ChatAnswers, plain: Value, invoked: ChatAnswers | None = None, subject: Any = None) -> Any:
    """The arguments of the check. plain: the message without a version. invoked: that of `invoke()` with v1."""
    known = about() if subject is None else subject
    return (answered, answered if invoked is None else invoked, reply(plain), replies(again=reply(plain)), known)


_PLAIN = said("hi you")
_ONE, _TWO = answers(text("hi you")), answers(text("hi"), text(" you"))
_REASONED = answers({"type": "reasoning", "reasoning": "hm"}, text("hi you"))
_CITED = said("hi you", content=[text("hi"), text(" you")])
_STR = answers()
_NAME = "blocks.output-version"

EXAMPLES = (
    Example(_NAME, asked(_ONE, _PLAIN), asked(_TWO, _PLAIN), "2 text blocks in a row"),
    Example(_NAME, asked(_REASONED, _PLAIN), asked(answers({"text": "hi you"}), _PLAIN), "none in block 0"),
    Example(_NAME, asked(_TWO, _CITED), asked(answers("hi you"), _PLAIN), "none in block 0"),
    Example(
        _NAME,
        asked(answers(text("hi you"), text("")), _PLAIN),
        asked(answers({"type": "thinking", "thinking": "hm"}, text("hi you")), _PLAIN),
        "a block of the type thinking",
    ),
    Example(_NAME, asked(_STR, _PLAIN), asked(_STR, _PLAIN, invoked=_ONE), "content that is a str"),
    Example(_NAME, asked(ChatAnswers(), _PLAIN), asked(_STR, _PLAIN, subject=_OF_FRAMEWORK), "content that is a str"),
    Example(
        _NAME,
        asked(answers(whole=""), said(""), subject=_OF_FRAMEWORK),
        asked(answers(text("hi"), whole="hi"), _PLAIN),
        "'hi'",
    ),
    Example(_NAME, asked(_ONE, _PLAIN), asked(ChatAnswers(raised=ERROR), _PLAIN), ERROR.text),
)
