"""Reads the command line once. A wrong option raises `pytest.UsageError` with a message of one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from llm_conformance.catalogue.catalogue import CHECKS, SNAPSHOTS
from llm_conformance.catalogue.requirement_sets import set_names
from llm_conformance.judge.gate import Gate, GateError
from llm_conformance.observe.search import EFFORTS, Effort
from llm_conformance.plugin import SUITE_ARG
from llm_conformance.plugin.kwargs import check_url_and_wire, redacted_json
from llm_conformance.plugin.kwargs import read as read_kwargs
from llm_conformance.plugin.option_files import declarations_in, report_target, snapshots_folder
from llm_conformance.records import LOAD, Level
from llm_conformance.report.lines import one_line
from llm_conformance.report.target import Target
from llm_conformance.run_spec import LONGEST, RunSpec
from llm_conformance.simulator.formats import FORMATS
from llm_conformance.subject import profile as profiles
from llm_conformance.subject.presets import presets
from llm_conformance.subject.profile import NO_WIRE, Profile, ProfileError
from llm_conformance.subject.spec import ImplSpec, SpecError
from llm_conformance.suggest import did_you_mean

_WIRES = (*FORMATS, NO_WIRE)
_TIMEOUT = "llm_timeout"
# The options that a rerun needs, whatever the subject, and their defaults.
_RERUN: Mapping[str, str | None] = {
    "llm_profile": None,
    "llm_deviations": None,
    "llm_gate": Level.MUST.value,
    "llm_spec": "",
    "llm_effort": EFFORTS[0],
    "llm_call_budget": None,
    "llm_time_budget": None,
}
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The subjects and the options of a run.

    alone: the argument `llm-conformance`, or a node id, was given: the user's own tests do not run.
    nodes: the given node ids; empty for all.
    paths: the other positional arguments.
    reports: where the reports go, by what the option says.
    deviations_update: the file to which declarations of what fails are added.
    snapshots: the folder of the accepted snapshots, with one folder per subject.
    options: the options that a rerun needs, whatever the subject.
    """

    specs: tuple[ImplSpec, ...]
    runs: Mapping[ImplSpec, RunSpec]
    given_kwargs: str | None
    wire: str | None
    gate: str
    reports: Mapping[str, Target]
    snapshots: Path
    deviations_update: Path | None
    alone: bool
    nodes: tuple[str, ...]
    paths: list[str]
    options: tuple[str, ...]

    def wants(self, spec: ImplSpec, check: str) -> bool:
        """Whether that check of that subject was requested; `load` requests all checks of its subject."""
        node = f"{SUITE_ARG}::{spec}::{check.replace('.', '::', 1)}"
        requested = [one.removesuffix(f"::{LOAD}") for one in self.nodes]
        return not requested or any(node == one or node.startswith(f"{one}::") for one in requested)

    def requests(self, spec: str) -> bool:
        """Whether the subject was asked for by the suite's argument, or by a node id."""
        return self.alone and (not self.nodes or any(node.split("::")[1] == spec for node in self.nodes))

    def arguments(self, spec: ImplSpec) -> list[str]:
        """The options that rerun this subject, with secrets redacted."""
        options = [f"--llm-impl={spec}"]
        if self.given_kwargs is not None:
            options.append(f"--llm-kwargs={redacted_json(self.given_kwargs)}")
        if self.wire is not None:
            options.append(f"--llm-wire={self.wire}")
        return [*options, *self.options]


def read(config: pytest.Config) -> CommandLine:
    """The parsed command line; raises `pytest.UsageError` if it is wrong."""
    try:
        return _read(config)
    except pytest.UsageError as error:
        # The message repeats what was given, which a terminal may interpret.
        raise pytest.UsageError(one_line(str(error))) from None


def _read(config: pytest.Config) -> CommandLine:
    option = config.option
    nodes = [argument for argument in config.args if argument == SUITE_ARG or argument.startswith(f"{SUITE_ARG}::")]
    paths = [argument for argument in config.args if argument not in nodes]
    if option.llm_nodes is not None:
        # A worker of pytest-xdist does not get the suite's argument; without paths it would collect the whole folder.
        nodes, paths = option.llm_nodes, [path for path in paths if path in config.invocation_params.args]
    try:
        specs = tuple(dict.fromkeys(ImplSpec.parse(text) for text in option.llm_impl))
    except SpecError as error:
        raise pytest.UsageError(str(error)) from None
    if not specs:
        named = next((f"{node.split('::')[1]}" for node in nodes if node != SUITE_ARG), "MODULE:OBJECT")
        raise pytest.UsageError(f"{SUITE_ARG}: no implementation given; add --llm-impl={named}")
    try:
        Gate.parse(option.llm_gate)
    except GateError as error:
        raise pytest.UsageError(f"--llm-gate={option.llm_gate}: {error}") from None
    if option.llm_effort not in EFFORTS:
        raise pytest.UsageError(
            f"--llm-effort={option.llm_effort}: expected {', '.join(EFFORTS)}{did_you_mean(option.llm_effort, EFFORTS)}"
        )
    if option.llm_spec not in {"", *set_names()}:
        raise pytest.UsageError(f"--llm-spec={option.llm_spec}: expected {' or '.join(set_names())}")
    _require_known_nodes(nodes, specs)
    if option.llm_wire is not None and option.llm_wire not in _WIRES:
        raise pytest.UsageError(f"--llm-wire={option.llm_wire}: {_unknown_wire(option.llm_wire)}")
    kwargs = read_kwargs(option.llm_kwargs, config.invocation_params.dir)
    profiles = {spec: _profile(config, spec).with_options(option.llm_wire, kwargs) for spec in specs}
    for spec, profile in profiles.items():
        check_url_and_wire(spec, profile.merged_over(presets().get(str(spec), Profile())))
    timeout, effort = _seconds(config.getini(_TIMEOUT), _TIMEOUT), Effort[option.llm_effort.upper()]
    calls = _call_budget(option.llm_call_budget)
    time = _seconds(option.llm_time_budget, "--llm-time-budget") if option.llm_time_budget is not None else None
    update = option.llm_deviations_update
    declarations = declarations_in(option.llm_deviations, config.invocation_params.dir, update=update)
    return CommandLine(
        specs=specs,
        runs={
            spec: RunSpec(
                impl=spec,
                profile=profile,
                timeout=timeout,
                effort=effort,
                declarations=declarations,
                call_budget=calls,
                time_budget=time,
                requirement_set=option.llm_spec,
                run_id=_run_id(config),
            )
            for spec, profile in profiles.items()
        },
        given_kwargs=option.llm_kwargs,
        wire=option.llm_wire,
        gate=option.llm_gate,
        reports={text: report_target(text, config.invocation_params.dir) for text in option.llm_report},
        snapshots=snapshots_folder(config),
        deviations_update=config.invocation_params.dir / option.llm_deviations if update else None,
        alone=bool(nodes),
        paths=paths,
        nodes=tuple(node for node in nodes if node != SUITE_ARG),
        options=tuple(_options(config)),
    )


def _options(config: pytest.Config) -> Iterator[str]:
    option = config.option
    for name, default in _RERUN.items():
        if (value := getattr(option, name)) != default:
            yield f"--{name.replace('_', '-')}={value}"
    for ini in option.override_ini or ():
        yield from ("-o", ini)
    if option.inifilename is not None:
        yield from ("-c", str(option.inifilename))
    if option.rootdir is not None:
        yield f"--rootdir={option.rootdir}"


def _require_known_nodes(nodes: Sequence[str], specs: Sequence[ImplSpec]) -> None:
    for node in nodes:
        if node == SUITE_ARG:
            continue
        if node.endswith("::"):
            raise pytest.UsageError(f"{node}: expected a name after '::'; did you mean {node.rstrip(':')}?")
        spec, _, rest = node.removeprefix(f"{SUITE_ARG}::").partition("::")
        if spec not in map(str, specs):
            hint = did_you_mean(spec, map(str, specs)) or f"; add --llm-impl={spec}"
            raise pytest.UsageError(f"{node}: this run does not have the subject {spec!r}{hint}")
        ids = [*CHECKS, *SNAPSHOTS]
        known = {LOAD, *(one.replace(".", "::", 1) for one in ids), *(one.partition(".")[0] for one in ids)}
        if rest and rest not in known:
            check = rest.replace("::", ".", 1)
            near = [check.replace(".", "::", 1)] if check in ids else known
            raise pytest.UsageError(f"{node}: unknown check {check!r}{did_you_mean(rest, near)}")


def _call_budget(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > _DIGITS or int(text) == 0:
        most = 10**_DIGITS - 1
        raise pytest.UsageError(f"--llm-call-budget: expected a number of calls from 1 to {most}, got {text!r}")
    return int(text)


def _seconds(text: str, name: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST:
        raise pytest.UsageError(f"{name}: expected a number of seconds above 0, at most a year, got {text!r}")
    return seconds


def _run_id(config: pytest.Config) -> str:
    """A text that is the same on all workers of a run; empty for a run in one process."""
    of_workers: str = getattr(config, "workerinput", {}).get("testrunuid", "")
    # The user may give any text.
    return sha256(of_workers.encode()).hexdigest()[:8] if of_workers else ""


def _profile(config: pytest.Config, spec: ImplSpec) -> Profile:
    option = config.option.llm_profile
    path = config.invocation_params.dir / option if option is not None else config.rootpath / "pyproject.toml"
    if option is None and not path.is_file():
        return Profile()
    table = () if option is not None else ("tool", "llm-conformance")
    try:
        found = profiles.read(path, str(spec), table=table)
    except ProfileError as error:
        raise pytest.UsageError(str(error)) from None
    for name in (found.wire, *found.wires):
        if name is not None and name not in _WIRES:
            raise pytest.UsageError(f"{found.source}: wire = {name!r}: {_unknown_wire(name)}")
    return found


def _unknown_wire(name: str) -> str:
    hint = did_you_mean(name, _WIRES) or f"; the formats are {', '.join(FORMATS)}"
    return f"unknown wire format{hint}"
