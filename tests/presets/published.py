"""Runs of the suite on published classes: the known ones that are installed here."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from itertools import product
from pathlib import Path
from typing import Any

from packaging.version import Version

from llm_conformance.records import Level, Status, saved_run
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.subject.presets import distribution_of, presets
from llm_conformance.subject.profile import Profile

# Each finding on a published class was confirmed by hand, and has its cause here.
FINDINGS = Path(__file__).with_name("findings.toml")
_UNTESTED = Path(__file__).with_name("untested.toml")
BROKEN = (Status.FAILED, Status.STALE, Status.HARNESS_ERROR)
# A class that makes an HTTP client for each call takes some minutes.
_TIMEOUT = 1800


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a class, or the client that it shares with other classes, fails checks.

    fails: pairs of a class and a check that it fails.
    """

    name: str
    why: str
    fails: tuple[tuple[str, str], ...]


@cache
def known() -> dict[str, Profile]:
    """The presets by what a run of the suite names: a class, and a wire format if it is not the usual one."""
    found: dict[str, Profile] = {}
    for spec, preset in presets().items():
        found[spec] = preset
        for wire in preset.wires:
            found[f"{spec} --llm-wire={wire}"] = replace(preset.in_wire(wire), wire=wire)
    return found


def installed() -> list[str]:
    """The known classes whose distribution is installed in this environment."""
    return [name for name, preset in known().items() if _is_installed(distribution_of(preset))]


def report_of(name: str) -> str:
    """The name of the file in which a run on that class is saved."""
    return f"{name.replace(' --llm-wire=', '-').replace(':', '-')}.json"


def run_suite(name: str, folder: Path, *options: str) -> str:
    """Run the suite on a known class by its name alone, and save the run in the folder. Returns the printed text."""
    spec, *wire = name.split()
    named = [f"--llm-impl={spec}", *wire, f"--llm-report={report_of(name)}", "-p", "no:cacheprovider"]
    process = subprocess.run(
        [sys.executable, "-m", "pytest", "llm-conformance", *named, *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=_TIMEOUT,
        check=False,
    )
    return process.stdout


def saved(name: str, folder: Path) -> SubjectRecord | None:
    """The newest saved run of that class, in the folder or below it; None without one."""
    path = newest(name, folder)
    return None if path is None else saved_run.load(path).subjects[0]


def newest(name: str, folder: Path) -> Path | None:
    """The file of that run, by the version of the class."""
    of = distribution_of(known()[name])

    def version(path: Path) -> Version:
        return Version(saved_run.load(path).subjects[0].subject_info.versions[of])

    # The folders of pytest are there twice: one of each is a link.
    found = {path.resolve() for path in folder.glob(f"**/{report_of(name)}*")}
    return max(found, key=version) if len(found) > 1 else next(iter(found), None)


def findings(subject: SubjectRecord) -> set[str]:
    """The MUST and SHOULD checks that failed."""
    return {one.check for one in subject.verdicts.values() if one.status in BROKEN and one.level is not Level.MAY}


@cache
def causes() -> tuple[Cause, ...]:
    """All causes, in the order of the file."""
    content = tomllib.loads(FINDINGS.read_text(encoding="utf-8"))
    groups: dict[str, list[str]] = content["groups"]

    def fails(cause: dict[str, Any]) -> Iterator[tuple[str, str]]:
        for entry in cause["fails"]:
            for name in entry["classes"]:
                yield from product(groups.get(name, [name]), entry["checks"])

    return tuple(Cause(one["name"], " ".join(one["why"].split()), tuple(fails(one))) for one in content["cause"])


@cache
def untested() -> dict[str, str]:
    """Why a published class has no saved run: a class without a preset, or a preset that cannot be run."""
    content: dict[str, str] = tomllib.loads(_UNTESTED.read_text(encoding="utf-8"))
    return content


def known_findings(spec: str) -> dict[str, Cause]:
    """By check, why the class fails it."""
    return {check: cause for cause in causes() for known, check in cause.fails if known == spec}


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
