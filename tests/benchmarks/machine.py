"""What the figures depend on: the versions of what is measured, and the kind of machine."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("langchain-core", "langchain-openai", "langchain-tests", "openai", "httpx", "pytest")


def described() -> str:
    """The day, the versions and the kind of the machine, in two lines of prose."""
    versions = [f"{name} {installed}" for name in _PACKAGES if (installed := _version(name))]
    python = f"{platform.python_implementation()} {platform.python_version()}"
    kind = f"{platform.system()} on {_processor()}, {len(os.sched_getaffinity(0))} processors, not for this run alone"
    return f"Measured on {datetime.now(UTC):%Y-%m-%d} with {python}, {', '.join(versions)}.\n{kind}."


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    """Its name, if the system tells it, and its architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return f"{name} {platform.machine()}".strip()
