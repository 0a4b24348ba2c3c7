"""What an adapter asks its provider for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from llm_conformance.records.outcome import CallOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests(CallOutcome):
    """The bodies of requests.

    by: for each call, by what it is, the values of the body as JSON by their names, without what holds the prompt;
    those of a table within it are named "table.name".
    """

    kind: ClassVar[str] = "requests"

    by_label: dict[str, dict[str, str]] = field(default_factory=dict)
