"""What is known of a subject without calling it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from llm_conformance.records.added import added
from llm_conformance.records.deviation import Deviation

# Of a subject of which nothing is known but the spec.
NOT_LOADED = "not loaded"


class Control(StrEnum):
    """Who decides what the model says; each value makes more checks testable than the values before it."""

    BLACKBOX = "blackbox"
    SCRIPT = "script"
    WIRE = "wire"

    def includes(self, needed: Control) -> bool:
        """Whether a check that needs `needed` can be judged under this control."""
        order = list(Control)
        return order.index(self) >= order.index(needed)


class Kind(StrEnum):
    """The sort of Runnable; for `UNKNOWN` the type that invoke() returns decides."""

    LLM = "llm"
    CHAT = "chat"
    CHAIN = "chain"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectInfo:
    """What is known of a subject without calling it.

    spec: the subject as --llm-impl names it.
    kind: the sort of model; "unknown" if its class does not show it.
    control: who decides what the model says.
    method_owners: for each public method, and each streaming hook that the class has itself, the class that defines it.
    prompts: the three prompts.
    tokens: under control, the tokens that the model is made to generate for each prompt.
    claims: what its profile claims.
    versions: of Python, of this harness, and of the distributions involved: langchain-core, those of the class and of
        its bases, and their clients, such as the SDK of a provider and its HTTP library.
    deviations: the declared deviations that apply to this subject.
    profile: where the profile is.
    source_kind: "class", "factory" or "instance"; "not loaded" where nothing is known but the spec.
    hooks: of a black box, the streaming hooks that can be paused between their chunks.
    not_hookable: why no hook can be paused; empty if one can.
    requirement_set: the set whose checks are scored, such as "2026.12"; empty for all checks.
    source: the file, below the folder of the run, and the line of its class or factory, such as "acme/llms.py:12".
    cached: langchain-core may take an answer from a cache, and then calls no handler.
    construction: how the run made the model, as a JSON text: `kwargs` and `short_timeout`, the constructor arguments
        with secrets redacted, and `wire` and `dialect`, of the simulated provider; empty if the arguments are not JSON.
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
    cached: bool = added(default=False)
    requirement_set: str = added(default="")
    source: str = added(default="")
    construction: str = added(default="")

    @classmethod
    def not_loaded(cls, spec: str) -> SubjectInfo:
        """What is known of a subject that could not be loaded, or that ended its process before its first verdict."""
        return cls(
            spec=spec,
            kind=Kind.UNKNOWN,
            control=Control.BLACKBOX,
            method_owners={},
            prompts=(),
            source_kind=NOT_LOADED,
        )
