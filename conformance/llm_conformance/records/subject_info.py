"""What is known of a subject without calling it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from llm_conformance.records.deviation import Deviation


class Control(StrEnum):
    """Who decides what the model says; each value makes testable what the ones before it do, and more."""

    BLACKBOX = "blackbox"
    SCRIPT = "script"
    WIRE = "wire"

    def includes(self, needed: Control) -> bool:
        """Whether a check that needs `needed` can be judged under this control."""
        order = list(Control)
        return order.index(self) >= order.index(needed)


class Kind(StrEnum):
    """What sort of Runnable the subject is; `UNSAID` is settled by what invoke() returns."""

    LLM = "llm"
    CHAT = "chat"
    CHAIN = "chain"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectInfo:
    """What is known of a subject without calling it.

    owners: for each public method and streaming hook it has, the class that defines it.
    prompts: the three prompts it is asked.
    tokens: under control, the tokens that the model is made to say to each prompt.
    claims: what its profile declares, by key.
    deviations: what is declared that checks will find.
    hooks: the hooks of a black box that can be held between their chunks. unhooked: why none can.
    versions: of Python, of this harness and of the packages involved.
    """

    spec: str
    kind: Kind
    control: Control
    method_owners: Mapping[str, str]
    prompts: tuple[str, ...]
    tokens: tuple[tuple[str, ...], ...] = ()
    claims: Mapping[str, bool | str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    deviations: tuple[Deviation, ...] = ()
    profile: str = ""
    source_kind: str = "class"
    hooks: tuple[str, ...] = ()
    not_hookable: str = ""
