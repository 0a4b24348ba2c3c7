"""Published classes: which of the known ones are installed here, and runs of the suite on them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.version import Version

from llm_conformance import record
from llm_conformance.model import Level, Word
from llm_conformance.preset import distribution_of, presets
from llm_conformance.record import SubjectRecord

# Each finding on a published class was looked at by hand, and is told here with its cause.
FINDINGS = Path(__file__).with_name("findings.toml")
BROKEN = (Word.FAILED, Word.STALE, Word.HARNESS_ERROR)
_ENOUGH = 600


def installed() -> list[str]:
    """The known classes whose distribution is installed in this environment."""
    return [spec for spec, preset in presets().items() if _is_installed(distribution_of(preset))]


def report_of(spec: str, folder: Path) -> Path:
    """Where a run on that class is saved."""
    return folder / f"{spec.replace(':', '-')}.json"


def judged(spec: str, folder: Path, *options: str) -> str:
    """Run the suite on a known class by its name alone; what it printed. What it saw is saved in the folder."""
    known = [f"--llm-impl={spec}", f"--llm-report={report_of(spec, folder).name}", "-p", "no:cacheprovider"]
    process = subprocess.run(
        [sys.executable, "-m", "pytest", "llm-conformance", *known, *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=_ENOUGH,
        check=False,
    )
    return process.stdout


def saved(spec: str, folder: Path) -> SubjectRecord | None:
    """What was saved of that class in the folder, or below it, in its newest version; None where nothing was."""
    runs = [one for path in folder.glob(f"**/{report_of(spec, folder).name}") for one in record.load(path)[0]]
    name = distribution_of(presets()[spec])
    return max(runs, key=lambda run: Version(run.about.versions[name]), default=None)


def findings(subject: SubjectRecord) -> set[str]:
    """The MUST and SHOULD checks that failed."""
    return {one.check for one in subject.verdicts.values() if one.word in BROKEN and one.level is not Level.MAY}


@cache
def known_findings() -> dict[str, dict[str, str]]:
    """By class and check, why the class is at fault."""
    told: dict[str, dict[str, str]] = tomllib.loads(FINDINGS.read_text(encoding="utf-8"))
    return told


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
