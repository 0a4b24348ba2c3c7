"""Calls the client and returns its chunks and its exception."""

from typing import Any

from llm_reference import OpenAICompletions
from reference.deadline import run
from reference.provider.scripted import Scripted

SECRET = "sk-this-is-a-secret"  # noqa: S105  # not a real key
# In seconds: long enough to connect on a loaded machine, and short for a test.
SHORT_TIMEOUT = 0.25
CALLS = ["invoke", "ainvoke", "stream", "astream"]
STREAMS = CALLS[2:]


def a_model(provider: Scripted, **fields: Any) -> OpenAICompletions:
    return OpenAICompletions(**{"base_url": provider.url, "api_key": SECRET, "timeout": 20, **fields})


def call_model(model: OpenAICompletions, call: str, prompt: str = "p") -> tuple[list[str], BaseException | None]:
    """Return the chunks, and the exception after them."""
    chunks: list[str] = []

    async def asynchronously() -> None:
        if call == "ainvoke":
            chunks.append(await model.ainvoke(prompt))
        else:
            async for chunk in model.astream(prompt):
                chunks.append(chunk)  # noqa: PERF401  # keep the chunks before an exception

    try:
        if call == "invoke":
            chunks.append(model.invoke(prompt))
        elif call == "stream":
            for chunk in model.stream(prompt):
                chunks.append(chunk)  # noqa: PERF402  # as above
        else:
            run(asynchronously())
    except Exception as error:  # noqa: BLE001  # the test checks it
        return chunks, error
    return chunks, None
