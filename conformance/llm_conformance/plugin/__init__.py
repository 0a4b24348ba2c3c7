"""Options and ini keys, and nothing of weight: the suite is imported when it is asked for."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from llm_conformance.simulator import Simulator

SUITE_ARG = "llm-conformance"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options and the ini keys."""
    group = parser.getgroup("llm-conformance", "conformance of streaming LLM implementations")
    group.addoption(
        "--llm-impl",
        action="append",
        default=[],
        metavar="MODULE:OBJECT",
        help="judge this class, factory or instance (repeatable)",
    )
    group.addoption(
        "--llm-kwargs",
        metavar="JSON",
        help="constructor arguments as a JSON object, or @FILE; {url} is the simulated provider's address",
    )
    group.addoption(
        "--llm-wire",
        metavar="FORMAT",
        help="simulate a provider that speaks this format, such as tgi; none: no preset's",
    )
    group.addoption(
        "--llm-gate", metavar="LEVEL", default="must", help="the level that fails the run: must (default) or should"
    )
    group.addoption(
        "--llm-profile",
        metavar="FILE",
        help="TOML file with what is claimed (default: [tool.llm-conformance]), over the preset of a known class",
    )
    group.addoption(
        "--llm-deviations", metavar="FILE", help="TOML file with deviations that are known, each with its reason"
    )
    group.addoption("--llm-report", metavar="FILE.json", help="save what was seen and said, to be judged again later")
    group.addoption(
        "--llm-effort",
        metavar="EFFORT",
        default="quick",
        help="how much is tried of what is generated: quick (default), ci or deep",
    )
    group.addoption("--llm-list", action="store_true", help="list all checks and exit")
    group.addoption("--llm-explain", metavar="ID", help="explain a check, a clause, or script, and exit")
    # Set by the plugin itself, so that a worker of pytest-xdist knows what its controller was asked for.
    group.addoption("--llm-nodes", action="append", default=None, help=argparse.SUPPRESS)
    parser.addini("llm_timeout", "seconds after which a call counts as hung (default: 10)", default="10")
    parser.addini(
        "llm_snapshot_dir",
        "folder of accepted snapshots, from rootdir (default: llm_snapshots)",
        default="llm_snapshots",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Bring in the suite if somebody asks for it."""
    asked = any(argument == SUITE_ARG or argument.startswith(f"{SUITE_ARG}::") for argument in config.args)
    if config.option.llm_impl or asked:
        from llm_conformance.plugin.session import SuitePlugin  # noqa: PLC0415 - an idle plugin costs nothing

        config.pluginmanager.register(SuitePlugin(config), "llm-conformance-suite")


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Answer --llm-list and --llm-explain."""
    if not (config.option.llm_list or config.option.llm_explain):
        return None
    from llm_conformance.report.explain import explain, list_checks  # noqa: PLC0415 - the same

    if config.option.llm_list:
        lines = list_checks()
    else:
        try:
            lines = explain(config.option.llm_explain)
        except LookupError as error:
            raise pytest.UsageError(str(error.args[0])) from None
    for line in lines:
        print(line)  # noqa: T201 - what was asked for
    return 0


@pytest.fixture
def llm_simulator() -> Iterator[Simulator]:
    """A simulated provider that plays golden streams, or tokens of your own, with a fault or without."""
    from llm_conformance.simulator import Simulator  # noqa: PLC0415 - the same

    with Simulator() as simulator:
        yield simulator
