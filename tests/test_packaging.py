"""What is shipped: the wheel that is built from this tree."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {
    "llm_conformance": ROOT / "conformance",
    "llm_reference": ROOT / "reference",
    "llm_fixtures": ROOT / "fixtures",
}
DATA = [
    "llm_conformance/judge/baseline.toml",
    "llm_conformance/catalogue/clauses.toml",
    "llm_conformance/records/saved_run.schema.json",
    "llm_conformance/report/html/templates/page.html",
    "llm_fixtures/golden/cjk.jsonl",
]


@dataclass(frozen=True, slots=True)
class Wheel:
    """The files of a wheel, and its two texts about itself."""

    names: frozenset[str]
    metadata: Message
    entry_points: str


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Wheel:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        names = frozenset(archive.namelist())
        (info,) = {name.partition("/")[0] for name in names if name.partition("/")[0].endswith(".dist-info")}
        metadata = message_from_string(archive.read(f"{info}/METADATA").decode())
        return Wheel(names, metadata, archive.read(f"{info}/entry_points.txt").decode())


def shipped(package: str) -> set[str]:
    """The files of a package in this tree that are source or data, by their name in a wheel."""
    root = PACKAGES[package]
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", f"{root.name}/{package}"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout.splitlines()
    return {name.partition("/")[2] for name in files if (ROOT / name).exists()}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_shipped_whole(wheel: Wheel, package: str) -> None:
    assert {name for name in wheel.names if name.startswith(f"{package}/")} == shipped(package)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_marked_as_typed(wheel: Wheel, package: str) -> None:
    assert f"{package}/py.typed" in wheel.names


@pytest.mark.parametrize("name", DATA)
def test_data_is_shipped_beside_the_code(wheel: Wheel, name: str) -> None:
    assert name in wheel.names


def test_nothing_else_lands_in_site_packages(wheel: Wheel) -> None:
    top = {name.partition("/")[0] for name in wheel.names}

    assert {name for name in top if not name.endswith(".dist-info")} == set(PACKAGES)


def test_no_test_is_shipped(wheel: Wheel) -> None:
    assert [name for name in wheel.names if "test" in Path(name).name or "conftest" in name] == []


def test_pytest_finds_the_plugin(wheel: Wheel) -> None:
    assert wheel.entry_points.split() == ["[pytest11]", "llm_conformance", "=", "llm_conformance.plugin"]


def test_the_metadata_says_what_it_is_and_needs(wheel: Wheel) -> None:
    needs = [str(need) for need in wheel.metadata.get_all("Requires-Dist", [])]

    assert wheel.metadata["Name"] == "pytest-llm-conformance"
    assert wheel.metadata["Requires-Python"] == ">=3.11"
    assert "Framework :: Pytest" in wheel.metadata.get_all("Classifier", [])
    assert "test" in wheel.metadata.get_all("Provides-Extra", [])
    assert any(need.startswith("pytest>=") for need in needs)


def test_no_user_is_given_what_only_our_tests_need(wheel: Wheel) -> None:
    needs = [str(need) for need in wheel.metadata.get_all("Requires-Dist", [])]
    always = {need.partition(">")[0].partition("=")[0] for need in needs if "extra ==" not in need}

    assert always & {"pytest-asyncio", "pytest-xdist", "langchain-core", "langchain-openai", "mypy", "ruff"} == set()


def test_the_source_distribution_has_every_page_that_the_readme_links_to() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    links = re.findall(r"\]\((?!http)([^)#]+)", (ROOT / "README.md").read_text(encoding="utf-8"))

    assert {f"/{link.partition('/')[0]}" for link in links} <= set(included)
