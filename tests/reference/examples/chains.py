"""Prompts, models and parsers in chains, side by side, and with more in them.

Written for langchain-core; on the reference the import lines change.
"""

# ruff: noqa: T201  # examples print

from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import (
    CallbackManagerForLLMRun,
)
from langchain_core.language_models.llms import LLM
from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import GenerationChunk
from langchain_core.prompts import PromptTemplate
from langchain_core.runnables import (
    Runnable,
    RunnableParallel,
    RunnablePassthrough,
)

Chain = Runnable[Any, Any]


class CustomLLM(LLM):
    """A model that echoes the first n characters of its prompt."""

    n: int

    @property
    def _llm_type(self) -> str:
        return "custom"

    def _call(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> str:
        text = prompt[: self.n]
        for word in stop or []:
            text = text.split(word)[0]
        return text

    def _stream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[GenerationChunk]:
        for char in self._call(prompt, stop):
            chunk = GenerationChunk(text=char)
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


llm = CustomLLM(n=24)
prompt = PromptTemplate.from_template("Tell me a joke about {topic}")
parser = StrOutputParser()
chain: Chain = prompt | llm | parser


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
