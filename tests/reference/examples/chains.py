"""Prompts, models and parsers in chains, side by side, and with more in them.

Written for langchain-core; on the reference the import lines change.
"""

# ruff: noqa: T201  # examples print

from typing import Any

from langchain_core.prompts import PromptTemplate
from langchain_core.runnables import RunnableParallel, RunnablePassthrough

from reference.examples.custom import Chain, CustomLLM, chain, llm, parser, prompt


def ask() -> Any:
    return llm.invoke("This is a foobar thing"), llm.batch(["woof woof woof", "meow meow meow"])


async def ask_asynchronously() -> Any:
    return await llm.ainvoke("world"), await llm.abatch(["woof woof woof", "meow meow meow"])


def stream_to_the_screen() -> None:
    for token in llm.stream("hello"):
        print(token, end="|", flush=True)


async def stream_asynchronously() -> None:
    async for token in llm.astream("hello"):
        print(token, end="|", flush=True)


def stream_a_chain() -> Any:
    return list(chain.stream({"topic": "parrots"}))


def nest_chains() -> Any:
    analysis = PromptTemplate.from_template("is this a funny joke? {joke}")
    composed: Chain = {"joke": chain} | analysis | llm | parser
    return composed.invoke({"topic": "bears"}), list(composed.stream({"topic": "bears"}))


def pipe_chains() -> Any:
    return chain.pipe(str.upper, len).invoke({"topic": "beets"})


def run_in_parallel() -> Any:
    joke = prompt | llm
    poem = PromptTemplate.from_template("a poem about {topic}") | llm
    both: Chain = RunnableParallel(joke=joke, poem=poem)
    streamed: dict[str, str] = {}
    for chunk in both.stream({"topic": "bear"}):
        for key, value in chunk.items():
            streamed[key] = streamed.get(key, "") + value
    return both.invoke({"topic": "bear"}), dict(sorted(streamed.items()))


def pass_through() -> Any:
    runnable: Chain = RunnableParallel(passed=RunnablePassthrough(), modified=lambda x: x["num"] + 1)
    return runnable.invoke({"num": 1})


def retrieve_and_answer() -> Any:
    def retrieve(question: str) -> str:
        return f"harrison worked at kensho, asked: {question}"

    template = PromptTemplate.from_template("{context}\n{question}")
    rag: Chain = {"context": retrieve, "question": RunnablePassthrough()} | template | CustomLLM(n=60) | parser
    return rag.invoke("where did harrison work?")


def assign() -> Any:
    steps: Chain = RunnableParallel(
        extra=RunnablePassthrough.assign(mult=lambda x: x["num"] * 3), modified=lambda x: x["num"] + 1
    )
    return steps.invoke({"num": 1}), list(RunnablePassthrough.assign(joke=chain).stream({"topic": "x"}))
