"""The sum of message chunks, added with their own `+`."""

from __future__ import annotations

import operator
from functools import cached_property, reduce
from typing import Any

from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder
from llm_conformance.records import Raised, Value

# Each chunk may take some kilobytes, and adding them takes quadratic time. A longer answer has no sum.
_MOST = 50_000


class MessageSum:
    """Keeps the chunks of one call until somebody asks for their sum; texts, dicts and None are left out.

    count: the number of chunks that were kept. driver: adds them with a deadline.
    """

    def __init__(self, recorder: Recorder, driver: Driver | None = None) -> None:
        self._recorder = recorder
        self._driver = driver
        self.count = 0
        self._chunks: list[Any] = []

    def add(self, chunk: Any) -> None:
        """Keep one chunk."""
        if chunk is not None and not isinstance(chunk, str | dict):
            self.count += 1
            self._chunks.append(chunk)
            if self.count > _MOST:
                self.forget()

    def forget(self) -> None:
        """Leave the chunks out of the sum, as of a call that did not end."""
        self._chunks.clear()

    @property
    def total(self) -> Value | None:
        """The sum; None if there is no chunk, or if adding them raised, or if they are too many."""
        return self._sum[0]

    @property
    def raised(self) -> Raised | None:
        """What adding them raised, or that it did not end."""
        return self._sum[1]

    @cached_property
    def _sum(self) -> tuple[Value | None, Raised | None]:
        chunks, self._chunks = self._chunks, []
        found: list[Value] = []
        if not chunks:
            return None, None

        def add() -> None:
            found.append(self._recorder.value(reduce(operator.add, chunks)))

        if self._driver is not None:
            raised = _as_raised(self._driver.call(add))
            return (None, raised) if raised is not None else (found[0], None)
        try:
            add()
        except Exception as error:  # noqa: BLE001 - that chunks do not add up is what the record is for
            return None, self._recorder.exception(error)
        return found[0], None


def _as_raised(result: CallResult) -> Raised | None:
    if result.hung is None:
        return result.raised
    return Raised("TimeoutError", result.hung.text, ("TimeoutError",), result.hung.location)
