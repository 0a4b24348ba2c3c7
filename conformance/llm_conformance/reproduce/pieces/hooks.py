"""A subclass of a model whose hooks `_stream` and `_astream` are watched, and paused in the middle of an answer."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_conformance.reproduce.pieces.source import PAUSE, Watched


class WatchedHooks(Watched):
    """Passes on the chunks of the hooks, and waits for PAUSE seconds in the middle of them, the first time."""

    def __init__(self, middle: int) -> None:
        super().__init__()
        self.middle = middle

    def watch(self, chunks: Any) -> Iterator[Any]:
        """The chunks of _stream()."""
        self.calls += 1
        try:
            for place, chunk in enumerate(chunks):
                if place == self.middle and not self.reached.is_set():
                    self.reached.set()
                    self.ended.wait(PAUSE)
                self.sent += 1
                yield chunk
            self.whole = True
        finally:
            chunks.close()
            self.ended.set()

    async def awatch(self, chunks: Any) -> AsyncIterator[Any]:
        """The chunks of _astream()."""
        self.calls += 1
        place = 0
        try:
            async for chunk in chunks:
                if place == self.middle and not self.reached.is_set():
                    self.reached.set()
                    await asyncio.sleep(PAUSE)
                place = self.sent = place + 1
                yield chunk
            self.whole = True
        finally:
            await chunks.aclose()
            self.ended.set()


def watched(kind: type[Any], hooks: WatchedHooks) -> type[Any]:
    """The subclass."""

    class Model(kind):  # type: ignore[misc]
        """The model, with hooks that are watched."""

        def _stream(self, *args: Any, **kwargs: Any) -> Any:
            return hooks.watch(super()._stream(*args, **kwargs))

        def _astream(self, *args: Any, **kwargs: Any) -> Any:
            return hooks.awatch(super()._astream(*args, **kwargs))

    return Model
