"""Asking again, asking another, asking for many, and what can be fixed in advance.

Written for langchain-core; on the reference the import lines change.
"""

# examples print

from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import (
    BaseCallbackHandler,
    CallbackManagerForLLMRun,
)
from langchain_core.language_models.llms import LLM
from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import GenerationChunk
from langchain_core.prompts import PromptTemplate
from langchain_core.runnables import (
    Runnable,
    RunnableLambda,
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


class Unreliable(CustomLLM):
    """Fails twice, then answers."""

    calls: list[str] = []  # noqa: RUF012  # a field's default is copied for each instance

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        self.calls.append(prompt)
        if len(self.calls) <= 2:
            raise ConnectionError("try again")
        return f"{prompt} after {len(self.calls)} calls"


llm = CustomLLM(n=24)
prompt = PromptTemplate.from_template("Tell me a joke about {topic}")
parser = StrOutputParser()
chain: Chain = prompt | llm | parser


def retry() -> Any:
    model = Unreliable(n=1)
    answer = model.with_retry(stop_after_attempt=3, wait_exponential_jitter=False).invoke("hi")
    return answer, model.calls


def give_up() -> Any:
    try:
        Unreliable(n=1).with_retry(
            retry_if_exception_type=(ConnectionError,), stop_after_attempt=2, wait_exponential_jitter=False
        ).invoke("hi")
    except ConnectionError as error:
        return str(error)


async def fall_back() -> Any:
    safe: Chain = prompt | Unreliable(n=1).with_fallbacks([llm]) | parser
    unsafe: Chain = prompt | Unreliable(n=1).with_fallbacks([llm], exceptions_to_handle=(KeyError,))
    try:
        unsafe.invoke({"topic": "x"})
    except ConnectionError as error:
        return safe.invoke({"topic": "x"}), await safe.ainvoke({"topic": "x"}), str(error)


def answer_many_and_keep_the_errors() -> Any:
    def invert(number: int) -> float:
        return 1 / number

    step: Chain = RunnableLambda(invert)
    outputs = step.batch([1, 0, 4], config={"max_concurrency": 2}, return_exceptions=True)
    return [repr(output) for output in outputs]


async def answer_many_asynchronously() -> Any:
    topics = [{"topic": topic} for topic in ("bears", "cats", "dogs")]
    return await chain.abatch(topics, config={"max_concurrency": 2}), chain.batch(topics)


def bind_stop_words() -> Any:
    bound = llm.bind(stop=["joke"])
    return (
        bound.invoke("tell me a joke"),
        list((prompt | bound).stream({"topic": "x"})),
        llm.invoke("a joke", stop=["j"]),
    )


def name_and_tag_a_run() -> Any:
    heard: list[Any] = []

    class Listener(BaseCallbackHandler):
        def on_chain_start(self, serialized: Any, inputs: Any, **kwargs: Any) -> None:
            heard.append((kwargs["name"], kwargs["tags"], kwargs["metadata"]["user"]))

    named = chain.with_config(run_name="joke", tags=["funny"], metadata={"user": 1})
    named.invoke({"topic": "x"}, {"tags": ["now"], "callbacks": [Listener()]})
    return heard
