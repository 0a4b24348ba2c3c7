"""`check_llm()`: the suite as a function, for programs and notebooks."""

from __future__ import annotations

import datetime as dt
import reprlib
from collections.abc import Mapping
from inspect import signature
from os import PathLike
from pathlib import Path
from typing import Any, Never

from llm_conformance.canary import VoidRunError, void_because
from llm_conformance.catalogue.requirement_sets import set_names
from llm_conformance.judge.deviations_file import Declaration, parse
from llm_conformance.judge.gate import Gate, GateError
from llm_conformance.observe.search import EFFORTS, Effort
from llm_conformance.records.document import DocumentError, refuse_extremes
from llm_conformance.report.llm_report import LLMReport
from llm_conformance.run import Run
from llm_conformance.run_spec import LONGEST, TIMEOUT, RunSpec
from llm_conformance.simulator.formats import FORMATS
from llm_conformance.subject import profile as profiles
from llm_conformance.subject.presets import presets
from llm_conformance.subject.profile import NO_WIRE, Profile
from llm_conformance.subject.spec import GivenObject, ImplSpec, LoadError, SpecError
from llm_conformance.suggest import did_you_mean

_WIRES = (*FORMATS, NO_WIRE)
_OPTION = "--llm-impl="
# Options of the command line that are no arguments.
_ELSEWHERE = {
    "report": "; save the report that it returns: check_llm(..).save('report.html')",
    "impl": "; the model is the first argument: check_llm(AcmeLLM)",
}


def check_llm(
    llm: object,
    *,
    kwargs: Mapping[str, Any] | None = None,
    wire: str | None = None,
    gate: str = "must",
    spec: str = "",
    profile: Mapping[str, Any] | str | PathLike[str] | None = None,
    deviations: str | PathLike[str] | None = None,
    timeout: float = TIMEOUT,
    effort: str = "quick",
    call_budget: int | None = None,
    time_budget: float | None = None,
    **unknown: Never,
) -> LLMReport:
    """Judge a model with every check. The call returns when the run is over; a notebook's event loop may be running.

    The arguments are the options of the command line, without `--llm-`. A model that hangs in a thread pool of its own
    keeps the program from ending, as it does without this function.

    llm: a class, a function that returns an instance, an instance, or a text such as "acme.llms:AcmeLLM". A class or a
        function is judged further than an instance: its methods can be paused, and it can get a script.
    kwargs: constructor arguments; the text {url} in them becomes the address of the simulated provider.
    wire: the wire format of a simulated provider, such as "openai-chat"; "none" ignores that of a preset.
    gate: what fails the run: "must", "should" or "fit:PURPOSE", separated by commas.
    spec: the requirement set whose checks are scored, such as "2026.12"; empty for all checks.
    profile: the claims of the model, with the keys of the profile, such as {"streams": True}; or a TOML file.
    deviations: the TOML file of the known deviations.
    timeout: seconds without progress after which a call counts as hung.
    effort: the number of generated inputs: "quick", "ci" or "deep".
    call_budget: the number of answers that the model may be asked for.
    time_budget: the seconds in which the model is called.
    Raises ValueError if an argument is wrong, LoadError if the model cannot be imported or constructed, VoidRunError if
    the machinery of the run does not find a planted defect.
    """
    _refuse(unknown)
    impl = _impl(llm)
    _require_texts(spec=spec, gate=gate, effort=effort, wire="" if wire is None else wire)
    _require(spec=spec, gate=gate, wire=wire, effort=effort)
    _require_calls(call_budget)
    _require_seconds("timeout", timeout)
    if time_budget is not None:
        _require_seconds("time_budget", time_budget)
    _require_table("kwargs", kwargs or {})
    declared = _profile(profile, impl).with_options(wire, kwargs or {})
    if problem := declared.merged_over(presets().get(str(impl), Profile())).url_problem:
        text = problem.replace("--llm-wire=FORMAT", f"wire=FORMAT, one of {', '.join(FORMATS)}")
        raise ValueError(f"{impl}: {text.replace('--llm-kwargs=', 'kwargs=')}")
    try:
        asked = RunSpec(
            impl=impl,
            profile=declared,
            timeout=timeout,
            effort=Effort[effort.upper()],
            declarations=_declarations(deviations),
            call_budget=call_budget,
            time_budget=time_budget,
            requirement_set=spec,
        )
        with Run(asked) as run:
            report = LLMReport(run.record(), gate)
    except LoadError as error:
        # The user has not given an option.
        raise LoadError(str(error).removeprefix(_OPTION), error.traceback, error.hint, error.code) from error.__cause__
    if void := void_because():
        raise VoidRunError(void)
    return report


def _refuse(unknown: Mapping[str, object]) -> None:
    """Refuse arguments that do not exist, as Python does; some options of the command line are methods here."""
    for name in unknown:
        known = [one for one in signature(check_llm).parameters if one not in {"llm", "unknown"}]
        hint = _ELSEWHERE.get(name) or did_you_mean(name, known) or f"; the arguments are {', '.join(known)}"
        raise TypeError(f"check_llm() got an unexpected keyword argument {name!r}{hint}")


def _impl(llm: object) -> ImplSpec:
    if not isinstance(llm, str):
        return GivenObject.of(llm)
    try:
        return ImplSpec.parse(llm)
    except SpecError as error:
        raise SpecError(str(error).removeprefix(_OPTION)) from None


def _require_texts(**texts: object) -> None:
    for name, text in texts.items():
        if not isinstance(text, str):
            raise ValueError(f"{name}: expected a text, got {text!r}")  # noqa: TRY004 - as of any other wrong argument


def _require_table(name: str, table: object) -> None:
    if not isinstance(table, Mapping) or not all(isinstance(key, str) for key in table):
        raise ValueError(f"{name}: expected a mapping with texts as its keys, got {reprlib.repr(table)}")
    try:
        refuse_extremes(dict(table))
    except DocumentError as error:
        raise ValueError(f"{name}: {error}") from None


def _require(*, spec: str, gate: str, wire: str | None, effort: str) -> None:
    try:
        Gate.parse(gate)
    except GateError as error:
        raise ValueError(f"gate: {error}") from None
    if effort not in EFFORTS:
        raise ValueError(f"effort: expected {', '.join(EFFORTS)}, got {effort!r}{did_you_mean(effort, EFFORTS)}")
    if spec not in {"", *set_names()}:
        raise ValueError(f"spec: expected {' or '.join(set_names())}, got {spec!r}")
    _require_known_wire("wire", wire)


def _require_calls(budget: object) -> None:
    if budget is not None and (isinstance(budget, bool) or not isinstance(budget, int) or budget <= 0):
        raise ValueError(f"call_budget: expected a whole number above 0, got {budget!r}")


def _require_seconds(name: str, number: object) -> None:
    if not isinstance(number, int | float) or isinstance(number, bool) or not 0 < number <= LONGEST:
        raise ValueError(f"{name}: expected a number of seconds above 0, at most a year, got {number!r}")


def _require_known_wire(where: str, wire: str | None) -> None:
    if wire is not None and wire not in _WIRES:
        raise ValueError(f"{where}: expected one of {', '.join(_WIRES)}, got {wire!r}{did_you_mean(wire, _WIRES)}")


def _profile(given: Mapping[str, Any] | str | PathLike[str] | None, spec: ImplSpec) -> Profile:
    if isinstance(given, str | PathLike):
        profile = profiles.read(Path(given), str(spec))
    else:
        _require_table("profile", given or {})
        profile = profiles.of(given or {}, "profile" if given else "")
    for wire in (profile.wire, *profile.wires):
        _require_known_wire(profile.source, wire)
    return profile


def _declarations(path: str | PathLike[str] | None) -> tuple[Declaration, ...]:
    if path is None:
        return ()
    if not isinstance(path, str | PathLike):
        raise ValueError(f"deviations: expected the name of a file, got {path!r}")  # noqa: TRY004 - as above
    return parse(Path(path), dt.datetime.now(tz=dt.UTC).date())
