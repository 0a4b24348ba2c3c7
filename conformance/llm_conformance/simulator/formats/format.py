"""The format: how one provider's API is spoken. Pure, from the body of a request to an answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from llm_conformance.simulator.actions import Answer
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.provider_error import ProviderError

SSE_HEADERS = (("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"), ("X-Accel-Buffering", "no"))


class StreamEncoding(StrEnum):
    """How the events of a stream are told apart."""

    SSE = "server-sent events"
    NDJSON = "a JSON document a line"


class ParsedRequest(Protocol):
    """A request that was read and understood."""

    @property
    def prompts(self) -> tuple[str, ...]:
        """The texts in which nonces are looked for, one case for each."""

    def answer(self, cases: Sequence[Case], serial: int) -> Answer:
        """What the provider would say: `cases` go with `prompts`, `serial` makes ids differ between answers."""


@dataclass(frozen=True, slots=True)
class Format:
    """One provider's API by name, and its doors: to read a request, to refuse it, and to fail within a stream.

    paths: where requests arrive, each with what it says in place of the body.
    base: what clients of this API want behind the address of the server.
    refuse_stream: how a stream is refused, where that differs.
    """

    name: str
    paths: Mapping[str, Mapping[str, Any]]
    encoding: StreamEncoding
    read: Callable[[dict[str, Any]], ParsedRequest]
    refuse: Callable[[ProviderError, int], Answer]
    fail: Callable[[ProviderError], bytes]
    base: str = ""
    refuse_stream: Callable[[ProviderError, int], Answer] | None = None
