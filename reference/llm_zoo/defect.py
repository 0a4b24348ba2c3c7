"""The `Defect` record and the registry of defects: one class of the zoo each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T", bound=type[Any])


@dataclass(frozen=True, slots=True)
class Defect:
    """One defect of a model, and the checks that a conformance suite must fail for it.

    story: what goes wrong for the user of the model.
    citation: the real defects behind it, as "D087: owner/repository#number, ..; D088: ..", numbered as in
        `real_defects.toml`; otherwise the clause of the contract that it violates.
    caught_by: the checks that find it, derived from the story.
    also_fails: check to reason: other checks that fail as a consequence. "group.name[*]" stands for some checks of
        a family.
    may_also_fail: check to reason: checks that fail in some runs only, depending on how the network splits packets.
    declares: the claims of the model's profile.
    short_timeout: the constructor arguments that give it a short timeout.
    wire: the wire format of its provider. The model is constructed with the provider's address as `url` and a key
        as `api_key`.
    script: whether a script supplies its tokens; the model is constructed with it.
    """

    id: str
    story: str
    citation: str
    caught_by: tuple[str, ...]
    also_fails: Mapping[str, str] = field(default_factory=dict)
    may_also_fail: Mapping[str, str] = field(default_factory=dict)
    declares: Mapping[str, bool] = field(default_factory=dict)
    short_timeout: Mapping[str, Any] = field(default_factory=dict)
    wire: str | None = None
    script: bool = False


DEFECTS: dict[type[Any], Defect] = {}


def defect(
    name: str,
    *,
    story: str,
    citation: str,
    caught_by: tuple[str, ...],
    also_fails: Mapping[str, str] | None = None,
    may_also_fail: Mapping[str, str] | None = None,
    declares: Mapping[str, bool] | None = None,
    short_timeout: Mapping[str, Any] | None = None,
    wire: str | None = None,
    script: bool = False,
) -> Callable[[T], T]:
    """Register the class as a defect of the zoo; TypeError if the id is taken."""

    def register(model: T) -> T:
        if any(known.id == name for known in DEFECTS.values()):
            raise TypeError(f"defect {name!r}: the id is taken")
        DEFECTS[model] = Defect(
            id=name,
            story=story,
            citation=citation,
            caught_by=caught_by,
            also_fails=also_fails or {},
            may_also_fail=may_also_fail or {},
            declares=declares or {},
            short_timeout=short_timeout or {},
            wire=wire,
            script=script,
        )
        return model

    return register
