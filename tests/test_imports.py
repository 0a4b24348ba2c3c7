"""The import rules of the architecture, read from the source."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = {
    ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
    for root in (ROOT / "conformance", ROOT / "reference", ROOT / "fixtures")
    for path in sorted(root.rglob("*.py"))
}
OURS = ("llm_conformance", "llm_reference", "llm_fixtures")
BESIDE = {"asyncio", "concurrent", "multiprocessing", "selectors", "threading"}
IMPURE = {*BESIDE, "datetime", "io", "os", "pathlib", "random", "socket", "subprocess", "time"}
CALLERS = ("driver", "frames", "loop", "pulse", "hooks", "scenarios", "script", "simulator", "plugin.leaving")


def within(name: str, *places: str) -> bool:
    """Whether the dotted name is one of these, or below one."""
    return any(name == place or name.startswith(f"{place}.") for place in places)


@cache
def imports(module: str) -> frozenset[str]:
    """Every name that the module imports, at its top or in a function, as a dotted name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(SOURCES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def roots(module: str) -> set[str]:
    """The top-level packages that the module imports."""
    return {name.partition(".")[0] for name in imports(module)}


def modules(*places: str) -> list[str]:
    """The modules in these packages."""
    return [name for name in SOURCES if within(name, *places)]


def foreign(module: str) -> set[str]:
    """What it imports that is neither of the standard library nor ours."""
    return roots(module) - sys.stdlib_module_names - {*OURS}


def test_there_is_something_to_read() -> None:
    assert set(OURS) <= set(SOURCES)
    assert "asyncio" in roots("llm_conformance.loop")
    assert "llm_conformance.plugin.session.SuitePlugin" in imports("llm_conformance.plugin")


@pytest.mark.parametrize("module", modules("llm_conformance.checks"))
def test_a_check_knows_records_and_the_registry_only(module: str) -> None:
    ours = {name for name in imports(module) if within(name, *OURS)}
    allowed = ("llm_conformance.model", "llm_conformance.registry", "llm_conformance.checks")

    assert [name for name in ours if not within(name, *allowed)] == []
    assert foreign(module) == set()
    assert roots(module) & IMPURE == set()


@pytest.mark.parametrize("module", modules("llm_conformance"))
def test_only_who_calls_the_subject_knows_of_loops_and_threads(module: str) -> None:
    callers = [f"llm_conformance.{name}" for name in CALLERS]

    assert within(module, *callers) or roots(module) & BESIDE == set()


@pytest.mark.parametrize("module", modules("llm_conformance"))
def test_only_a_run_and_its_scenarios_know_the_subject(module: str) -> None:
    knows = {name for name in imports(module) if within(name, "llm_conformance.subject")}

    assert not knows or within(module, "llm_conformance.run", "llm_conformance.scenarios")


@pytest.mark.parametrize("module", SOURCES)
def test_only_the_plugin_imports_pytest(module: str) -> None:
    beside = roots(module) & {"_pytest", "pluggy", "pytest", "xdist"}

    assert "_pytest" not in beside
    assert not beside or within(module, "llm_conformance.plugin")


@pytest.mark.parametrize("module", SOURCES)
def test_nothing_imports_langchain(module: str) -> None:
    assert [name for name in roots(module) if name.startswith(("langchain", "langsmith"))] == []


@pytest.mark.parametrize("module", modules("llm_conformance.report"))
def test_a_report_works_from_records_alone(module: str) -> None:
    allowed = [f"llm_conformance.{name}" for name in ("model", "registry", "catalogue", "record", "report")]

    assert [name for name in imports(module) if within(name, *OURS) and not within(name, *allowed)] == []


@pytest.mark.parametrize("module", modules("llm_conformance.simulator"))
def test_the_simulator_stands_by_itself(module: str) -> None:
    allowed = ("llm_conformance.simulator", "llm_fixtures")

    assert [name for name in imports(module) if within(name, *OURS) and not within(name, *allowed)] == []
    assert foreign(module) == set()


@pytest.mark.parametrize("module", modules("llm_conformance"))
def test_the_harness_does_not_know_the_reference(module: str) -> None:
    assert "llm_reference" not in roots(module)


@pytest.mark.parametrize("module", modules("llm_reference"))
def test_the_reference_does_not_know_the_harness(module: str) -> None:
    # The tour plays a golden stream.
    beside = {"llm_fixtures"} if module == "llm_reference.__main__" else set()

    assert roots(module) & {"llm_conformance", "llm_fixtures"} <= beside


def test_the_reference_is_of_the_standard_library_and_httpx_in_one_module() -> None:
    needy = {module: needs for module in modules("llm_reference") if (needs := foreign(module))}

    assert len(needy) <= 1
    assert set().union(*needy.values()) <= {"httpx"}


@pytest.mark.parametrize("module", modules("llm_fixtures"))
def test_the_fixtures_need_nothing(module: str) -> None:
    assert roots(module) <= sys.stdlib_module_names | {"llm_fixtures"}
