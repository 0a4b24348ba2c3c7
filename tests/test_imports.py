"""The import rules of ARCHITECTURE.md, by folder, read from the source."""

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
OURS = ("llm_conformance", "llm_reference", "llm_fixtures", "llm_zoo")
CONCURRENT = {"asyncio", "concurrent", "multiprocessing", "selectors", "threading"}
IMPURE = {*CONCURRENT, "datetime", "io", "os", "pathlib", "random", "socket", "subprocess", "time"}
# The folders that know event loops and threads; the simulator is a separate program.
CALLERS = ("driver", "control", "observe", "scenarios", "plugin.exit", "simulator")


def within(name: str, *places: str) -> bool:
    """Whether the dotted name is one of these, or below one."""
    return any(name == place or name.startswith(f"{place}.") for place in places)


def in_package(*rooms: str) -> tuple[str, ...]:
    return tuple(f"llm_conformance.{room}" for room in rooms)


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


def ours(module: str) -> list[str]:
    return [name for name in imports(module) if within(name, *OURS)]


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
    assert "asyncio" in roots("llm_conformance.driver.event_loop")
    assert "llm_conformance.plugin.session.SuitePlugin" in imports("llm_conformance.plugin")


@pytest.mark.parametrize("module", modules("llm_conformance.records"))
def test_records_import_nothing_of_ours(module: str) -> None:
    assert [name for name in ours(module) if not within(name, *in_package("records"))] == []


@pytest.mark.parametrize("module", modules("llm_conformance.checks"))
def test_a_check_imports_records_and_its_registry(module: str) -> None:
    assert [name for name in ours(module) if not within(name, *in_package("records", "checks"))] == []
    assert foreign(module) == set()
    assert roots(module) & IMPURE == set()


@pytest.mark.parametrize("module", modules("llm_conformance.simulator"))
def test_the_simulator_imports_fixtures_only(module: str) -> None:
    assert [name for name in ours(module) if not within(name, "llm_conformance.simulator", "llm_fixtures")] == []
    assert foreign(module) == set()


@pytest.mark.parametrize("module", modules("llm_conformance"))
def test_only_the_folders_that_call_a_model_know_loops_and_threads(module: str) -> None:
    assert within(module, *in_package(*CALLERS)) or roots(module) & CONCURRENT == set()


@pytest.mark.parametrize("module", modules("llm_conformance"))
def test_subject_and_observe_are_introduced_by_the_run(module: str) -> None:
    knows_subject = any(within(name, "llm_conformance.subject.subject") for name in imports(module))
    knows_context = any(within(name, "llm_conformance.observe.context") for name in imports(module))

    assert not knows_subject or within(module, *in_package("run"))
    assert not knows_context or within(module, *in_package("run", "scenarios", "observe"))


@pytest.mark.parametrize("module", modules("llm_conformance.driver"))
def test_the_driver_knows_no_subject(module: str) -> None:
    assert not any(within(name, "llm_conformance.subject") for name in imports(module))


@pytest.mark.parametrize("module", modules("llm_conformance.judge"))
def test_the_judge_starts_no_call(module: str) -> None:
    banned = in_package("run", "run_spec", "driver", "subject", "observe", "control", "simulator", "plugin")

    assert [name for name in imports(module) if within(name, *banned)] == []


@pytest.mark.parametrize("module", modules("llm_conformance.report"))
def test_a_report_works_from_records_and_the_catalogue(module: str) -> None:
    allowed = in_package("records", "catalogue", "checks.registry", "judge.baseline", "judge.gate", "report", "suggest")

    assert [name for name in ours(module) if not within(name, *allowed)] == []


@pytest.mark.parametrize("module", SOURCES)
def test_only_the_plugin_imports_pytest(module: str) -> None:
    found = roots(module) & {"_pytest", "pluggy", "pytest", "xdist"}

    assert "_pytest" not in found
    assert not found or within(module, "llm_conformance.plugin")


@pytest.mark.parametrize("module", SOURCES)
def test_nothing_imports_langchain(module: str) -> None:
    assert [name for name in roots(module) if name.startswith(("langchain", "langsmith"))] == []


@pytest.mark.parametrize("module", modules("llm_conformance"))
def test_the_harness_imports_neither_the_reference_nor_the_zoo(module: str) -> None:
    assert {"llm_reference", "llm_zoo"} & roots(module) == set()


@pytest.mark.parametrize("module", modules("llm_reference"))
def test_the_reference_does_not_import_the_harness(module: str) -> None:
    # The tour plays a golden stream.
    beside = {"llm_fixtures"} if module == "llm_reference.__main__" else set()

    assert roots(module) & {"llm_conformance", "llm_fixtures", "llm_zoo"} <= beside


def test_the_reference_needs_httpx_in_one_module_and_nothing_else() -> None:
    needy = {module: needs for module in modules("llm_reference") if (needs := foreign(module))}

    assert len(needy) <= 1
    assert set().union(*needy.values()) <= {"httpx"}


@pytest.mark.parametrize("module", modules("llm_zoo"))
def test_the_zoo_imports_the_reference(module: str) -> None:
    assert [name for name in ours(module) if not within(name, "llm_zoo", "llm_reference")] == []


@pytest.mark.parametrize("module", modules("llm_fixtures"))
def test_the_fixtures_need_nothing(module: str) -> None:
    assert roots(module) <= sys.stdlib_module_names | {"llm_fixtures"}


@pytest.mark.parametrize("module", modules("llm_conformance.scenarios"))
def test_a_scenario_module_has_a_check_module_of_its_name(module: str) -> None:
    pairs = {name.rpartition(".")[2] for name in modules("llm_conformance.checks")}

    assert module.rpartition(".")[2] in pairs | {"scenarios", "registry"}
