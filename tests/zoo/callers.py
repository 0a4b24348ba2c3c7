"""The three ways to listen to a model, for tests that do not use the suite."""

import asyncio
from typing import Any

PROMPT = "Sing a song, sing."
WORDS = ["Sing", " a", " song,", " sing."]


def streamed(model: Any, prompt: Any = PROMPT, **kwargs: Any) -> list[Any]:
    return list(model.stream(prompt, **kwargs))


def astreamed(model: Any, prompt: Any = PROMPT, **kwargs: Any) -> list[Any]:
    async def listen() -> list[Any]:
        return [chunk async for chunk in model.astream(prompt, **kwargs)]

    return asyncio.run(listen())


def told(model: Any, prompt: Any = PROMPT, *, version: str = "v2", **kwargs: Any) -> list[Any]:
    async def listen() -> list[Any]:
        return [event async for event in model.astream_events(prompt, version=version, **kwargs)]

    return asyncio.run(listen())


def names(events: list[Any]) -> list[str]:
    return [event["event"].removeprefix("on_llm_") for event in events]
