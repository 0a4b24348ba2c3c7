"""The synchronous streams that an act has opened: at its deadline they are closed, so that a lock of theirs is free."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from weakref import ref


class HeldStreams:
    """Refers to them weakly: a stream that its consumer drops must be closed by that alone."""

    def __init__(self) -> None:
        self._streams: list[ref[Any]] = []

    def add(self, stream: Any) -> None:
        """Note one stream; one that cannot be referred to weakly is left to its thread."""
        with suppress(TypeError):
            self._streams.append(ref(stream))

    def close(self) -> None:
        """Close those that still exist."""
        close_in_thread(stream for one in self._streams if (stream := one()) is not None)


def close_in_thread(streams: Iterable[Any]) -> None:
    """Close these streams beside the caller: close() may block as well. The one that is being read cannot be closed."""
    kept = [stream for stream in streams if hasattr(stream, "close")]

    def close() -> None:
        while kept:
            # Whatever the model raises here belongs to a call that has failed already.
            with suppress(BaseException):
                kept.pop().close()

    threading.Thread(target=close, name="llm-conformance-call", daemon=True).start()
