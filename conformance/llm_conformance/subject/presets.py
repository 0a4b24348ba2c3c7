"""The profiles of known classes: presets/*.toml, one file per distribution, in the format of users' profiles.

Presets import nothing: a class with another spec is compared with the known classes that are imported already.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from llm_conformance.driver.own_modules import own_modules_kept
from llm_conformance.subject.profile import Profile, read_all
from llm_conformance.subject.spec import ImplSpec, LoadError

_SOURCE = "preset "


@cache
def presets() -> Mapping[str, Profile]:
    """All presets, by the MODULE:CLASS that the documentation of the class imports."""
    folder = files("llm_conformance.subject").joinpath("presets")
    found: dict[str, Profile] = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.endswith(".toml"):
            found |= read_all(path, source=_SOURCE + path.name.removesuffix(".toml"))
    return found


def distribution_of(preset: Profile) -> str:
    """The name of the distribution that contains the class."""
    return preset.source.removeprefix(_SOURCE)


def preset_for(target: Any) -> Profile | None:
    """The preset of a class, whatever name it was loaded by; None if the target is not a known class."""
    if not inspect.isclass(target):
        return None
    for text, preset in presets().items():
        known = ImplSpec.parse(text)
        if _may_be(target, known) and _imported(known) is target:
            return preset
    return None


def with_preset(spec: ImplSpec, declared: Profile) -> Profile:
    """The profile over the preset of a known class, found by the text of the spec or by the class that it names."""
    preset = presets().get(str(spec))
    try:
        with own_modules_kept():
            target = spec.load()
    except LoadError as error:
        if preset is not None and distribution_of(preset) not in str(error):
            error.hint = f"it comes with {distribution_of(preset)}"
        raise
    preset = preset or preset_for(target)
    return declared if preset is None else declared.merged_over(without_aliases(preset, declared.kwargs, target))


def without_aliases(preset: Profile, given: Mapping[str, Any], target: Any) -> Profile:
    """The preset without arguments that `given` has under another name: a pydantic field may have an alias."""
    fields = getattr(target, "model_fields", {})

    def field(key: str) -> str:
        return next((name for name, one in fields.items() if key in {name, getattr(one, "alias", None)}), key)

    fields_given = {field(key) for key in given}
    kwargs = {key: value for key, value in preset.kwargs.items() if field(key) not in fields_given}
    return replace(preset, kwargs=kwargs)


def _may_be(target: type, known: ImplSpec) -> bool:
    """Whether name and package agree. Checked before the lookup, because a lazy module imports what is looked up."""
    package = known.module.partition(".")[0]
    return target.__qualname__ == known.attribute and target.__module__.partition(".")[0] == package


def _imported(spec: ImplSpec) -> object:
    return getattr(sys.modules.get(spec.module), spec.attribute, None)
