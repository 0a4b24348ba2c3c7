"""The base of defects of a controlled chat model: a script supplies the pieces of its answer."""

# ruff: noqa: ARG002  # every hook keeps the full signature

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, ClassVar

from llm_reference import (
    AIMessage,
    AIMessageChunk,
    BaseChatModel,
    BaseMessage,
    ChatGeneration,
    ChatGenerationChunk,
    ChatResult,
    Runnable,
)
from llm_reference.messages.chunk import message_chunk_to_message
from llm_reference.messages.tool_call import tool_call_chunk
from llm_reference.models.tool import openai_tool


class Reader:
    """Makes a chunk of each piece of one answer.

    Text is text, until the answer has a block of reasoning: from then on, text is a block, too. The pieces of a block
    have one index.
    """

    def __init__(self) -> None:
        self._index = -1
        self._open = ""

    def chunk(self, piece: Any) -> AIMessageChunk:  # noqa: PLR0911  # one for each type
        """Return the chunk of this piece."""
        match piece.type:
            case "text":
                return AIMessageChunk(piece.text if self._index < 0 else [self._block("text", text=piece.text)])
            case "reasoning":
                return AIMessageChunk([self._block("thinking", thinking=piece.text)])
            case "signature":
                block = self._block("thinking", signature=piece.signature)
                self._open = ""
                return AIMessageChunk([block])
            case "redacted":
                self._open = ""
                return AIMessageChunk([self._block("redacted_thinking", data=piece.data)])
            case "refusal":
                return AIMessageChunk("", additional_kwargs={"refusal": piece.text})
            case "tool_call":
                return self._call(index=piece.index, name=piece.name, id=piece.id, args="")
            case "tool_arguments":
                return self._call(index=piece.index, args=piece.text)
            case "usage":
                return self._usage(piece)
            case _:
                return AIMessageChunk("", response_metadata={"finish_reason": str(piece.reason), "model_name": "m"})

    def _block(self, kind: str, **fields: Any) -> dict[str, Any]:
        """A part of a block. Another kind of part begins another block."""
        if kind != self._open:
            self._index, self._open = self._index + 1, kind
        return {"type": kind, "index": self._index, **fields}

    def _call(self, **fragment: Any) -> AIMessageChunk:
        return AIMessageChunk("", tool_call_chunks=[tool_call_chunk(**fragment)])

    def _usage(self, piece: Any) -> AIMessageChunk:
        total = piece.prompt + piece.completion
        return AIMessageChunk(
            "",
            usage_metadata={
                "input_tokens": piece.prompt,
                "output_tokens": piece.completion,
                "total_tokens": total,
                "input_token_details": {"cache_read": piece.cached},
                "output_token_details": {"reasoning": piece.reasoning},
            },
        )


class ScriptedChatModel(BaseChatModel):
    """Takes the pieces of its answer from `script`. A subclass without overrides is a conforming model.

    script: its `play_events()` and `aplay_events()` yield the pieces of the answer to a prompt, up to a stop word.
    reader: what makes the chunks of one answer. areader, whole_reader: the same for an asynchronous stream, and for an
        answer that is not streamed, where they differ.
    """

    script: Any

    reader: ClassVar[type[Reader]] = Reader
    areader: ClassVar[type[Reader] | None] = None
    whole_reader: ClassVar[type[Reader] | None] = None

    @property
    def _llm_type(self) -> str:
        return "scripted-chat"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[Any, AIMessage]:
        """Bind the tools. The script decides whether one is called."""
        return self.bind(tools=[openai_tool(tool) for tool in tools], tool_choice=tool_choice, **kwargs)

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        reader = (self.whole_reader or self.reader)()
        return self._whole([reader.chunk(piece) for piece in self.script.play_events(self._prompt(messages), stop)])

    async def _agenerate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        reader = (self.whole_reader or self.reader)()
        pieces = self.script.aplay_events(self._prompt(messages), stop)
        return self._whole([reader.chunk(piece) async for piece in pieces])

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        reader = self.reader()
        for piece in self.script.play_events(self._prompt(messages), stop):
            yield ChatGenerationChunk(message=reader.chunk(piece))

    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        reader = (self.areader or self.reader)()
        async for piece in self.script.aplay_events(self._prompt(messages), stop):
            yield ChatGenerationChunk(message=reader.chunk(piece))

    def _prompt(self, messages: list[BaseMessage]) -> str:
        return messages[-1].text

    def _whole(self, chunks: list[AIMessageChunk]) -> ChatResult:
        last = AIMessageChunk("", chunk_position="last")
        total = chunks[0] + [*chunks[1:], last] if chunks else last
        return ChatResult([ChatGeneration(message_chunk_to_message(total))])
