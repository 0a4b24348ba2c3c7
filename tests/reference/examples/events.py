"""The events of chains. Written for langchain-core; on the reference only the import lines differ."""

# ruff: noqa: T201  # examples print

from typing import Any

from langchain_core.callbacks import (
    BaseCallbackHandler,
    adispatch_custom_event,
    dispatch_custom_event,
)
from langchain_core.runnables import RunnableConfig, RunnableLambda

from reference.examples.custom import Chain, chain, llm, parser, prompt


def plain(event: Any) -> Any:
    metadata = {key: value for key, value in event["metadata"].items() if key == "user"}
    data = {key: getattr(value, "text", value) for key, value in sorted(event["data"].items())}
    return event["event"], event["name"], event["tags"], metadata, len(event["parent_ids"]), data


async def watch_the_events_of_v1() -> Any:
    events = chain.astream_events({"topic": "x"}, {"tags": ["t"], "metadata": {"user": 1}}, version="v1")
    return [plain(event) async for event in events]


async def watch_the_events_of_v2() -> Any:
    events = chain.astream_events({"topic": "x"}, {"tags": ["t"], "metadata": {"user": 1}}, version="v2")
    return [plain(event) async for event in events]


async def watch_the_model_alone() -> None:
    async for event in chain.astream_events({"topic": "x"}, version="v2"):
        kind = event["event"]
        if kind == "on_llm_stream":
            print(f"Model chunk: {event['data']['chunk'].text!r}", flush=True)
        if kind == "on_parser_stream":
            print(f"Parser chunk: {event['data']['chunk']}", flush=True)


async def filter_events() -> Any:
    named = prompt.with_config(run_name="my_prompt") | llm.with_config(run_name="model", tags=["mine"]) | parser
    by_name = [plain(e)[:2] async for e in named.astream_events({"topic": "x"}, version="v1", include_names=["model"])]
    by_type = [plain(e)[:2] async for e in named.astream_events({"topic": "x"}, version="v2", exclude_types=["chain"])]
    by_tag = [plain(e)[:2] async for e in named.astream_events({"topic": "x"}, version="v1", include_tags=["mine"])]
    return by_name, by_type, by_tag


async def send_custom_events() -> Any:
    async def slow_thing(some_input: str, config: RunnableConfig) -> str:
        await adispatch_custom_event("progress_event", {"message": "Finished step 1 of 2"}, config=config)
        await adispatch_custom_event("progress_event", {"message": "Finished step 2 of 2"}, config=config)
        return "Done"

    step: Chain = RunnableLambda(slow_thing).with_config(tags=["t"], metadata={"user": 1})
    events = [event async for event in step.astream_events("hello", version="v2")]
    return [(event["event"], event["name"], event["tags"], event["data"]) for event in events]


def hear_custom_events() -> Any:
    reported: list[Any] = []

    class Listener(BaseCallbackHandler):
        def on_custom_event(self, name: str, data: Any, **kwargs: Any) -> None:
            reported.append((name, data, kwargs["tags"], kwargs["metadata"]))

    def work(text: str) -> str:
        dispatch_custom_event("event1", {"x": text})
        dispatch_custom_event("event2", 5)
        return text

    step: Chain = RunnableLambda(work)
    step.invoke("hi", config={"callbacks": [Listener()], "tags": ["foo", "bar"], "metadata": {"user": 1}})
    return reported


async def stop_early() -> Any:
    received = 0
    async for _ in chain.astream_events({"topic": "x"}, version="v2"):
        received += 1
        if received >= 5:
            break
    return received
