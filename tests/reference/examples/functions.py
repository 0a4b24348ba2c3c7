"""Functions and generator functions as steps. Written for langchain-core; only imports differ on the reference."""

import asyncio
import textwrap
from collections.abc import AsyncIterator, Iterator
from functools import partial
from operator import itemgetter
from typing import Any

from langchain_core.prompts import PromptTemplate
from langchain_core.runnables import RunnableConfig, RunnableGenerator, RunnableLambda

from reference.examples.custom import Chain, chain, llm, prompt


def use_functions() -> Any:
    def length(text: str) -> int:
        return len(text)

    def product(box: dict[str, str]) -> int:
        return len(box["a"]) * len(box["b"])

    template = PromptTemplate.from_template("what is {a} + {b}")
    steps: Chain = (
        {
            "a": (lambda box: box["foo"]) | RunnableLambda(length),
            "b": {"a": lambda box: box["foo"], "b": lambda box: box["bar"]} | RunnableLambda(product),
        }
        | template
        | llm
    )
    return steps.invoke({"foo": "bar", "bar": "gah"})


def use_functions_of_the_standard_library() -> Any:
    shorten: Any = partial(textwrap.shorten, width=16)
    steps: Chain = {"topic": itemgetter("question") | RunnableLambda(shorten)} | prompt | llm | str.title
    return steps.invoke({"question": "a very long question about bears"})


async def use_asynchronous_functions() -> Any:
    async def add(x: int) -> int:
        await asyncio.sleep(0)
        return x + 1

    steps: Chain = RunnableLambda(lambda x: x * 2, afunc=add) | add
    return await steps.ainvoke(1), await steps.abatch([1, 2, 3])


def choose_a_chain_in_a_function() -> Any:
    def route(box: dict[str, str]) -> Chain:
        return chain if box["topic"] == "bears" else RunnableLambda(lambda _: "no joke")

    routed: Chain = RunnableLambda(route)
    return list(routed.stream({"topic": "bears"})), routed.invoke({"topic": "taxes"})


def read_the_config() -> Any:
    def look(text: str, config: RunnableConfig) -> str:
        return f"{text} {config.get('tags')} {config.get('metadata')}"

    step: Chain = RunnableLambda(look)
    return step.invoke("hi", {"tags": ["my-tag"], "metadata": {"user": 1}})


def split_into_list(pieces: Iterator[str]) -> Iterator[list[str]]:
    buffer = ""
    for piece in pieces:
        buffer += piece
        while " " in buffer:
            word, buffer = buffer.split(" ", 1)
            yield [word]
    yield [buffer]


async def asplit_into_list(pieces: AsyncIterator[str]) -> AsyncIterator[list[str]]:
    buffer = ""
    async for piece in pieces:
        buffer += piece
        while " " in buffer:
            word, buffer = buffer.split(" ", 1)
            yield [word]
    yield [buffer]


def stream_through_a_generator() -> Any:
    words: Chain = chain | split_into_list
    return list(words.stream({"topic": "bear"})), words.invoke({"topic": "bear"})


async def stream_through_an_asynchronous_generator() -> Any:
    words: Chain = chain | RunnableGenerator(split_into_list, asplit_into_list)
    return [word async for word in words.astream({"topic": "bear"})], await words.ainvoke({"topic": "bear"})
