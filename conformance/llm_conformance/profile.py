"""What is claimed of a subject: the TOML of `[tool.llm-conformance]`, or of the file that --llm-profile names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llm_conformance.model import Control, Kind
from llm_conformance.registry import nearest

PROMPTS = (
    "Write me a 1 verse song about sparkling water.",
    "Name three rivers, the longest one first.",
    "Why is the sky blue? Answer in one sentence.",
)

_FORMS: dict[str, tuple[type | tuple[type, ...], str]] = {
    "kind": (str, f"one of {', '.join(Kind)}"),
    "streams": (bool, "true or false"),
    "token-exact": (bool, "true or false"),
    "stop": (bool, "true or false"),
    "control": (str, '"script" or "blackbox"'),
    "wire": (str, "the name of a wire format"),
    "kwargs": (dict, "a table of constructor arguments"),
    "prompts": (list, f"a list of {len(PROMPTS)} different texts"),
}
CLAIMS = ("streams", "token-exact", "stop")


class ProfileError(ValueError):
    """The profile cannot be read, or says what no profile may say."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The declarations about one subject; what is not declared is None or empty.

    source: where they come from, for the header.
    """

    kind: Kind | None = None
    claims: Mapping[str, bool | str] = field(default_factory=dict)
    control: Control | None = None
    wire: str | None = None
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    prompts: tuple[str, ...] = PROMPTS
    source: str = ""


def read(path: Path, spec: str, *, table: tuple[str, ...] = ()) -> Profile:
    """The profile of one subject; ProfileError names the file, the key and the nearest one.

    The file's keys speak of every subject, those of a table named as the subject, `["pkg:Class"]`, of that one alone.
    table: where in the file the profile stands; a file without that table declares nothing.
    """
    try:
        content: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProfileError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: not TOML: {error}") from None
    for key in table:
        content = content.get(key, {})
        if not isinstance(content, dict):
            raise ProfileError(f"{path}: [{'.'.join(table)}] is no table")
    where = f"{path.name} [{'.'.join(table)}]" if table else path.name
    common = {key: value for key, value in content.items() if ":" not in key}
    for key, other in content.items():
        if ":" not in key:
            continue
        if not isinstance(other, dict):
            raise ProfileError(f"{where}: {key!r} is no table")
        _validate(other, f"{where} [{key!r}]")
    declared = {**common, **content.get(spec, {})}
    _validate(declared, where)
    return _profile(declared, where if declared else "")


def _validate(declared: Mapping[str, Any], where: str) -> None:
    for key, value in declared.items():
        if key not in _FORMS:
            remedy = nearest(key, _FORMS) or f"; the keys are {', '.join(_FORMS)}"
            raise ProfileError(f"{where}: unknown key {key!r}{remedy}")
        form, expected = _FORMS[key]
        if not isinstance(value, form):
            raise ProfileError(f"{where}: {key} must be {expected}, got {value!r}")
    if (kind := declared.get("kind")) is not None and kind not in list(Kind):
        raise ProfileError(f"{where}: kind must be {_FORMS['kind'][1]}, got {kind!r}")
    control = declared.get("control")
    if control not in {None, Control.SCRIPT, Control.BLACKBOX}:
        remedy = "; a simulated provider is said by wire" if control == Control.WIRE else ""
        raise ProfileError(f"{where}: control must be {_FORMS['control'][1]}, got {control!r}{remedy}")
    if control is not None and "wire" in declared:
        raise ProfileError(f"{where}: control = {control!r} and wire exclude each other")
    prompts = declared.get("prompts")
    if prompts is not None and not _distinct_texts(prompts):
        raise ProfileError(f"{where}: prompts must be {_FORMS['prompts'][1]}, got {prompts!r}")


def _distinct_texts(prompts: list[Any]) -> bool:
    texts = {prompt for prompt in prompts if isinstance(prompt, str)}
    return len(texts) == len(prompts) == len(PROMPTS)


def _profile(declared: Mapping[str, Any], source: str) -> Profile:
    kind, control = declared.get("kind"), declared.get("control")
    return Profile(
        kind=Kind(kind) if kind is not None else None,
        control=Control(control) if control is not None else None,
        claims={key: declared[key] for key in CLAIMS if key in declared},
        wire=declared.get("wire"),
        kwargs=declared.get("kwargs", {}),
        prompts=tuple(declared.get("prompts", PROMPTS)),
        source=source,
    )
