"""Declared deviations: a TOML file in which a project says what its model is known to do otherwise, and why."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Deviation, DeviationMode
from llm_conformance.suggest import did_you_mean

_KEYS = {
    "check": "the id of a check",
    "reason": "why it is so",
    "mode": f"one of {', '.join(DeviationMode)}",
    "match": "a regular expression for what is seen",
    "when": "conditions such as langchain-core<1; python>=3.12; impl=pkg:Class",
    "expires": "a date such as 2027-03-01",
    "link": "where to read more",
}
_CONDITION = re.compile(r"([A-Za-z0-9._-]+?)\s*([<>=!~].*)")


class DeviationError(ValueError):
    """The file cannot be read, or declares what nobody can; the message is one line that names the place."""


def read(path: Path, spec: str, versions: Mapping[str, str], today: dt.date) -> tuple[Deviation, ...]:
    """The deviations that the file declares for this subject under these versions.

    DeviationError names the file, the entry and the key, for entries of other subjects as well.
    """
    try:
        content: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DeviationError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeviationError(f"{path}: not TOML: {error}") from None
    entries = content.pop("deviation", [])
    if content or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise DeviationError(f"{path}: expected [[deviation]] tables and nothing else")
    found: dict[str, Deviation] = {}
    for number, entry in enumerate(entries, start=1):
        where = f"{path}: deviation {number}"
        deviation = _deviation(entry, where, today)
        if not _holds(entry.get("when", ""), spec, versions, where):
            continue
        if deviation.check in found:
            raise DeviationError(f"{where}: {deviation.check!r} is declared twice for {spec}")
        found[deviation.check] = deviation
    return tuple(found.values())


def _deviation(entry: Mapping[str, Any], where: str, today: dt.date) -> Deviation:
    for key, value in entry.items():
        if key not in _KEYS:
            raise DeviationError(
                f"{where}: unknown key {key!r}{did_you_mean(key, _KEYS)}; the keys are {', '.join(_KEYS)}"
            )
        wanted = dt.date if key == "expires" else str
        if not isinstance(value, wanted) or isinstance(value, dt.datetime):
            raise DeviationError(f"{where}: {key}: expected {_KEYS[key]}, got {value!r}")
    for key in ("check", "reason"):
        if not entry.get(key, "").strip():
            raise DeviationError(f"{where}: {key} is missing: {_KEYS[key]}")
    if entry["check"] not in CHECKS:
        raise DeviationError(f"{where}: no check {entry['check']!r}{did_you_mean(entry['check'], CHECKS)}")
    if entry.get("mode", DeviationMode.FAILS) not in list(DeviationMode):
        raise DeviationError(f"{where}: mode: expected {_KEYS['mode']}, got {entry['mode']!r}")
    try:
        re.compile(entry.get("match", ""))
    except re.error as error:
        raise DeviationError(f"{where}: match: not a regular expression: {error}") from None
    expires = entry.get("expires")
    return Deviation(
        check=entry["check"],
        reason=entry["reason"],
        mode=DeviationMode(entry.get("mode", DeviationMode.FAILS)),
        match=entry.get("match", ""),
        link=entry.get("link", ""),
        expired=str(expires) if expires is not None and expires <= today else "",
    )


def _holds(when: str, spec: str, versions: Mapping[str, str], where: str) -> bool:
    """Whether all conditions hold; a package that is not there has no version that could fit."""
    return all(_condition(one.strip(), spec, versions, where) for one in when.split(";") if one.strip())


def _condition(text: str, spec: str, versions: Mapping[str, str], where: str) -> bool:
    if text.startswith("impl="):
        return text.removeprefix("impl=") == spec
    parts = _CONDITION.fullmatch(text)
    try:
        wanted = SpecifierSet(parts[2] if parts else "!", prereleases=True)
    except InvalidSpecifier:
        raise DeviationError(f"{where}: when: expected {_KEYS['when']}, got {text!r}") from None
    return parts is not None and parts[1] in versions and Version(versions[parts[1]]) in wanted
