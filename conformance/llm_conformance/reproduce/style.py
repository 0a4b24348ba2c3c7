"""The call styles of a script: how a call is written in each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from llm_conformance.records import Finding

_CHAIN = "before | model | {behind}"
# Of events, a chain in a chain shows the parents of a run.
_CHAIN_OF_EVENTS = 'before | (model | abehind).with_config({"run_name": "inner chain"}) | abehind'
# The scenarios of several calls at a time, by the style of these calls.
_AT_ONCE = {"interleaved": "stream", "concurrent": "astream", "concurrent_invokes": "ainvoke"}
_IN_BRACKETS = re.compile(r"(?:[a-z_0-9]+)?\[([^\]]+)\](?:#\d+)?$")
_UNDER_FAULT = re.compile(r"([a-z_0-9]+)_under\[")
# What the scenarios are called that are not named by their style.
_LAST_WORDS = ("astream_events_v3", "stream_events_v3", "events_v1", "events_v2", "ainvoke", "astream", "abatch")


@dataclass(frozen=True, slots=True)
class Style:
    """One way to call the model. reader: the function of a script that makes the call, and gives a list.

    method: what an iterator is opened by. nested: the model is a step of a chain.
    """

    name: str
    reader: str
    method: str
    more: str = ""
    asynchronous: bool = False
    events: bool = False
    nested: bool = False

    @property
    def chain(self) -> str:
        """The chain, as the scripts write it."""
        if self.events:
            return _CHAIN_OF_EVENTS
        return _CHAIN.format(behind="abehind" if self.asynchronous else "behind")

    @property
    def observation(self) -> str:
        """The style as names of observations have it."""
        return self.name.replace("-", "_")

    @property
    def whole(self) -> bool:
        """Whether the call gives the answer as a whole."""
        return self.method in {"invoke", "ainvoke"}


def _style(name: str, reader: str, method: str, more: str = "") -> Style:
    events = method == "astream_events" and "v3" not in more
    return Style(name, reader, method, more, asynchronous=method.startswith("a"), events=events)


_V1, _V2, _V3 = ('version="v1"', 'version="v2"', 'version="v3"')
_PLAIN = {
    one.name: one
    for one in (
        _style("invoke", "invoke", "invoke"),
        _style("ainvoke", "ainvoke", "ainvoke"),
        _style("stream", "stream", "stream"),
        _style("astream", "astream", "astream"),
        _style("events-v1", "events_v1", "astream_events", _V1),
        _style("events-v2", "events_v2", "astream_events", _V2),
        _style("stream-events-v3", "stream_events_v3", "stream_events", _V3),
        _style("astream-events-v3", "astream_events_v3", "astream_events", _V3),
        _style("batch", "batch", "batch"),
        _style("abatch", "abatch", "abatch"),
        _style("transform", "transform", "transform"),
        _style("atransform", "atransform", "atransform"),
    )
}
STYLES = _PLAIN | {
    f"nested-{one.name}": Style(
        f"nested-{one.name}", one.reader, one.method, one.more, one.asynchronous, one.events, nested=True
    )
    for one in _PLAIN.values()
}
_TWINS = {"ainvoke": "invoke", "astream": "stream", "astream-events-v3": "stream-events-v3"}


def twin(style: Style) -> Style:
    """The synchronous style of an asynchronous one."""
    return STYLES[_TWINS.get(style.name, style.name)]


def style_of(finding: Finding, observations: tuple[str, ...]) -> Style:
    """The call style that a finding is about.

    observations: those of its check, of which it is about the last if the finding names none.
    """
    sides = [side.partition("(")[0] for side in finding.sides[1:]]
    # A finding on sampled answers names the call style alone.
    alone = [finding.where.removesuffix("()")] if finding.where.endswith("()") else []
    for scenario in (finding.scenario, *sides, *alone, *reversed(observations)):
        if (found := _named(scenario)) is not None:
            return found
    return STYLES["invoke"]


def _named(scenario: str) -> Style | None:
    if under := _UNDER_FAULT.match(scenario):
        return STYLES[under[1].replace("_", "-")]
    if bracketed := _IN_BRACKETS.match(scenario):
        step = "nested-" if scenario.startswith("nested_") else ""
        return STYLES.get(step + bracketed[1].replace(" ", "-"))
    name = scenario.partition("#")[0]
    if name in _AT_ONCE:
        return STYLES[_AT_ONCE[name]]
    if name.startswith(("nested_", "filters_", "configured_")):
        kind, _, rest = name.partition("_")
        style = {"v1": "events-v1", "v2": "events-v2"}.get(rest, rest)
        return STYLES.get(f"nested-{style}" if kind == "nested" else style)
    words = [*_LAST_WORDS, "invoke", "stream", "batch", "transform"]
    last = next((word for word in words if name == word or name.endswith((f"_{word}", f"_{word}s"))), "")
    return STYLES.get(last.replace("_", "-"))
