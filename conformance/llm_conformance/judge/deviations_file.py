"""Declared deviations: a TOML file in which a project lists the checks that its model is known to fail, and why."""

from __future__ import annotations

import datetime as dt
import re
import reprlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from llm_conformance.catalogue.catalogue import CHECKS, SCENARIOS
from llm_conformance.records import Deviation, DeviationMode, matches_any
from llm_conformance.records.document import DocumentError, read_toml
from llm_conformance.suggest import did_you_mean

_KEYS = {
    "check": "the id of a check",
    "reason": "why the model deviates",
    "mode": f"one of {', '.join(DeviationMode)}",
    "code": "the code of the finding, such as text-differs, or a list of codes",
    "scenario": "the scenario of the finding, * for any text, or a list of scenarios",
    "when": "conditions such as langchain-core<1; python>=3.12; impl=pkg:Class",
    "expires": "a date such as 2027-03-01",
    "link": "where to read more",
    "unreachable": "the checks that need not be judged because of it, * for any text, or a list of checks",
}
_LISTS = ("code", "scenario", "unreachable")
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CONDITION = re.compile(r"([A-Za-z0-9._-]+?)\s*([<>=!~].*)")


class DeviationError(ValueError):
    """The file cannot be read, or an entry is wrong; the message is one line that names the place."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One entry of the file: a deviation, and the conditions under which it is declared."""

    deviation: Deviation
    conditions: tuple[Condition, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of `when`: the value of `--llm-impl`, or the installed versions of a package."""

    impl: str = ""
    package: str = ""
    versions: SpecifierSet = field(default_factory=SpecifierSet)

    def holds(self, impl: str, versions: Mapping[str, str]) -> bool:
        """Whether it holds for this subject; a condition on a package that is not installed does not."""
        if self.impl:
            return self.impl == impl
        return self.package in versions and Version(versions[self.package]) in self.versions


def parse(path: Path, today: dt.date) -> tuple[Declaration, ...]:
    """All entries of the file. DeviationError names the file, the entry and the key."""
    try:
        content = read_toml(path)
    except DocumentError as error:
        raise DeviationError(f"{path}: {error}") from None
    entries = content.pop("deviation", [])
    if content or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise DeviationError(f"{path}: expected [[deviation]] tables and nothing else")
    return tuple(
        _declaration(entry, f"{path}: deviation {number}", today) for number, entry in enumerate(entries, start=1)
    )


def applicable(declarations: Iterable[Declaration], impl: str, versions: Mapping[str, str]) -> tuple[Deviation, ...]:
    """The deviations that are declared for this subject; DeviationError if one check has two of them."""
    found: dict[str, Deviation] = {}
    for one in declarations:
        if not all(condition.holds(impl, versions) for condition in one.conditions):
            continue
        check = one.deviation.check
        if check in found:
            raise DeviationError(f"{one.where}: {check!r} is declared twice for {impl or 'every model'}")
        found[check] = one.deviation
    return tuple(found.values())


def _declaration(entry: Mapping[str, Any], where: str, today: dt.date) -> Declaration:
    deviation = _deviation(entry, where, today)
    conditions = [_condition(one.strip(), where) for one in entry.get("when", "").split(";") if one.strip()]
    return Declaration(deviation, tuple(conditions), where)


def _deviation(entry: Mapping[str, Any], where: str, today: dt.date) -> Deviation:
    _check_types(entry, where)
    codes, scenarios, unreachable = (_listed(entry.get(key, ())) for key in _LISTS)
    _check_names(entry, codes, scenarios, where)
    for pattern in unreachable:
        if not any(matches_any(name, (pattern,)) for name in CHECKS):
            raise DeviationError(f"{where}: unreachable: no check {pattern!r}{did_you_mean(pattern, CHECKS)}")
    expires = entry.get("expires")
    return Deviation(
        check=entry["check"],
        reason=entry["reason"],
        mode=DeviationMode(entry.get("mode", DeviationMode.FAILS)),
        codes=codes,
        scenarios=scenarios,
        link=entry.get("link", ""),
        expired=str(expires) if expires is not None and expires <= today else "",
        unreachable=unreachable,
    )


def _check_types(entry: Mapping[str, Any], where: str) -> None:
    """Raise DeviationError for an unknown or missing key, or a value of another type."""
    for key, value in entry.items():
        if key == "match":
            raise DeviationError(
                f"{where}: match is not a key: use code and scenario, which a finding shows beside its text"
            )
        if key not in _KEYS:
            raise DeviationError(
                f"{where}: unknown key {key!r}{did_you_mean(key, _KEYS)}; the keys are {', '.join(_KEYS)}"
            )
        if not _is_of_type(key, value):
            raise DeviationError(f"{where}: {key}: expected {_KEYS[key]}, got {reprlib.repr(value)}")
    for key in ("check", "reason"):
        if not entry.get(key, "").strip():
            raise DeviationError(f"{where}: {key} is missing: {_KEYS[key]}")


def _check_names(entry: Mapping[str, Any], codes: Sequence[str], scenarios: Sequence[str], where: str) -> None:
    """Raise DeviationError for a check, a mode or a scenario that does not exist, or a code that cannot exist."""
    if entry["check"] not in CHECKS:
        raise DeviationError(f"{where}: no check {entry['check']!r}{did_you_mean(entry['check'], CHECKS)}")
    if entry.get("mode", DeviationMode.FAILS) not in list(DeviationMode):
        raise DeviationError(f"{where}: mode: expected {_KEYS['mode']}, got {reprlib.repr(entry['mode'])}")
    for code in codes:
        if not _CODE.fullmatch(code):
            raise DeviationError(f"{where}: code: expected {_KEYS['code']}, got {code!r}")
    for scenario in scenarios:
        if not any(matches_any(name, (scenario,)) for name in SCENARIOS):
            raise DeviationError(f"{where}: no scenario {scenario!r}{did_you_mean(scenario, SCENARIOS)}")


def _is_of_type(key: str, value: Any) -> bool:
    if key == "expires":
        return isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    if key in _LISTS and isinstance(value, list):
        return bool(value) and all(isinstance(one, str) for one in value)
    return isinstance(value, str)


def _listed(value: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _condition(text: str, where: str) -> Condition:
    if text.startswith("impl=") and ":" in text:
        return Condition(impl=text.removeprefix("impl="))
    parts = _CONDITION.fullmatch(text)
    try:
        versions = SpecifierSet(parts[2] if parts and parts[1] != "impl" else "!", prereleases=True)
        # Only a comparison reads the numbers, and Python refuses long ones.
        versions.contains("0")
    except ValueError:
        raise DeviationError(f"{where}: when: expected {_KEYS['when']}, got {text!r}") from None
    return Condition(package=parts[1] if parts else "", versions=versions)
