"""Custom models of every kind. Written for the reference; on langchain-core only the import line differs."""

# ruff: noqa: T201  # examples print

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import (
    LLM,
    AsyncCallbackManagerForLLMRun,
    BaseCallbackHandler,
    CallbackManagerForLLMRun,
    GenerationChunk,
    LLMResult,
    PromptTemplate,
    Runnable,
    RunnableConfig,
    StrOutputParser,
)


class Reverse(LLM):
    """The smallest model. It does not stream."""

    @property
    def _llm_type(self) -> str:
        return "reverse"

    def _call(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> str:
        if stop is not None:
            raise ValueError("stop kwargs are not permitted.")
        return prompt[::-1]


class Spell(Reverse):
    """Streams letter by letter, with a finish reason in the last chunk."""

    separator: str = "-"

    def _stream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[GenerationChunk]:
        for letter in prompt:
            chunk = GenerationChunk(text=letter + self.separator)
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk
        yield GenerationChunk(text="", generation_info={"finish_reason": "stop"})


class SpellOnLoops(Spell):
    """Streams asynchronously without a thread."""

    async def _acall(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> str:
        await asyncio.sleep(0)
        return f"slowly {prompt}"

    async def _astream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[GenerationChunk]:
        for letter in prompt:
            await asyncio.sleep(0)
            chunk = GenerationChunk(text=letter.upper() + self.separator)
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


class Answers(BaseCallbackHandler):
    """Prints whole answers and their finish reasons."""

    def on_llm_end(self, response: LLMResult, **kwargs: Any) -> None:
        generation = response.generations[0][0]
        print(generation.text, generation.generation_info)


def every_call_of_the_smallest_model() -> None:
    model = Reverse()
    print(model.invoke("abc"), list(model.stream("abc")), model.batch(["ab", "cd"]))


async def every_asynchronous_call_of_the_smallest_model() -> None:
    model = Reverse()
    print(await model.ainvoke("abc"), [chunk async for chunk in model.astream("abc")], await model.abatch(["ab", "cd"]))


def every_call_of_a_model_that_streams() -> None:
    for model in (Spell(), SpellOnLoops(separator="")):
        print(model.invoke("abc"), list(model.stream("abc")), model.batch(["ab", "cd"]))


async def every_asynchronous_call_of_a_model_that_streams() -> None:
    for model in (Spell(), SpellOnLoops(separator="")):
        print([chunk async for chunk in model.astream("abc")], await model.ainvoke("abc"))


def refuse_stop_words() -> Any:
    try:
        Reverse().invoke("abc", stop=["b"])
    except ValueError as error:
        return str(error)


def take_messages() -> Any:
    return Spell(separator="").invoke([("system", "Be brief."), ("human", "hi")]), list(Spell().stream(["hi"]))


def refuse_other_inputs() -> Any:
    try:
        Spell().invoke(42)
    except ValueError as error:
        return type(error)


def hear_whole_answers() -> None:
    config: RunnableConfig = {"callbacks": [Answers()]}
    Spell().invoke("abc", config)
    list(Spell().stream("abc", config))


async def add_up_the_events() -> Any:
    chain: Runnable[Any, str] = PromptTemplate.from_template("{word}") | SpellOnLoops() | StrOutputParser()
    text = ""
    async for event in chain.astream_events({"word": "abc"}, version="v2", include_types=["parser"]):
        text += event["data"].get("chunk", "")
    return text


async def watch_a_model_alone() -> Any:
    events = [event async for event in Spell().astream_events("ab", version="v2")]
    return [(event["event"], event["name"], event["tags"], event["data"]) for event in events]


async def watch_a_model_alone_in_v1() -> Any:
    events = [event async for event in SpellOnLoops().astream_events("ab", version="v1")]
    return [(event["event"], event["name"], event["tags"], event["data"]) for event in events]


def transform_what_comes_in_pieces() -> Any:
    return list(Spell().transform(iter(["a", "b"]))), list(StrOutputParser().transform(iter(["a", "b"])))


async def several_at_once() -> Any:
    async def spell(word: str) -> str:
        return "".join([chunk async for chunk in SpellOnLoops(separator="").astream(word)])

    return await asyncio.gather(*map(spell, ["one", "two", "three"]))
