"""The claims about a subject: the TOML table `[tool.llm-conformance]`, or the file of `--llm-profile`."""

from __future__ import annotations

import json
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from llm_conformance.records import Control, Kind
from llm_conformance.records.document import DocumentError, read_toml
from llm_conformance.simulator.dialect import Dialect, dialect_of
from llm_conformance.subject.secrets import redacted
from llm_conformance.suggest import did_you_mean

PROMPTS = (
    "Write me a 1 verse song about sparkling water.",
    "Name three rivers, the longest one first.",
    "Why is the sky blue? Answer in one sentence.",
)

NO_WIRE = "none"

_FORMS: dict[str, tuple[type | tuple[type, ...], str]] = {
    "kind": (str, f"one of {', '.join(Kind)}"),
    "streams": (bool, "true or false"),
    "token-exact": (bool, "true or false"),
    "stop": (bool, "true or false"),
    "usage": (bool, "true or false"),
    "short-timeout": (dict, "a table of constructor arguments that give the client a short read timeout"),
    "control": (str, '"script" or "blackbox"'),
    "wire": (str, f"the name of a wire format, or {NO_WIRE!r}"),
    "dialect": (dict, 'a table of what the provider does differently, such as { usage = "with-finish" }'),
    "kwargs": (dict, "a table of constructor arguments"),
    "wires": (dict, "a table of what applies in another wire format alone, by the name of the format"),
    "prompts": (list, f"a list of {len(PROMPTS)} different texts that are not empty"),
}
CLAIMS = ("streams", "token-exact", "stop", "usage")
# What may apply in one wire format alone.
_OF_WIRE = {*CLAIMS, "kwargs", "dialect", "short-timeout"}


class ProfileError(ValueError):
    """The profile cannot be read, or has a wrong key or value."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The declarations about one subject; an undeclared one is None or empty.

    wire: the wire format of the simulated provider, or "none" to ignore the one of the preset.
    dialect: what the simulated provider does differently from the usual one of its format.
    short_timeout: additional constructor arguments that give the client a short read timeout.
    wires: by wire format, what applies if it is the one of this run: arguments, claims and the dialect, key by key.
    source: the file or the preset, for the header of the report.
    """

    kind: Kind | None = None
    claims: Mapping[str, bool | str] = field(default_factory=dict)
    control: Control | None = None
    wire: str | None = None
    dialect: Mapping[str, str] = field(default_factory=dict)
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    short_timeout: Mapping[str, Any] = field(default_factory=dict)
    prompts: tuple[str, ...] = PROMPTS
    wires: Mapping[str, Profile] = field(default_factory=dict)
    source: str = ""

    @property
    def wire_format(self) -> str | None:
        """The wire format of the simulated provider; None if there is none."""
        return None if self.wire == NO_WIRE else self.wire

    @property
    def wire_dialect(self) -> Dialect:
        """The dialect of the simulated provider."""
        return dialect_of(self.dialect)

    @property
    def construction(self) -> dict[str, Any]:
        """How the model is made, without secrets: arguments, wire format and dialect."""
        return {
            "kwargs": redacted(self.kwargs),
            "short_timeout": redacted(self.short_timeout),
            "wire": self.wire_format or "",
            "dialect": dict(self.dialect),
        }

    @property
    def uses_url(self) -> bool:
        """Whether the arguments contain `{url}`, the address of the simulated provider."""
        return "{url}" in json.dumps(self.kwargs, default=str, skipkeys=True)

    @property
    def url_problem(self) -> str:
        """What is wrong if only one of a simulated provider and arguments with its `{url}` is declared; else empty."""
        if self.uses_url and self.wire_format is None:
            return "{url} is the address of a simulated provider; add --llm-wire=FORMAT"
        if self.wire_format is not None and not self.uses_url:
            return (
                "its arguments do not contain {url}, the address of the simulated provider; "
                'add it, such as --llm-kwargs=\'{"base_url": "{url}/v1"}\''
            )
        return ""

    def with_options(self, wire: str | None, kwargs: Mapping[str, Any]) -> Profile:
        """The profile with the options of the command line, which override it key by key."""
        chosen = self.in_wire(wire or self.wire)
        return replace(chosen, wire=wire or self.wire, kwargs={**chosen.kwargs, **kwargs})

    def in_wire(self, wire: str | None) -> Profile:
        """The profile with what applies in this wire format alone."""
        own = self.wires.get(wire or "")
        if own is None:
            return self
        return replace(
            self,
            kwargs={**self.kwargs, **own.kwargs},
            claims={**self.claims, **own.claims},
            dialect={**self.dialect, **own.dialect},
            short_timeout={**self.short_timeout, **own.short_timeout},
        )

    def merged_over(self, preset: Profile) -> Profile:
        """The profile, completed key by key by the preset.

        The preset's wire and arguments lead to the simulated provider. A profile that leads the model elsewhere gets
        neither of them.
        """
        preset = preset.in_wire(self.wire)
        simulated = replace(
            self,
            wire=self.wire or preset.wire,
            dialect={**preset.dialect, **self.dialect},
            kwargs={**preset.kwargs, **self.kwargs},
        )
        elsewhere = self.control is not None or self.wire == NO_WIRE or not simulated.uses_url
        return replace(
            self if elsewhere else simulated,
            kind=self.kind or preset.kind,
            short_timeout=self.short_timeout or preset.short_timeout,
            claims={**preset.claims, **self.claims},
            source=f"{self.source} over {preset.source}" if self.source else preset.source,
        )


def read(path: Path, spec: str, *, table: tuple[str, ...] = ()) -> Profile:
    """The profile of one subject. Raises ProfileError with the file, the key and the nearest known key.

    The keys at the top apply to every subject, those in a table named by a spec, `["pkg:Class"]`, to that one only.
    table: the table of the file that contains the profile; a file without it declares nothing.
    """
    content: Any = _content(path)
    for key in table:
        content = content.get(key, {})
        if not isinstance(content, dict):
            raise ProfileError(f"{path}: [{'.'.join(table)}] is not a table")
    where = f"{path.name} [{'.'.join(table)}]" if table else path.name
    common = {key: value for key, value in content.items() if ":" not in key}
    for key, other in content.items():
        if ":" not in key:
            continue
        if not isinstance(other, dict):
            raise ProfileError(f"{where}: {key!r} is not a table")
        _validate(other, f"{where} [{key!r}]")
    declared = {**common, **content.get(spec, {})}
    _validate(declared, where)
    return _profile(declared, where if declared else "")


def of(declared: Mapping[str, Any], source: str) -> Profile:
    """The profile in a mapping with the keys of a file. Raises ProfileError as `read` does."""
    _validate(declared, source)
    return _profile(declared, source)


def read_all(path: Traversable, *, source: str) -> dict[str, Profile]:
    """The profiles of a file that has one table per subject, by subject. Raises ProfileError as `read` does."""
    content = _content(path)
    for spec, declared in content.items():
        _validate(declared, f"{path.name} [{spec!r}]")
    return {spec: _profile(declared, source) for spec, declared in content.items()}


def _content(path: Traversable) -> dict[str, Any]:
    try:
        return read_toml(path)
    except DocumentError as error:
        raise ProfileError(f"{path}: {error}") from None


def _validate(declared: Mapping[str, Any], where: str) -> None:
    for key, value in declared.items():
        if key not in _FORMS:
            hint = did_you_mean(key, _FORMS) or f"; the keys are {', '.join(_FORMS)}"
            if key == "tool":
                hint = "; the keys of a file of its own are at the top level, not in [tool.llm-conformance]"
            raise ProfileError(f"{where}: unknown key {key!r}{hint}")
        form, expected = _FORMS[key]
        if not isinstance(value, form):
            # A table that is written otherwise may have keys in it.
            shown = _without_texts(value) if form is dict else value
            raise ProfileError(f"{where}: {key} must be {expected}, got {reprlib.repr(shown)}")
    if (kind := declared.get("kind")) is not None and kind not in list(Kind):
        raise ProfileError(f"{where}: kind must be {_FORMS['kind'][1]}, got {reprlib.repr(kind)}")
    control = declared.get("control")
    if control not in {None, Control.SCRIPT, Control.BLACKBOX}:
        hint = "; for a simulated provider, declare wire" if control == Control.WIRE else ""
        raise ProfileError(f"{where}: control must be {_FORMS['control'][1]}, got {reprlib.repr(control)}{hint}")
    if control is not None and "wire" in declared:
        raise ProfileError(f"{where}: control = {control!r} and wire exclude each other")
    try:
        dialect_of(declared.get("dialect", {}))
    except ValueError as error:
        raise ProfileError(f"{where}: {error}") from None
    _validate_wires(declared.get("wires", {}), where)
    prompts = declared.get("prompts")
    if prompts is not None and not _distinct_texts(prompts):
        raise ProfileError(f"{where}: prompts must be {_FORMS['prompts'][1]}, got {reprlib.repr(prompts)}")


def _validate_wires(wires: Mapping[str, Any], where: str) -> None:
    for wire, own in wires.items():
        if not isinstance(own, dict) or not own.keys() <= _OF_WIRE:
            keys, shown = ", ".join(sorted(_OF_WIRE)), reprlib.repr(_without_texts(own))
            raise ProfileError(f"{where}: wires.{wire} must be a table with the keys {keys}, got {shown}")
        _validate(own, f"{where}: wires.{wire}")


def _without_texts(value: Any) -> Any:
    """The value with "***" in place of each text; the keys of tables stay."""
    if isinstance(value, dict):
        return {key: _without_texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_texts(item) for item in value]
    return "***" if isinstance(value, str) else value


def _distinct_texts(prompts: list[Any]) -> bool:
    texts = {prompt for prompt in prompts if isinstance(prompt, str) and prompt.strip()}
    return len(texts) == len(prompts) == len(PROMPTS)


def _profile(declared: Mapping[str, Any], source: str) -> Profile:
    kind, control = declared.get("kind"), declared.get("control")
    return Profile(
        kind=Kind(kind) if kind is not None else None,
        control=Control(control) if control is not None else None,
        claims={
            **{key: declared[key] for key in CLAIMS if key in declared},
            **({"short-timeout": True} if declared.get("short-timeout") else {}),
        },
        wire=declared.get("wire"),
        dialect=declared.get("dialect", {}),
        kwargs=declared.get("kwargs", {}),
        short_timeout=declared.get("short-timeout", {}),
        prompts=tuple(declared.get("prompts", PROMPTS)),
        wires={name: _profile(own, source) for name, own in declared.get("wires", {}).items()},
        source=source,
    )
