"""The profiles of known classes: presets/*.toml, a file for each distribution, in the form that users' profiles have.

Nothing is imported on their account: a class that is spelled otherwise is known by what has been imported with it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from llm_conformance.subject.profile import Profile, read_all
from llm_conformance.subject.spec import ImplSpec

_SOURCE = "preset "


@cache
def presets() -> Mapping[str, Profile]:
    """All presets, by the MODULE:CLASS that the class's own documentation imports."""
    folder = files("llm_conformance.subject").joinpath("presets")
    found: dict[str, Profile] = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.endswith(".toml"):
            found |= read_all(path, source=_SOURCE + path.name.removesuffix(".toml"))
    return found


def distribution_of(preset: Profile) -> str:
    """The name of the distribution that the class comes with."""
    return preset.source.removeprefix(_SOURCE)


def preset_for(target: Any) -> Profile | None:
    """The preset of a class that was loaded under whatever name; None for another one, and for what is no class."""
    if not inspect.isclass(target):
        return None
    for text, preset in presets().items():
        known = ImplSpec.parse(text)
        if _may_be(target, known) and _imported(known) is target:
            return preset
    return None


def without_aliases(preset: Profile, given: Mapping[str, Any], target: Any) -> Profile:
    """The preset less the arguments that are given under another name: a field of pydantic has a name and an alias."""
    fields = getattr(target, "model_fields", {})

    def field(key: str) -> str:
        return next((name for name, one in fields.items() if key in {name, getattr(one, "alias", None)}), key)

    taken = {field(key) for key in given}
    return replace(preset, kwargs={key: value for key, value in preset.kwargs.items() if field(key) not in taken})


def _may_be(target: type, known: ImplSpec) -> bool:
    """A lazy module imports what it is asked for, so it is asked for nothing but a class of that name, and its own."""
    package = known.module.partition(".")[0]
    return target.__qualname__ == known.attribute and target.__module__.partition(".")[0] == package


def _imported(spec: ImplSpec) -> object:
    return getattr(sys.modules.get(spec.module), spec.attribute, None)
