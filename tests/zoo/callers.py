"""Reads the chunks and events of a model without the suite."""

import asyncio
from typing import Any

PROMPT = "Sing a song, sing."
WORDS = ["Sing", " a", " song,", " sing."]


def streamed(model: Any, prompt: Any = PROMPT, **kwargs: Any) -> list[Any]:
    return list(model.stream(prompt, **kwargs))


def astreamed(model: Any, prompt: Any = PROMPT, **kwargs: Any) -> list[Any]:
    async def read() -> list[Any]:
        return [chunk async for chunk in model.astream(prompt, **kwargs)]

    return asyncio.run(read())


def events_of(model: Any, prompt: Any = PROMPT, *, version: str = "v2", **kwargs: Any) -> list[Any]:
    async def read() -> list[Any]:
        return [event async for event in model.astream_events(prompt, version=version, **kwargs)]

    return asyncio.run(read())


def event_names(events: list[Any]) -> list[str]:
    """The names without their prefix: start, stream, end."""
    return [event["event"].removeprefix("on_llm_") for event in events]
