"""The import rules of ARCHITECTURE.md, by folder, read from the source."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path

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
CALLERS = ("driver", "control", "observe", "scenarios", "plugin.exit", "simulator", "reproduce.pieces")


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


def broken_by(places: Collection[str], forbidden: Callable[[str], Collection[str]]) -> dict[str, set[str]]:
    """The modules in these packages that break a rule, each with what it imports against the rule."""
    return {module: set(found) for module in modules(*places) if (found := forbidden(module))}


def but(*allowed: str) -> Callable[[str], list[str]]:
    """What a module imports of ours outside these places."""
    return lambda module: [name for name in ours(module) if not within(name, *allowed)]


def test_there_is_something_to_read() -> None:
    assert set(OURS) <= set(SOURCES)
    assert "asyncio" in roots("llm_conformance.driver.event_loop")
    assert "llm_conformance.plugin.session.SuitePlugin" in imports("llm_conformance.plugin")
    assert "llm_conformance.judge.judge" in broken_by(["llm_conformance.judge"], but("llm_conformance.judge"))


def test_records_import_nothing_of_ours() -> None:
    assert broken_by(in_package("records"), but(*in_package("records"))) == {}


def test_a_check_imports_records_and_its_registry() -> None:
    checks = in_package("checks")

    assert broken_by(checks, but(*in_package("records", "checks"))) == {}
    assert broken_by(checks, foreign) == {}
    assert broken_by(checks, lambda module: roots(module) & IMPURE) == {}


def test_the_simulator_imports_fixtures_only() -> None:
    assert broken_by(in_package("simulator"), but("llm_conformance.simulator", "llm_fixtures")) == {}
    assert broken_by(in_package("simulator"), foreign) == {}


def test_only_the_folders_that_call_a_model_know_loops_and_threads() -> None:
    def concurrent(module: str) -> set[str]:
        return set() if within(module, *in_package(*CALLERS)) else roots(module) & CONCURRENT

    assert broken_by(["llm_conformance"], concurrent) == {}


def test_the_pieces_of_scripts_need_the_standard_library_alone() -> None:
    pieces = in_package("reproduce.pieces")

    assert broken_by(pieces, but(*pieces)) == {}
    assert broken_by(pieces, foreign) == {}


def test_subject_and_observe_are_introduced_by_the_run() -> None:
    def introduced(name: str, *knowing: str) -> Callable[[str], list[str]]:
        place = f"llm_conformance.{name}"
        return lambda module: [
            one for one in imports(module) if within(one, place) and not within(module, *in_package(*knowing))
        ]

    assert broken_by(["llm_conformance"], introduced("subject.subject", "run")) == {}
    assert broken_by(["llm_conformance"], introduced("observe.context", "run", "scenarios", "observe")) == {}


def test_the_driver_knows_no_subject() -> None:
    subject = "llm_conformance.subject"

    assert (
        broken_by(in_package("driver"), lambda module: [one for one in imports(module) if within(one, subject)]) == {}
    )


def test_the_judge_starts_no_call() -> None:
    callers = in_package("run", "run_spec", "driver", "subject", "observe", "control", "simulator", "plugin")

    assert (
        broken_by(in_package("judge"), lambda module: [one for one in imports(module) if within(one, *callers)]) == {}
    )


def test_a_report_works_from_records_and_the_catalogue() -> None:
    allowed = in_package("records", "catalogue", "checks.registry", "judge.baseline", "judge.gate", "report", "suggest")

    assert broken_by(in_package("report"), but(*allowed)) == {}


def test_only_the_plugin_imports_pytest() -> None:
    def pytest_of(module: str) -> set[str]:
        public = {"pluggy", "pytest", "xdist"} if within(module, "llm_conformance.plugin") else set()
        return roots(module) & {"_pytest", "pluggy", "pytest", "xdist"} - public

    assert broken_by(OURS, pytest_of) == {}


def test_nothing_imports_langchain() -> None:
    assert (
        broken_by(OURS, lambda module: [one for one in roots(module) if one.startswith(("langchain", "langsmith"))])
        == {}
    )


def test_the_harness_imports_neither_the_reference_nor_the_zoo() -> None:
    assert broken_by(["llm_conformance"], lambda module: {"llm_reference", "llm_zoo"} & roots(module)) == {}


def test_the_reference_does_not_import_the_harness() -> None:
    def harness(module: str) -> set[str]:
        # The tour plays a golden stream.
        beside = {"llm_fixtures"} if module == "llm_reference.__main__" else set()
        return roots(module) & {"llm_conformance", "llm_fixtures", "llm_zoo"} - beside

    assert broken_by(["llm_reference"], harness) == {}


def test_the_reference_needs_httpx_in_one_module_and_nothing_else() -> None:
    needy = broken_by(["llm_reference"], foreign)

    assert len(needy) <= 1
    assert set().union(*needy.values()) <= {"httpx"}


def test_the_zoo_imports_the_reference() -> None:
    assert broken_by(["llm_zoo"], but("llm_zoo", "llm_reference")) == {}


def test_the_fixtures_need_nothing() -> None:
    allowed = sys.stdlib_module_names | {"llm_fixtures"}

    assert broken_by(["llm_fixtures"], lambda module: roots(module) - allowed) == {}


def test_a_scenario_module_has_a_check_module_of_its_name() -> None:
    pairs = {name.rpartition(".")[2] for name in modules("llm_conformance.checks")} | {"scenarios", "registry"}

    assert {name.rpartition(".")[2] for name in modules("llm_conformance.scenarios")} <= pairs
