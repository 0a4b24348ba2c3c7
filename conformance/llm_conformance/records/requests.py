"""The requests that an adapter sends to its provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from llm_conformance.records.outcome import CallOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests(CallOutcome):
    """The bodies of requests.

    by_label: for each call, by what it is, the parameters of the body as JSON texts, without those that hold the
        prompt. A parameter of a nested object is named "object.parameter".
    """

    kind: ClassVar[str] = "requests"

    by_label: dict[str, dict[str, str]] = field(default_factory=dict)
