"""All checks, scenarios and snapshots, their names resolved; `live` verifies them against each other."""

from __future__ import annotations

from dataclasses import dataclass

from llm_conformance import checks
from llm_conformance.catalogue import index
from llm_conformance.catalogue.discovery import import_all
from llm_conformance.catalogue.verify import resolve
from llm_conformance.checks import registry
from llm_conformance.records import Control
from llm_conformance.suggest import did_you_mean

GROUPS = (
    "invoke",
    "ainvoke",
    "input",
    "stream",
    "astream",
    "batch",
    "abatch",
    "stop",
    "config",
    "isolation",
    "events",
    "events-v3",
    "shapes",
    "filters",
    "nested",
    "callbacks",
    "calls",
    "usage",
    "blocks",
    "metadata",
    "tools",
    "live",
    "loop",
    "errors",
    "close",
    "cancel",
    "concurrency",
    "any-text",
    "wire",
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An observation that is compared with what a project has accepted of it.

    after: the snapshots that show the same change; if one of them differs, only that one reports it.
    """

    id: str
    scenario: str
    rule: str
    requires: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The part of the id behind the dot."""
        return self.id.partition(".")[2]


def _in_order() -> dict[str, registry.Check]:
    """The checks as people read them: by what is called, the simplest first."""
    for check in registry.CHECKS.values():
        if check.group not in GROUPS:
            raise TypeError(f"check {check.id!r}: unknown group{did_you_mean(check.group, GROUPS)}")
    return dict(sorted(registry.CHECKS.items(), key=lambda item: _place(item[1])))


def _place(check: registry.Check) -> tuple[int, bool]:
    """A group begins with the module of its name: the plain call comes before all that builds on it."""
    module = check.judge.__module__.rpartition(".")[2]
    return GROUPS.index(check.group), module != check.group.replace("-", "_")


_INDEX = index.read()
SCENARIOS = _INDEX.scenarios
import_all(checks)
registry.expand_fault_families({one.name: (one.family, one.level, one.rule) for one in _INDEX.faults.values()})
resolve(registry.CHECKS, SCENARIOS)
CHECKS = _in_order()
SNAPSHOTS = {
    one.id: one
    for one in (
        Snapshot("snapshots.stream", "stream", "stream() gives the chunks that were accepted."),
        Snapshot(
            "snapshots.astream", "astream", "astream() gives the chunks that were accepted.", ("snapshots.stream",)
        ),
        Snapshot(
            "snapshots.events-v1",
            "events_v1",
            "astream_events(version='v1') gives the events that were accepted.",
            ("snapshots.astream",),
        ),
        Snapshot(
            "snapshots.events-v2",
            "events_v2",
            "astream_events(version='v2') gives the events that were accepted.",
            ("snapshots.astream",),
        ),
        Snapshot(
            "snapshots.nested-v1",
            "nested_v1",
            "The chain around the model gives the events of v1 that were accepted.",
            ("snapshots.events-v1",),
        ),
        Snapshot(
            "snapshots.nested-v2",
            "nested_v2",
            "The chain around the model gives the events of v2 that were accepted.",
            ("snapshots.events-v2",),
        ),
    )
}


def checks_for(control: Control) -> tuple[registry.Check, ...]:
    """The checks of a run under this control: without a simulated provider, the checks of the wire are left out."""
    return tuple(check for check in CHECKS.values() if check.control is not Control.WIRE or control is Control.WIRE)
