"""The fakes of langchain-core with calls of tools, and chat models that tell their handlers less."""

import itertools
from typing import Any

from langchain_core.language_models import FakeMessagesListChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage

from llm_reference import RunnableConfig
from llm_reference.runs.run import Run
from llm_zoo.bases.chat import ChatDefect
from zoo.conforming.chat_models import FakeWithBaseBatch

__all__ = ["ReportsTokensAlone", "generic_calls", "generic_with_id", "listed_calls", "listed_reasoning", "one_letter"]

_CALL: Any = {"name": "get_weather", "args": {"city": "Paris"}, "id": "call_a"}


class _TokensAlone:
    """Passes everything to the handler, except the chunks of the tokens."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    def on_llm_new_token(self, token: Any, *, chunk: Any = None, **kwargs: Any) -> Any:
        return self._handler.on_llm_new_token(token, **kwargs)


class ReportsTokensAlone(ChatDefect):
    """Calls `on_llm_new_token` without `chunk`, which is optional."""

    def _run(self, value: Any, config: RunnableConfig | None) -> Run:
        run = super()._run(value, config)
        run.handlers = [_TokensAlone(handler) for handler in run.handlers]
        return run


def generic_with_id() -> Any:
    """A fake whose message has an id, a finish reason and a key beside its content."""
    message = AIMessage(
        content="hello to you",
        id="msg_1",
        response_metadata={"finish_reason": "stop"},
        additional_kwargs={"reasoning_content": "Say hello."},
    )
    return GenericFakeChatModel(messages=itertools.cycle([message]))


def generic_calls() -> Any:
    """A fake whose message has text and a call."""
    return GenericFakeChatModel(messages=itertools.cycle([AIMessage(content="hello to you", tool_calls=[_CALL])]))


def listed_calls() -> Any:
    """A fake that answers with a call alone; its stream is one chunk."""
    return FakeMessagesListChatModel(responses=[AIMessage(content="", tool_calls=[_CALL, {**_CALL, "id": "call_b"}])])


def listed_reasoning() -> Any:
    """A fake that answers with blocks of reasoning and of text."""
    blocks: Any = [{"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}, {"type": "text", "text": "Hello."}]
    usage: Any = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}
    return FakeMessagesListChatModel(responses=[AIMessage(content=blocks, usage_metadata=usage)])


def one_letter() -> Any:
    """A fake whose answer is one letter."""
    return FakeWithBaseBatch(responses=["y"])
