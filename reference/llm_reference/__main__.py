"""The outputs of LangChain's page "How to stream responses from an LLM", from a recorded stream instead of a provider.

python -m llm_reference [stream | astream | events | default]
"""

# ruff: noqa: T201, ARG002  # it prints; and every hook takes what any model may need

import asyncio
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

from llm_fixtures import golden
from llm_reference import EchoLLM, OneChunkLLM

VERSE = golden("sparkling-water")


class VerseLLM(EchoLLM):
    """Says the verse of that page, token by token, whatever it is asked."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return list(VERSE.text_tokens())


class VerseAtOnceLLM(OneChunkLLM):
    """Says the same, and cannot stream."""

    def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        return VERSE.text


def stream() -> None:
    """Print each chunk when it is there."""
    for chunk in VerseLLM().stream(VERSE.prompt):
        print(chunk, end="|", flush=True)
    print()


def astream() -> None:
    """The same, while other tasks may go on between the chunks."""

    async def main() -> None:
        async for chunk in VerseLLM().astream(VERSE.prompt):
            print(chunk, end="|", flush=True)
        print()

    asyncio.run(main())


def events() -> None:
    """Print the first five events, and leave."""

    async def main() -> None:
        # A run has a random id, unless the caller names one.
        config: Any = {"run_id": UUID(int=1)}
        idx = 0
        async for event in VerseLLM().astream_events(VERSE.prompt, config, version="v1"):
            print(event)
            idx += 1
            if idx >= 5:  # noqa: PLR2004  # as on the page
                print("...Truncated")
                break

    asyncio.run(main())


def default() -> None:
    """A model without streaming: its whole answer is one single chunk."""
    for chunk in VerseAtOnceLLM().stream(VERSE.prompt):
        print(chunk, end="|", flush=True)
    print()


STEPS: dict[str, Callable[[], None]] = {"stream": stream, "astream": astream, "events": events, "default": default}


def main(wanted: list[str]) -> None:
    """Run the steps that are named, or all."""
    if unknown := [name for name in wanted if name not in STEPS]:
        sys.exit(f"python -m llm_reference: expected {', '.join(STEPS)}; got {unknown[0]!r}")
    for name in wanted or STEPS:
        if not wanted:
            print(f"--- {name}")
        STEPS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
