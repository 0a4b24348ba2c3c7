"""Options, ini keys and the `llm_simulator` fixture. The suite is imported only if an option asks for it."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from llm_conformance.simulator import Simulator

SUITE_ARG = "llm-conformance"
_MUST = "must"
_TEXT, _JSON = "text", "json"
# The columns of --llm-list, at least.
_LIST_WIDTH = 120


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options and the ini keys."""
    group = parser.getgroup("llm-conformance", "conformance of streaming LLM implementations")
    group.addoption(
        "--llm-impl",
        action="append",
        default=[],
        metavar="MODULE:OBJECT",
        help="check this class, factory or instance (repeatable)",
    )
    group.addoption(
        "--llm-kwargs",
        metavar="JSON",
        help="constructor arguments as a JSON object, or @FILE; {url} stands for the address of the simulated provider",
    )
    group.addoption(
        "--llm-wire",
        metavar="FORMAT",
        help="simulate a provider with this wire format, such as tgi; none: ignore the wire format of the preset",
    )
    group.addoption(
        "--llm-gate",
        metavar="GATE",
        default=_MUST,
        help="what fails the run: must (default), should, or fit:PURPOSE, such as fit:pipeline; comma-separated",
    )
    group.addoption(
        "--llm-profile",
        metavar="FILE",
        help="TOML file with the claims about the model, such as `streams = true`, at its top level, and under "
        '["MODULE:OBJECT"] for one model (default: [tool.llm-conformance] in pyproject.toml); '
        "it overrides the preset of a known class, key by key",
    )
    group.addoption(
        "--llm-deviations", metavar="FILE", help="TOML file with the known deviations, each with its reason"
    )
    group.addoption(
        "--llm-deviations-update",
        action="store_true",
        help="add a declaration of each check that fails this run to the file of --llm-deviations; fill in the reasons",
    )
    group.addoption(
        "--llm-report",
        action="append",
        default=[],
        metavar="FILE",
        help="write a report (repeatable); the ending of the name says which: .json or .json.gz for observations and "
        "verdicts, .html for a page to look at, .md for a summary, .ctrf.json for CTRF, .svg or .badge.json for a "
        "badge, / for a folder for coding assistants; github: the summary and the annotations of a workflow",
    )
    group.addoption(
        "--llm-effort",
        metavar="EFFORT",
        default="quick",
        help="number of random (property-based) inputs: quick (default), ci or deep",
    )
    group.addoption(
        "--llm-spec",
        metavar="YYYY.M",
        default="",
        help="score the checks of this requirement set; later ones run and are shown, and fail nothing (default: all)",
    )
    group.addoption(
        "--llm-call-budget",
        metavar="N",
        help="ask each model for at most N answers, those of MUST checks first; the other checks are not testable",
    )
    group.addoption(
        "--llm-time-budget",
        metavar="SECONDS",
        help="call each model for at most so long, for MUST checks first; the other checks are not testable",
    )
    group.addoption(
        "--llm-list",
        nargs="?",
        const=_TEXT,
        metavar="json",
        help="list all checks and snapshots, and exit; --llm-list=json is for programs",
    )
    group.addoption(
        "--llm-doctor",
        action="store_true",
        help="make a few calls of each model, say whether and how it can be judged, and exit",
    )
    group.addoption("--llm-explain", metavar="ID", help="explain a check, a group, a clause, or control, and exit")
    # Set by the plugin itself: it carries the requested node ids to the workers of pytest-xdist.
    group.addoption("--llm-nodes", action="append", default=None, help=argparse.SUPPRESS)
    if any(one.startswith("--llm-report") for one in sys.argv[1:]) and "PYTEST_XDIST_WORKER" not in os.environ:
        from llm_conformance.plugin.earlier_report import replace_those_of  # noqa: PLC0415 - an idle plugin costs nothing

        replace_those_of(sys.argv[1:], Path.cwd(), gate=_MUST)
    parser.addini("llm_timeout", "seconds without progress until a call counts as hung (default: 10)", default="10")
    parser.addini(
        "llm_snapshot_dir",
        "folder of accepted snapshots, relative to rootdir (default: llm_snapshots)",
        default="llm_snapshots",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: Sequence[str]) -> None:
    """Replace the report of an earlier run, also one that the ini file names, before a conftest can stop this one."""
    option = early_config.known_args_namespace
    only_prints = option.help or option.version or option.collectonly
    only_prints = only_prints or option.llm_list or option.llm_explain or option.llm_doctor
    requested = option.llm_impl or _requests_suite(args)
    if not option.llm_report or not requested or only_prints or "PYTEST_XDIST_WORKER" in os.environ:
        return
    from llm_conformance.plugin.earlier_report import replace  # noqa: PLC0415 - an idle plugin costs nothing

    for report in option.llm_report:
        replace(report, early_config.invocation_params.dir, gate=option.llm_gate)


def pytest_configure(config: pytest.Config) -> None:
    """Register the suite if the command line requests it."""
    if config.option.llm_impl or _requests_suite(config.args):
        from llm_conformance.plugin.session import SuitePlugin  # noqa: PLC0415 - an idle plugin costs nothing

        config.pluginmanager.register(SuitePlugin(config), "llm-conformance-suite")


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Answer --llm-list, --llm-explain and --llm-doctor."""
    if config.option.llm_doctor:
        from llm_conformance.plugin.doctor import examine_all  # noqa: PLC0415 - an idle plugin costs nothing

        return examine_all(config)
    if config.option.llm_list is None and not config.option.llm_explain:
        return None
    from llm_conformance.report.explain import explain  # noqa: PLC0415 - an idle plugin costs nothing
    from llm_conformance.report.lines import one_line, terminal_width  # noqa: PLC0415 - the same
    from llm_conformance.report.listing import checks_as_json, list_checks  # noqa: PLC0415 - the same

    if config.option.llm_list == _JSON:
        lines = [checks_as_json()]
    elif config.option.llm_list in {_TEXT, SUITE_ARG}:
        # Longer lines are cut only where people read them.
        width = max(shutil.get_terminal_size().columns, _LIST_WIDTH) if sys.stdout.isatty() else None
        lines = list_checks(width)
    elif config.option.llm_list is not None:
        why = f"--llm-list={config.option.llm_list}: expected json, or nothing behind the option"
        raise pytest.UsageError(one_line(why))
    else:
        try:
            lines = explain(config.option.llm_explain, terminal_width())
        except LookupError as error:
            raise pytest.UsageError(one_line(str(error.args[0]))) from None
    for line in lines:
        print(line)  # noqa: T201 - the option prints
    return 0


def _requests_suite(arguments: Sequence[str]) -> bool:
    return any(one == SUITE_ARG or one.startswith(f"{SUITE_ARG}::") for one in arguments)


@pytest.fixture
def llm_simulator() -> Iterator[Simulator]:
    """A simulated provider that streams golden streams, or your own tokens, with or without a fault."""
    from llm_conformance.simulator import Simulator  # noqa: PLC0415 - an idle plugin costs nothing

    with Simulator() as simulator:
        yield simulator
