"""Examples for the checks of what a call leaves behind for the next one."""

from __future__ import annotations

from checks.chat_records import said
from checks.example import Example
from checks.records import ERROR, about, reply
from llm_conformance.records import CallbackEvent, CallbackLog, ChatAnswer, ChatAnswers, Requests
from llm_conformance.records.requests import LAST_ANSWER

_SYSTEM = "the system message"
_START = CallbackEvent("on_llm_start", "r")
_TOKEN, _OTHER = CallbackEvent("on_llm_new_token", "r", "h"), CallbackEvent("on_llm_new_token", "r", "i")
_UNHEARD, _HEARD = CallbackLog(texts=("h", "i")), CallbackLog(texts=("h", "i"), events=(_START, _TOKEN))
_HI = reply(said("hi"))


def after(text: str) -> ChatAnswers:
    """The answer to a prompt alone, after a conversation."""
    return ChatAnswers(by_label={"stream": ChatAnswer(message=said(text))})


def sent(again: str, given: str = "true", answer: str = "false") -> Requests:
    """Whether the system message is in the request of a conversation, and in the one after it; or its answer."""
    facts = {"given more": {_SYSTEM: given}, "after": {_SYSTEM: again}}
    return Requests(by_label={f"stream {when}": one | {LAST_ANSWER: answer} for when, one in facts.items()})


EXAMPLES = (
    Example("isolation.earlier-handlers", (_UNHEARD, about()), (_HEARD, about()), "on_llm_start of the next call"),
    Example("isolation.earlier-handlers", (_UNHEARD, about()), (CallbackLog(raised=ERROR), about()), ERROR.text),
    # What is reported late, of the call that had the handler, is not of the next one.
    Example(
        "isolation.earlier-handlers",
        (CallbackLog(texts=("h", "i"), events=(_TOKEN,)), about()),
        (_HEARD, about()),
        "on_llm_start of the next call",
    ),
    Example("isolation.earlier-handlers", (CallbackLog(), about()), (_HEARD, about()), "on_llm_start of the next call"),
    Example("isolation.earlier-messages", (after("hi"), _HI, about()), (after("nine, hi"), _HI, about()), "'nine, hi'"),
    Example(
        "isolation.earlier-messages",
        (ChatAnswers(), _HI, about()),
        (ChatAnswers(by_label={"stream": ChatAnswer(raised=ERROR)}), _HI, about()),
        ERROR.text,
    ),
    Example("wire.no-leftover-messages", (sent("false"),), (sent("true"),), f"{_SYSTEM} of another call: sent"),
    Example(
        "wire.no-leftover-messages",
        (sent("false", given="false"),),
        (sent("false", answer="true"),),
        f"{LAST_ANSWER} of another call: sent",
    ),
)
