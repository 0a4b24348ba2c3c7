"""The models, steps and functions of the examples in the README. Only the import line differs on langchain-core."""

# ruff: noqa: RUF012, A002  # a field's default is copied for each instance; callers say "input"

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from llm_reference import (
    LLM,
    AIMessage,
    AIMessageChunk,
    AsyncCallbackHandler,
    BaseCallbackHandler,
    BaseChatModel,
    ChatGeneration,
    ChatGenerationChunk,
    ChatResult,
    GenerationChunk,
    PromptTemplate,
    Runnable,
    StrOutputParser,
)

var = ContextVar("var", default="unset")
prompt = PromptTemplate.from_template("{n}")
parser = StrOutputParser()


class Echo(LLM):
    """Answers with the prompt as one chunk; fails on the prompt "bad"."""

    @property
    def _llm_type(self) -> str:
        return "echo"

    def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        if prompt == "bad":
            raise ConnectionError("connection lost")
        return prompt


class Counting(Echo):
    """Streams as many tokens as the prompt says and records each one. Other tasks run between the tokens."""

    generated: list[int] = []

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        for number in range(int(prompt)):
            self.generated.append(number)
            yield GenerationChunk(text=f"{number} ")

    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        for chunk in self._stream(prompt):
            await asyncio.sleep(0)
            yield chunk


class Broken(Echo):
    """Its `_stream` raises after one token."""

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield GenerationChunk(text="a ")
        raise ConnectionError("connection lost")


class Overridden(Echo):
    """Its `astream` raises after one chunk."""

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> AsyncIterator[str]:  # type: ignore[override]  # as many write it
        yield await self.ainvoke(input, config, **kwargs)
        raise ConnectionError("connection lost")


class WithInfo(Echo):
    """Streams one token for each `generation_info`."""

    infos: list[dict[str, Any]] = []

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        for info in self.infos:
            yield GenerationChunk(text="a", generation_info=info)


class ContextKeeping(Echo):
    """Keeps a value in a context variable from one token to the next."""

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        token = var.set("mine")
        yield GenerationChunk(text="a")
        yield GenerationChunk(text=var.get())
        var.reset(token)


class Slow(Echo):
    """Records when it starts and ends. Other tasks run in between."""

    notes: list[str] = []

    async def _acall(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        self.notes.append(f"{prompt} starts")
        answer = self._call(prompt)
        await yield_to_loop()
        self.notes.append(f"{prompt} ends")
        return answer


class Plain(Runnable[Any, Any]):
    """Not a model. It does not report a run."""

    def invoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        return input


class Reporting(Echo):
    """Reports its answer as one token."""

    def _call(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> str:
        run_manager.on_llm_new_token(prompt)
        return prompt


class EchoChat(BaseChatModel):
    """A chat model that does not stream: it answers with the text of the last message."""

    @property
    def _llm_type(self) -> str:
        return "echo-chat"

    def _generate(self, messages: Any, *args: Any, **kwargs: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(messages[-1].text))])


class Chat(EchoChat):
    """A chat model that streams one chunk, and yields the same object each time."""

    chunk: Any = None

    def _stream(self, messages: Any, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        self.chunk = self.chunk or ChatGenerationChunk(message=AIMessageChunk(content="a"))
        yield self.chunk


class CountingChat(EchoChat):
    """Streams as many tokens as the prompt says and records each one. Other tasks run between the tokens."""

    generated: list[int] = []

    def _stream(self, messages: Any, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        for number in range(int(messages[-1].text)):
            self.generated.append(number)
            yield ChatGenerationChunk(message=AIMessageChunk(content=f"{number} "))

    async def _astream(self, messages: Any, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._stream(messages):
            await asyncio.sleep(0)
            yield chunk


class Telling(EchoChat):
    """Streams the chunks that it is given."""

    chunks: list[Any] = []

    def _stream(self, messages: Any, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        for chunk in self.chunks:
            yield ChatGenerationChunk(message=chunk)


# A call of a tool whose arguments end too early.
broken_call: Any = {"name": "f", "args": '{"city": "Pa', "id": "1", "index": 0}


def told(*chunks: AIMessageChunk) -> Any:
    """Return the stream of version v3 of an answer with these chunks."""
    return Telling(chunks=list(chunks)).stream_events("hi", version="v3")


def calling(*calls: Any, **fields: Any) -> AIMessageChunk:
    """Return a chunk with fragments of calls: of (name, arguments, id, index)."""
    keys = ("name", "args", "id", "index")
    fragments: Any = [dict(zip(keys, call, strict=True)) for call in calls]
    return AIMessageChunk(content="", tool_call_chunks=fragments, **fields)


def thinking(text: str) -> AIMessageChunk:
    """Return a chunk with a part of a block of thinking."""
    return AIMessageChunk(content=[{"type": "thinking", "thinking": text, "index": 0}])


def counted(**usage: Any) -> AIMessageChunk:
    """Return a chunk with usage and these details of its input."""
    tokens: Any = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2, "input_token_details": usage}
    return AIMessageChunk(content="a", usage_metadata=tokens)


class CallbackLog(BaseCallbackHandler):
    """Records the runs of models, their parents and tokens, and the failures of models and steps."""

    def __init__(self, *, run_inline: bool = False) -> None:
        self.run_inline = run_inline
        self.ids: list[UUID] = []
        self.parents: list[UUID | None] = []
        self.token_runs: set[UUID] = set()
        self.partial_answers: list[str] = []
        self.failed_inputs: list[Any] = []

    def on_llm_new_token(self, *args: Any, run_id: UUID, **kwargs: Any) -> None:
        self.token_runs.add(run_id)

    def on_llm_error(self, *args: Any, **kwargs: Any) -> None:
        self.partial_answers.append(kwargs["response"].generations[0][0].text)

    def on_llm_start(self, *args: Any, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any) -> None:
        self.ids.append(run_id)
        self.parents.append(parent_run_id)

    def on_chain_error(self, *args: Any, inputs: Any = None, **kwargs: Any) -> None:
        self.failed_inputs.append(inputs)


class Failing(AsyncCallbackHandler):
    """Raises on each start, with `raise_error`."""

    raise_error = True

    async def on_llm_start(self, *args: Any, **kwargs: Any) -> None:
        raise LookupError("no such run")


async def shout(text: str) -> str:
    """Wait for the whole input and return it in upper case. Raises ValueError without letters."""
    if text.upper() == text.lower():
        raise ValueError("nothing to shout")
    return text.upper()


def first(pieces: Iterator[str]) -> Iterator[str]:
    """Yield only the first chunk."""
    yield next(pieces)


async def adding(pieces: AsyncIterator[str]) -> AsyncIterator[int]:
    """Read the whole input and yield it as one number."""
    yield int("".join([piece async for piece in pieces]))


async def outcome(call: Any) -> list[Any]:
    """Return the results of a call, an event as its name, and last the name of the error if it raised one."""
    results = []
    try:
        if asyncio.iscoroutine(call):
            results.append(await call)
        else:
            async for item in call:
                results.append(item["event"] if isinstance(item, dict) and "event" in item else item)  # noqa: PERF401  # kept if it raises
    except Exception as error:  # noqa: BLE001  # any error is a result
        results.append(type(error).__name__)
    return results


async def read_and_close(items: AsyncIterator[Any], count: int) -> None:
    """Read `count` items, close the iterator, and let the other tasks run."""
    for _ in range(count):
        await anext(items)
    await items.aclose()  # type: ignore[attr-defined]  # it is a generator
    await yield_to_loop()


async def cancelled(call: Any) -> Any:
    """Cancel a call while it waits. Return the types in its result, or that of the error that it raises."""
    task = asyncio.ensure_future(call)
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    answer: Any
    (answer,) = await asyncio.gather(task, return_exceptions=True)
    return type(answer).__name__ if isinstance(answer, BaseException) else [type(each).__name__ for each in answer]


async def first_of(stream: Any, name: str = "") -> Any:
    """Return the first event of a stream of version v3, or the first delta of a projection, and drop the stream."""
    stream = await stream
    return await anext(aiter(getattr(stream, name) if name else stream))


async def message_of(stream: Any) -> Any:
    """Wait for the message of a stream of version v3."""
    return await _output(await stream)


async def _output(stream: Any) -> Any:
    return await stream.output


async def events_of(stream: Any) -> list[Any]:
    """Read the events of a stream of version v3."""
    return [event async for event in await stream]


async def closed_beside(stream: Any) -> str:
    """Close a stream of version v3 while another task waits for its message. Return the error of that task."""
    stream = await stream
    task = asyncio.ensure_future(_output(stream))
    for _ in range(20):
        await asyncio.sleep(0)
    await stream.aclose()
    answers: Any = await asyncio.gather(task, return_exceptions=True)
    return type(answers[0]).__name__


async def runs_on(model: Any) -> bool:
    """Let the other tasks run. Return whether the model has generated all of the 999 tokens of its answer."""
    collect()
    await yield_to_loop()
    return len(model.generated) == 999  # the prompt of the examples


def collect() -> None:
    """Collect the garbage of the example: old objects are of other tests."""
    gc.collect(0)


def keeps_events(stream: Any) -> bool:
    """Read the events of version v3 without keeping any. Return whether the stream keeps them."""
    collect()
    collecting = gc.isenabled()
    gc.disable()
    count = sum(event["event"] == "content-block-delta" for event in stream)
    kept = sum(isinstance(each, dict) and "event" in each and "delta" in each for each in gc.get_objects(0))
    if collecting:
        gc.enable()
    return bool(kept >= count)


async def yield_to_loop() -> None:
    """Let the other tasks run."""
    for _ in range(2000):
        await asyncio.sleep(0)
