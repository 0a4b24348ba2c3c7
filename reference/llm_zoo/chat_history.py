"""Chat models that lose a part of the conversation on the way to the provider."""

# every hook keeps the full signature

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from llm_reference import AIMessage, AIMessageChunk, BaseMessage, ChatGenerationChunk, EchoChatModel, HumanMessage
from llm_zoo.bases.chat_adapter import ChatWireAdapter
from llm_zoo.defect import defect


class Recalls(EchoChatModel):
    """Answers with the last message and the number of those before it. It has no defect."""

    def _pieces(self, messages: list[BaseMessage], stop: list[str] | None, *args: Any, **kwargs: Any) -> list[Any]:
        first, *others = super()._pieces(messages, stop, *args, **kwargs)
        earlier = "".join(f"{one.text} " for one in messages[:-1])
        return [AIMessageChunk(earlier), first, *others] if earlier else [first, *others]


@defect(
    "history-lost-in-stream",
    story="`_stream` sends the last message alone: a chat that streams has no memory, and the tests call `invoke()`.",
    citation="TYPE-009",
    caught_by=("input.conversation",),
)
class HistoryLostInStream(Recalls):
    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        yield from super()._stream(messages[-1:], stop, run_manager, **kwargs)


@defect(
    "system-message-kept",
    story="A conversation without a system message gets that of the one before it: a user reads the instructions of "
    "another one.",
    citation="STREAM-013",
    caught_by=("isolation.earlier-messages",),
)
class SystemMessageKept(Recalls):
    def __init__(self) -> None:
        super().__init__()
        self._system: list[BaseMessage] = []

    def _pieces(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> list[Any]:
        self._system = [one for one in messages if one.type == "system"] or self._system
        return super()._pieces([*self._system, *(one for one in messages if one.type != "system")], *args, **kwargs)


@defect(
    "messages-redacted-in-place",
    story="The model replaces what is secret in the last message of the caller: the next turn, which is sent with that "
    "message, asks about stars.",
    citation="CONF-010",
    caught_by=("input.messages-not-mutated",),
)
class MessagesRedactedInPlace(EchoChatModel):
    def _pieces(self, messages: list[BaseMessage], stop: list[str] | None, *args: Any, **kwargs: Any) -> list[Any]:
        pieces = super()._pieces(messages, stop, *args, **kwargs)
        messages[-1].content = "***"
        return pieces


@defect(
    "history-lost-in-batch",
    story="`batch()` goes to an endpoint of its own, and gives it the last message of each conversation: the answers "
    "of a nightly job know nothing of what was said before.",
    citation="TYPE-009",
    caught_by=("input.conversation",),
)
class HistoryLostInBatch(Recalls):
    def batch(self, inputs: Sequence[Any], *args: Any, **kwargs: Any) -> list[Any]:
        last = [one[-1:] if isinstance(one, list) else one for one in inputs]
        return super().batch(last, *args, **kwargs)


@defect(
    "system-message-lost-on-loops",
    story="`_astream` leaves the system message out: on a server the model does not know its instructions.",
    citation="TYPE-009",
    caught_by=("input.conversation",),
)
class SystemMessageLostOnLoops(EchoChatModel):
    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        asked = [one for one in messages if one.type != "system"]
        async for chunk in super()._astream(asked, stop, run_manager, **kwargs):
            yield chunk


@defect(
    "system-message-not-sent-on-loops",
    story="The asynchronous request is built without the system message: the provider answers as it likes.",
    citation="TYPE-009",
    caught_by=("wire.same-conversation",),
    wire="openai-chat",
)
class SystemMessageNotSentOnLoops(ChatWireAdapter):
    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        asked = [one for one in messages if one.type != "system"]
        async for chunk in super()._astream(asked, stop, run_manager, **kwargs):
            yield chunk


@defect(
    "answers-sent-as-questions-on-loops",
    story="The asynchronous request has the earlier answers as messages of the user: the model answers itself.",
    citation="TYPE-009",
    caught_by=("wire.same-conversation",),
    wire="openai-chat",
)
class AnswersSentAsQuestionsOnLoops(ChatWireAdapter):
    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        asked = [
            HumanMessage(one.text) if isinstance(one, AIMessage) and not one.tool_calls else one for one in messages
        ]
        async for chunk in super()._astream(asked, stop, run_manager, **kwargs):
            yield chunk


@defect(
    "turns-sent-again",
    story="The adapter keeps the turns of a conversation, and sends them with the next one: a user pays for what "
    "another one has said, and the model answers it.",
    citation="STREAM-013",
    caught_by=("wire.no-leftover-messages",),
    wire="openai-chat",
)
class TurnsSentAgain(ChatWireAdapter):
    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self._turns: list[BaseMessage] = []

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        earlier, self._turns = self._turns, messages[:-1]
        yield from super()._stream([*earlier, *messages], stop, run_manager, **kwargs)
