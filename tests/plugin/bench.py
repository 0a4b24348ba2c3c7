"""Runs pytest with the plugin, and reads the results."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from llm_conformance.records import saved_run

# One check that passes, and the one that `llms:EmptyHanded` fails. -k also looks at the names of subjects: not "empty".
ONE = ["-k", "stream and concat"]
TWO = ["-k", "(stream and concat) or batch.empty"]
# Plugins of other packages that are installed for the tests: to import them takes longer than a run in a new process.
# The tests of the pages run beside them.
OTHERS = " ".join(f"-p no:{name}" for name in ("anyio", "hypothesispytest", "langsmith_plugin", "respx"))
# Seconds.
_LONGEST = 300


def statuses_of(report: Path) -> dict[str, dict[str, str]]:
    """The statuses of a saved run: by subject, by check."""
    subjects = saved_run.load(report).subjects
    return {
        one.subject_info.spec: {name: verdict.status.value for name, verdict in one.verdicts.items()}
        for one in subjects
    }


def failed(statuses: Mapping[str, str]) -> list[str]:
    """The checks that failed."""
    return [name for name, status in statuses.items() if status == "failed"]


def impls(*names: str, module: str = "llms") -> list[str]:
    """The options that name these objects of a module."""
    return [f"--llm-impl={module}:{name}" for name in names]


class Bench:
    """The folder of one test. `statuses` has the statuses of the last run."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.folder = pytester.path
        self.report = self.folder / "run.json"

    def __call__(self, *arguments: str) -> pytest.RunResult:
        """Run pytest in this process, with this plugin and without pytest-asyncio."""
        self.report.unlink(missing_ok=True)
        with pytest.MonkeyPatch.context() as patch:
            if "-n" in arguments:
                patch.setenv("PYTEST_ADDOPTS", OTHERS)
            return self.pytester.runpytest_inprocess("-p", "no:asyncio", *arguments)

    def saved(self, *arguments: str) -> pytest.RunResult:
        """The same, with a report."""
        return self(*arguments, f"--llm-report={self.report.name}")

    @property
    def statuses(self) -> dict[str, dict[str, str]]:
        """The statuses in the report of the last run."""
        return statuses_of(self.report)


@dataclass(frozen=True, slots=True)
class Run:
    """The exit code of a process, and its output."""

    code: int
    out: str
    folder: Path

    @property
    def summary(self) -> list[str]:
        """The lines from the section of the first subject on."""
        lines = self.out.splitlines()
        start = next((index for index, line in enumerate(lines) if "= llm-conformance =" in line), len(lines))
        return [line for line in lines[start:] if not line.startswith("=")]


class Starter:
    """Runs pytest in new processes, in a folder that several tests share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str, **environment: str) -> Run:
        """Run `pytest` with these arguments and these additional environment variables."""
        return self.execute([sys.executable, "-m", "pytest", *arguments], **environment)

    def execute(self, command: list[str], **environment: str) -> Run:
        """Run any command; a pytest in it does not have the plugins of `OTHERS`."""
        options = f"{OTHERS} {environment.get('PYTEST_ADDOPTS', '')}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CI", "COV"))}
        process = subprocess.run(
            command,
            cwd=self.folder,
            env={**inherited, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", **environment, "PYTEST_ADDOPTS": options},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=_LONGEST,
            check=False,
        )
        return Run(process.returncode, process.stdout, self.folder)
