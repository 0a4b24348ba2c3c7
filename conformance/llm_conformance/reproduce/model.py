"""How a script makes the model: its import, and its constructor arguments."""

from __future__ import annotations

import json
import keyword
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from llm_conformance.records import Control, SubjectInfo
from llm_conformance.reproduce.literal import WIDTH, literal
from llm_conformance.reproduce.refusal import NotExportedError
from llm_conformance.simulator import FORMATS
from llm_conformance.simulator.dialect import Dialect, dialect_of
from llm_conformance.subject.arguments import FACTORY, merged
from llm_conformance.subject.presets import presets
from llm_conformance.subject.profile import Profile

_REDACTED = "***"
PLACEHOLDER = "placeholder-key"
_IN_ENVIRONMENT = 'os.environ["{}"]'


@dataclass(frozen=True, slots=True)
class Construction:
    """How a run made its model. kwargs: the constructor arguments, with secrets redacted.

    short_timeout: further ones, which give the client a short read timeout. wire: the format of the simulated provider,
    and its dialect.
    """

    kwargs: Mapping[str, Any]
    short_timeout: Mapping[str, Any]
    wire: str
    dialect: Dialect

    @classmethod
    def of(cls, about: SubjectInfo, arguments: tuple[str, ...]) -> Construction:
        """What the run has recorded; of a run before it did, the arguments of the preset and of the command line."""
        try:
            known = json.loads(about.construction) if about.construction else _of_options(about, arguments)
            found = cls(
                dict(known["kwargs"]), dict(known["short_timeout"]), str(known["wire"]), dialect_of(known["dialect"])
            )
        except NotExportedError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError):
            raise NotExportedError(
                f"{about.spec}: the run does not say how the model was made; record it again"
            ) from None
        if found.wire not in {"", *FORMATS}:
            raise NotExportedError(f"{about.spec}: unknown wire format {found.wire!r}")
        return found

    def source(self, about: SubjectInfo, *, short_timeout: bool, wrapped: bool) -> list[str]:
        """The function that makes the model. wrapped: its class is watched."""
        name = about.spec.partition(":")[2]
        head = ["def make() -> Any:", '    """The model."""']
        if about.source_kind == "instance":
            return [*head, f"    return {name}"]
        made = merged(self.kwargs, self.short_timeout) if short_timeout else dict(self.kwargs)
        wire = about.control is Control.WIRE
        arguments = [f"{key}={_argument(key, value, wire=wire)}" for key, value in made.items() if _is_name(key)]
        others = {key: value for key, value in made.items() if not _is_name(key)}
        arguments += [f"**{literal(others)}"] if others else []
        arguments += ["script=source"] if about.control is Control.SCRIPT else []
        kind = f"watched({name}, source)" if wrapped else name
        line = f"    return {kind}({', '.join(arguments)})"
        if len(line) <= WIDTH:
            return [*head, line]
        return [*head, f"    return {kind}(", *(f"        {argument}," for argument in arguments), "    )"]


def imports_of_model(about: SubjectInfo, construction: Construction) -> list[str]:
    """The lines that import the model, and the classes of objects among its arguments."""
    specs = [about.spec, *_objects(construction.kwargs), *_objects(construction.short_timeout)]
    for module, _, name in (str(spec).partition(":") for spec in specs):
        if not all(map(_is_name, (*module.split("."), *name.split(".")))):
            raise NotExportedError(f"{about.spec}: a script imports a class by name; judge it as MODULE:CLASS")
    pairs = (spec.partition(":")[::2] for spec in specs)
    return sorted({f"from {module} import {name.partition('.')[0]}" for module, name in pairs})


def _is_name(text: str) -> bool:
    return text.isidentifier() and not keyword.iskeyword(text)


def _objects(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (value[FACTORY],) if FACTORY in value else ()
        for item in value.values():
            yield from _objects(item)


def _of_options(about: SubjectInfo, arguments: tuple[str, ...]) -> dict[str, Any]:
    options = dict(one.partition("=")[::2] for one in arguments)
    if about.profile and not about.profile.startswith("preset "):
        raise NotExportedError(
            f"{about.spec}: the run is older than this command, and does not say how {about.profile} made the model; "
            f"record it again"
        )
    preset = presets().get(about.spec, Profile())
    given = options.get("--llm-kwargs", "{}")
    if given.startswith("@"):
        raise NotExportedError(f"{about.spec}: the run does not have the arguments of {given}; record it again")
    profile = preset.with_options(options.get("--llm-wire"), json.loads(given))
    return profile.construction


def _argument(key: str, value: Any, *, wire: bool) -> str:
    """The argument as source; a secret is a placeholder, or in the environment for a provider that is not simulated."""
    if value == _REDACTED:
        return literal(PLACEHOLDER) if wire else _IN_ENVIRONMENT.format(key.upper())
    if isinstance(value, str) and _REDACTED in value:
        return literal(value.replace(_REDACTED, PLACEHOLDER))
    if isinstance(value, Mapping) and FACTORY in value:
        inside = (f"{name}={_argument(name, item, wire=wire)}" for name, item in value.items() if name != FACTORY)
        return f"{value[FACTORY].partition(':')[2]}({', '.join(inside)})"
    if isinstance(value, Mapping):
        inside = (f"{literal(name)}: {_argument(str(name), item, wire=wire)}" for name, item in value.items())
        return "{" + ", ".join(inside) + "}"
    return literal(value)
