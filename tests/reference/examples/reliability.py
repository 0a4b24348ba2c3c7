"""Asking again, asking another, asking for many, and what can be fixed in advance.

Written for langchain-core; on the reference the import lines change.
"""

from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import RunnableLambda

from reference.examples.custom import Chain, Unreliable, chain, llm, parser, prompt


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
    reported: list[Any] = []

    class Listener(BaseCallbackHandler):
        def on_chain_start(self, serialized: Any, inputs: Any, **kwargs: Any) -> None:
            reported.append((kwargs["name"], kwargs["tags"], kwargs["metadata"]["user"]))

    named = chain.with_config(run_name="joke", tags=["funny"], metadata={"user": 1})
    named.invoke({"topic": "x"}, {"tags": ["now"], "callbacks": [Listener()]})
    return reported
