"""Callback handlers in chains. Written for langchain-core; on the reference only the import lines differ."""

# ruff: noqa: T201  # examples print

import asyncio
from typing import Any

from langchain_core.callbacks import (
    AsyncCallbackHandler,
    BaseCallbackHandler,
    CallbackManagerForChainRun,
)
from langchain_core.runnables import RunnableConfig, RunnableLambda

from reference.examples.custom import Chain, CustomLLM, Unreliable, chain, llm, prompt


class LoggingHandler(BaseCallbackHandler):
    def on_chain_start(self, serialized: Any, inputs: Any, **kwargs: Any) -> None:
        print(f"Chain {kwargs.get('name')} started with {inputs}")

    def on_chain_end(self, outputs: Any, **kwargs: Any) -> None:
        print(f"Chain ended, outputs: {outputs!r}")

    def on_chain_error(self, error: BaseException, **kwargs: Any) -> None:
        print(f"Chain failed: {error!r}")

    def on_llm_start(self, serialized: Any, prompts: list[str], **kwargs: Any) -> None:
        print(f"Model started with {prompts}")

    def on_llm_new_token(self, token: Any, **kwargs: Any) -> None:
        print(f"New token: {token!r}")

    def on_llm_end(self, response: Any, **kwargs: Any) -> None:
        print(f"Model ended, response: {response.generations[0][0].text}")

    def on_llm_error(self, error: BaseException, **kwargs: Any) -> None:
        print(f"Model failed: {error!r}")


class AsyncLoggingHandler(AsyncCallbackHandler):
    async def on_llm_start(self, serialized: Any, prompts: list[str], **kwargs: Any) -> None:
        await asyncio.sleep(0)
        print("zzzz.... Hi! I just woke up. Your llm is starting")

    async def on_llm_new_token(self, token: Any, **kwargs: Any) -> None:
        print(f"Async handler being called: token: {token}")

    async def on_llm_end(self, response: Any, **kwargs: Any) -> None:
        await asyncio.sleep(0)
        print("zzzz.... Hi! I just woke up. Your llm is ending")


def listen_at_runtime() -> None:
    chain.invoke({"topic": "bears"}, config={"callbacks": [LoggingHandler()]})


def listen_to_a_stream() -> None:
    list((prompt | CustomLLM(n=4)).stream({"topic": "bears"}, config={"callbacks": [LoggingHandler()]}))


def listen_to_a_failure() -> None:
    try:
        Unreliable(n=1).invoke("hi", config={"callbacks": [LoggingHandler()]})
    except ConnectionError:
        print("as expected")


def listen_from_the_constructor() -> None:
    CustomLLM(n=4, callbacks=[LoggingHandler()]).invoke("hello")


async def listen_asynchronously() -> None:
    await llm.ainvoke("hello", config={"callbacks": [LoggingHandler()]})
    await llm.ainvoke("hello", config={"callbacks": [AsyncLoggingHandler()]})
    async for _ in CustomLLM(n=4).astream("hello", config={"callbacks": [AsyncLoggingHandler()]}):
        pass


def wait_for_an_asynchronous_listener() -> None:
    llm.invoke("hello", config={"callbacks": [AsyncLoggingHandler()]})


def pass_callbacks_on_by_hand() -> None:
    def by_manager(text: str, run_manager: CallbackManagerForChainRun) -> str:
        return llm.invoke(text, {"callbacks": run_manager.get_child()})

    def by_config(text: str, config: RunnableConfig) -> str:
        print(sorted(config["tags"]), config["metadata"])
        return llm.invoke(text, config)

    steps: Chain = RunnableLambda(by_manager) | RunnableLambda(by_config)
    steps.invoke("hi", {"callbacks": [LoggingHandler()]})
    steps.invoke("hi", {"callbacks": [LoggingHandler()], "tags": ["t"], "metadata": {"user": 1}})
