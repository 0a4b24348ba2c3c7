"""The sum of message chunks, added with their own `+`."""

from __future__ import annotations

import operator
from functools import cached_property, reduce
from typing import Any

from llm_conformance.driver.recorder import Recorder
from llm_conformance.records import Raised, Value


class MessageSum:
    """Keeps the chunks of one call until somebody asks for their sum; texts, dicts and None are left out.

    count: the number of chunks that were kept.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.count = 0
        self._chunks: list[Any] = []

    def add(self, chunk: Any) -> None:
        """Keep one chunk."""
        if chunk is not None and not isinstance(chunk, str | dict):
            self.count += 1
            self._chunks.append(chunk)

    @property
    def total(self) -> Value | None:
        """The sum; None if there is no chunk, or if adding them raised."""
        return self._sum[0]

    @property
    def raised(self) -> Raised | None:
        """What adding them raised."""
        return self._sum[1]

    @cached_property
    def _sum(self) -> tuple[Value | None, Raised | None]:
        chunks, self._chunks = self._chunks, []
        try:
            return (self._recorder.value(reduce(operator.add, chunks)), None) if chunks else (None, None)
        except Exception as error:  # noqa: BLE001 - that chunks do not add up is what the record is for
            return None, self._recorder.exception(error)
