"""Running pytest with the plugin, and reading what came of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from llm_conformance.records import saved_run


def words(report: Path) -> dict[str, dict[str, str]]:
    """The words of a saved run: by subject, by check."""
    subjects, _ = saved_run.load(report)
    return {
        one.subject_info.spec: {name: verdict.status.value for name, verdict in one.verdicts.items()}
        for one in subjects
    }


def failed(said: Mapping[str, str]) -> list[str]:
    """The checks that failed."""
    return [name for name, word in said.items() if word == "failed"]


def impls(*names: str, module: str = "llms") -> list[str]:
    """The options that name these objects of a module."""
    return [f"--llm-impl={module}:{name}" for name in names]


class Bench:
    """The folder of one test. `said` holds the words of the last run."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.folder = pytester.path
        self.report = self.folder / "run.json"

    def __call__(self, *arguments: str) -> pytest.RunResult:
        """Run pytest in this process, with nothing but the plugin that these arguments are about."""
        self.report.unlink(missing_ok=True)
        return self.pytester.runpytest_inprocess("-p", "no:asyncio", *arguments)

    def saved(self, *arguments: str) -> pytest.RunResult:
        """The same, with a report."""
        return self(*arguments, f"--llm-report={self.report.name}")

    @property
    def said(self) -> dict[str, dict[str, str]]:
        """What the report of the last run says."""
        return words(self.report)


@dataclass(frozen=True, slots=True)
class Run:
    """How a process ended, and all that it printed."""

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
    """Runs pytest in processes of their own, in a folder that several tests share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str, **environment: str) -> Run:
        """Run `pytest` with these arguments and, beside what is inherited, these variables."""
        return self.execute([sys.executable, "-m", "pytest", *arguments], **environment)

    def execute(self, command: list[str], **environment: str) -> Run:
        """Run any command."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CI", "COV"))}
        process = subprocess.run(
            command,
            cwd=self.folder,
            env={**inherited, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return Run(process.returncode, process.stdout, self.folder)
