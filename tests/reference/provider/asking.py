"""How the tests ask the adapter, and what came of it."""

from typing import Any

from llm_reference import OpenAICompletions
from reference.deadline import run
from reference.provider.scripted import Scripted

SECRET = "sk-this-is-not-told"  # noqa: S105  # it opens nothing
# Seconds: for a loaded machine enough to connect, and not much to wait for.
IMPATIENT = 0.25
CALLS = ["invoke", "ainvoke", "stream", "astream"]
STREAMS = CALLS[2:]


def a_model(provider: Scripted, **fields: Any) -> OpenAICompletions:
    return OpenAICompletions(**{"base_url": provider.url, "api_key": SECRET, "timeout": 20, **fields})


def ask(model: OpenAICompletions, call: str, prompt: str = "p") -> tuple[list[str], BaseException | None]:
    """What came, and what was raised behind it."""
    came: list[str] = []

    async def asynchronously() -> None:
        if call == "ainvoke":
            came.append(await model.ainvoke(prompt))
        else:
            async for chunk in model.astream(prompt):
                came.append(chunk)  # noqa: PERF401  # what came before an exception counts

    try:
        if call == "invoke":
            came.append(model.invoke(prompt))
        elif call == "stream":
            for chunk in model.stream(prompt):
                came.append(chunk)  # noqa: PERF402  # as above
        else:
            run(asynchronously())
    except Exception as error:  # noqa: BLE001  # the test judges it
        return came, error
    return came, None
