"""The requests that an adapter sends to its provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from llm_conformance.records.outcome import CallOutcome

# What the request of a second turn has, as labels of its parameters.
CALL_SENT = "the arguments of the call"
RESULT_SENT = "the result of the tool"
RESULT_LINKED = "the id of the call with the result"
# What the request of a conversation has beside its messages: as whose each is sent, and their order.
ROLE_OF, ORDER = "the role of ", "the order of the messages"
LAST_QUESTION, LAST_ANSWER = "the last question", "the last answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests(CallOutcome):
    """The bodies and the header fields of requests.

    by_label: for each call, by what it is, the parameters of the body as JSON texts, without those that hold the
        prompt. A parameter of a nested object is named "object.parameter".
    headers: for each call, the header fields by name, with the values of credentials redacted; "stream again" repeats
        "stream", so that a field that differs in each request is known.
    """

    kind: ClassVar[str] = "requests"

    by_label: dict[str, dict[str, str]] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
