"""Models that conform, and models with one defect. The runs under test find them in their folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import EchoLLM

PRINTED = "printed to the terminal by the model"


class Conformant(EchoLLM):
    """Conforms."""


class Forgetful(EchoLLM):
    """Loses the first word of a stream."""

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[Any]:
        chunks = super()._stream(prompt, *args, **kwargs)
        next(chunks)
        return chunks

    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        chunks = super()._astream(prompt, *args, **kwargs)
        await anext(chunks)
        async for chunk in chunks:
            yield chunk


class EmptyHanded(EchoLLM):
    """Returns None for an empty batch."""

    def batch(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        return super().batch(inputs, *args, **kwargs) if inputs else None


class Unstoppable(EchoLLM):
    """Ignores stop, which breaks a SHOULD."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return super()._tokens(prompt, None)


class Wants(EchoLLM):
    """Requires a mark, and appends it to its answer."""

    def __init__(self, *, mark: str, times: int) -> None:
        super().__init__()
        self._mark = mark * times

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return super()._tokens(f"{prompt} {self._mark}", stop)


class Talkative(EchoLLM):
    """Prints while it answers."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        print(PRINTED)  # noqa: T201
        return super()._tokens(prompt, stop)


def factory() -> EchoLLM:
    return Conformant()


instance = Conformant()
number = 3


class NoRunnable:
    """Has one of the three required methods."""

    def invoke(self, prompt: str) -> str:
        return prompt
