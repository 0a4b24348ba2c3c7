"""The programs of LangChain's page "How to stream responses from an LLM", with a recorded stream as the answer.

python -m llm_reference [stream | astream | events | default]
"""

# ruff: noqa: T201, ARG002  # the programs print; all models have the same hook signatures

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

from llm_fixtures import golden
from llm_reference import EchoLLM, OneChunkLLM

VERSE = golden("sparkling-water")


class VerseLLM(EchoLLM):
    """Answers any prompt with the verse of that page, token by token."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return list(VERSE.text_tokens())


class VerseOneChunkLLM(OneChunkLLM):
    """Answers with the same verse and does not stream."""

    def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        return VERSE.text


def stream() -> None:
    """Print each chunk as soon as it is generated."""
    for chunk in VerseLLM().stream(VERSE.prompt):
        print(chunk, end="|", flush=True)
    print()


def astream() -> None:
    """Do the same asynchronously: other tasks can run between the chunks."""

    async def main() -> None:
        async for chunk in VerseLLM().astream(VERSE.prompt):
            print(chunk, end="|", flush=True)
        print()

    asyncio.run(main())


def events() -> None:
    """Print the first five events, then stop."""

    async def main() -> None:
        # A run has a random id unless the config contains one.
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
    """Print the stream of a model that does not stream: its whole answer is one chunk."""
    for chunk in VerseOneChunkLLM().stream(VERSE.prompt):
        print(chunk, end="|", flush=True)
    print()


STEPS: dict[str, Callable[[], None]] = {"stream": stream, "astream": astream, "events": events, "default": default}


def main(names: list[str]) -> None:
    """Run the programs with these names, or all of them."""
    if {"-h", "--help"} & set(names):
        print(__doc__)
        for name, program in STEPS.items():
            print(f"  {name:<8} {(program.__doc__ or '').strip()}")
        return
    if unknown := [name for name in names if name not in STEPS]:
        sys.exit(f"python -m llm_reference: expected {', '.join(STEPS)}; got {unknown[0]!r}")
    for name in names or STEPS:
        if not names:
            print(f"--- {name}")
        STEPS[name]()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has left, as `| head` does. Python flushes at its exit, and must not find the closed pipe then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except OSError as error:
        # Such as a full disk; Python flushes at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(f"python -m llm_reference: the output cannot be written: {error.strerror}")
