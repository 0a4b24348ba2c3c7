"""What a defect is, and the list of them: one class of the zoo each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T", bound=type[Any])


@dataclass(frozen=True, slots=True)
class Defect:
    """One way in which a model misbehaves, and what a conformance suite has to say of it.

    story: what goes wrong for somebody who uses the model.
    citation: the real defects that it stands for, as "D087: owner/repository#number, ..; D088: ..", with their numbers
        in the catalogue; else the clause of the contract that it breaks.
    caught_by: the checks that tell of it, written from the story.
    also: the checks that cannot help failing as well, each with the reason; "group.name[*]" is some of a family.
    perhaps: the checks that fail as well if the network happens to cut so, each with the reason.
    declares: what the profile of the model claims.
    short_timeout: the constructor arguments with which it claims to give up a silent provider soon.
    wire: the format of the provider that the model asks; it is constructed with the provider's address as `url`,
        and with a key as `api_key`.
    script: it takes its text from a script, with which it is constructed.
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
    """Put the class into the zoo."""

    def put(model: T) -> T:
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

    return put
