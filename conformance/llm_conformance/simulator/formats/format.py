"""The format: the wire protocol of one provider's API, from the body of a request to an answer. Performs no I/O."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import quote

from llm_conformance.simulator.actions import Answer
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.formats.asked import TEXT, Asked
from llm_conformance.simulator.provider_error import ProviderError

# Where the path of a request has the name of its model.
MODEL = "<model>"
SSE_HEADERS = (("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"), ("X-Accel-Buffering", "no"))


class StreamEncoding(StrEnum):
    """How a stream is divided into events."""

    SSE = "server-sent events"
    NDJSON = "a JSON document a line"


class ParsedRequest(Protocol):
    """A request after validation."""

    @property
    def prompts(self) -> tuple[str, ...]:
        """The prompts. Each one must contain the nonce of one case."""

    @property
    def asked_before(self) -> str | None:
        """The text to search if the only prompt contains no nonce: it is the result of a tool. None if it is not."""

    @property
    def asked(self) -> Asked:
        """What the request asks for beyond text."""

    def answer(self, cases: Sequence[Case], serial: int) -> Answer:
        """The provider's answer. `cases` correspond to `prompts`; `serial` makes response ids unique."""


@dataclass(frozen=True, slots=True)
class Format:
    """One provider's API.

    paths: the URL paths it serves, each with the body parameters that the path implies. The first is for a stream. A
        path may have `<model>`, for any name, and after `?` a parameter that the query must have.
    read: parses a JSON body; raises ProviderError if it is invalid.
    refuse: the error response to a request, from the error and a serial number.
    fail: the bytes of an error inside a stream.
    base: what clients of this API expect after the server's address, such as `/v1`.
    refuse_stream: the error response to a streaming request, where it differs.
    speaks: the types of the pieces that an answer can have.
    fail_after: the same as `fail`, from the error and the number of events before it, where events are numbered.
    fail_in_array: the same as `fail` in a stream that is one JSON array.
    """

    name: str
    paths: Mapping[str, Mapping[str, Any]]
    encoding: StreamEncoding
    read: Callable[[dict[str, Any]], ParsedRequest]
    refuse: Callable[[ProviderError, int], Answer]
    fail: Callable[[ProviderError], bytes]
    base: str = ""
    refuse_stream: Callable[[ProviderError, int], Answer] | None = None
    speaks: frozenset[str] = TEXT
    fail_after: Callable[[ProviderError, int], bytes] | None = None
    fail_in_array: Callable[[ProviderError], bytes] | None = None

    def stream_path(self, model: str = "m") -> str:
        """The path of a request for a stream of this model, with its query."""
        return next(iter(self.paths)).replace(MODEL, quote(model, safe=""))

    def error_event(self, error: ProviderError, before: int, *, in_array: bool = False) -> bytes:
        """The bytes of an error inside a stream, after this number of events."""
        if in_array and self.fail_in_array is not None:
            return self.fail_in_array(error)
        return self.fail(error) if self.fail_after is None else self.fail_after(error, before)
