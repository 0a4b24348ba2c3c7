"""What the examples in the README's table are made of. On langchain-core the import line differs, and nothing else."""

# ruff: noqa: RUF012, A002  # a field's default is copied for each instance; callers say "input"

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from llm_reference import (
    LLM,
    AsyncCallbackHandler,
    BaseCallbackHandler,
    GenerationChunk,
    PromptTemplate,
    Runnable,
    StrOutputParser,
)

var = ContextVar("var", default="unset")
prompt = PromptTemplate.from_template("{n}")
parser = StrOutputParser()


class Echo(LLM):
    """Says what it hears, all at once; fails on "bad"."""

    @property
    def _llm_type(self) -> str:
        return "echo"

    def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        if prompt == "bad":
            raise ConnectionError("the line is cut")
        return prompt


class Counting(Echo):
    """Streams as many tokens as it is told, and notes each; other tasks have their turn in between."""

    made: list[int] = []

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        for number in range(int(prompt)):
            self.made.append(number)
            yield GenerationChunk(text=f"{number} ")

    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        for chunk in self._stream(prompt):
            await asyncio.sleep(0)
            yield chunk


class Broken(Echo):
    """Its stream breaks off after one token."""

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield GenerationChunk(text="a ")
        raise ConnectionError("the line is cut")


class Overridden(Echo):
    """The same, but it is `astream` itself that breaks off."""

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> AsyncIterator[str]:  # type: ignore[override]  # as many write it
        yield await self.ainvoke(input, config, **kwargs)
        raise ConnectionError("the line is cut")


class Informed(Echo):
    """Says something about each of its tokens."""

    infos: list[dict[str, Any]] = []

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        for info in self.infos:
            yield GenerationChunk(text="a", generation_info=info)


class Remembering(Echo):
    """Keeps something in a context variable from one token to the next."""

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        token = var.set("mine")
        yield GenerationChunk(text="a")
        yield GenerationChunk(text=var.get())
        var.reset(token)


class Slow(Echo):
    """Notes when it begins and when it is done; in between other tasks go on for a while."""

    notes: list[str] = []

    async def _acall(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        self.notes.append(f"{prompt} begins")
        answer = self._call(prompt)
        await turns()
        self.notes.append(f"{prompt} is done")
        return answer


class Plain(Runnable[Any, Any]):
    """No model, and it reports no run."""

    def invoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        return input


class Reporting(Echo):
    """Reports its answer as one token."""

    def _call(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> str:
        run_manager.on_llm_new_token(prompt)
        return prompt


class Heard(BaseCallbackHandler):
    """Notes which models were asked, as part of which run, what they reported, how they and the steps failed."""

    def __init__(self, *, run_inline: bool = False) -> None:
        self.run_inline = run_inline
        self.ids: list[UUID] = []
        self.parents: list[UUID | None] = []
        self.reporting: set[UUID] = set()
        self.said_so_far: list[str] = []
        self.failed_with: list[Any] = []

    def on_llm_new_token(self, *args: Any, run_id: UUID, **kwargs: Any) -> None:
        self.reporting.add(run_id)

    def on_llm_error(self, *args: Any, **kwargs: Any) -> None:
        self.said_so_far.append(kwargs["response"].generations[0][0].text)

    def on_llm_start(self, *args: Any, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any) -> None:
        self.ids.append(run_id)
        self.parents.append(parent_run_id)

    def on_chain_error(self, *args: Any, inputs: Any = None, **kwargs: Any) -> None:
        self.failed_with.append(inputs)


class Failing(AsyncCallbackHandler):
    """Fails, and wants that to be known."""

    raise_error = True

    async def on_llm_start(self, *args: Any, **kwargs: Any) -> None:
        raise LookupError("no such run")


async def shout(text: str) -> str:
    """A step that waits for its whole input, and fails where there are no letters."""
    if text.upper() == text.lower():
        raise ValueError("nothing to shout")
    return text.upper()


def first(pieces: Iterator[str]) -> Iterator[str]:
    """A step that needs no more than the first piece."""
    yield next(pieces)


async def adding(pieces: AsyncIterator[str]) -> AsyncIterator[int]:
    """A step that takes all of its input and makes one number of it."""
    yield int("".join([piece async for piece in pieces]))


async def told(call: Any) -> list[Any]:
    """What came of it, of an event its name, and at last the name of the error, if one was raised."""
    got = []
    try:
        if asyncio.iscoroutine(call):
            got.append(await call)
        else:
            async for item in call:
                got.append(item["event"] if isinstance(item, dict) and "event" in item else item)  # noqa: PERF401  # kept when an error ends it
    except Exception as error:  # noqa: BLE001  # whatever it is, it is told
        got.append(type(error).__name__)
    return got


async def left(items: AsyncIterator[Any], after: int) -> None:
    """Take a few, leave, and let all the other tasks go on for a while."""
    for _ in range(after):
        await anext(items)
    await items.aclose()  # type: ignore[attr-defined]  # it is a generator
    await turns()


async def cancelled(call: Any) -> Any:
    """What a call answers that is cancelled while it waits, or the name of the error that it raises."""
    task = asyncio.ensure_future(call)
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    answer: Any
    (answer,) = await asyncio.gather(task, return_exceptions=True)
    return type(answer).__name__ if isinstance(answer, BaseException) else [type(each).__name__ for each in answer]


async def turns() -> None:
    """Let all the other tasks go on for a while."""
    for _ in range(2000):
        await asyncio.sleep(0)
