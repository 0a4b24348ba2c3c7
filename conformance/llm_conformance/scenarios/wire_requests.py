"""What an adapter sends: by every way of asking, and after a call that was given more than a prompt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, EVENTS_V1, EVENTS_V2, INVOKE, STREAM, Way
from llm_conformance.observe.context import Stage
from llm_conformance.records import Control, Requests
from llm_conformance.scenarios.registry import scenario
from llm_conformance.scenarios.wire_faults import heard

_WORDS = (" as", " it", " is")
_STOP = {"stop": ["\n\n###"]}
_PROMPTS = ("prompt", "messages", "inputs", "system")
_AFTER = ("invoke.exact", "stream.exact", "stop.same-everywhere")


@scenario(owner="wire.same-request", method="astream_events", calls=6, after=_AFTER, control=Control.WIRE)
def requests(stage: Stage) -> Requests:
    """The same prompt and stop mark by every way of asking."""
    llm = stage.shared
    ways = (INVOKE, AINVOKE, STREAM, ASTREAM, EVENTS_V1, EVENTS_V2)
    return Requests(by={way.name: _sent(stage, llm, way, **_STOP) for way in ways})


@scenario(owner="wire.forgets", method="stream", calls=6, after=_AFTER, control=Control.WIRE)
def requests_in_turn(stage: Stage) -> Requests:
    """A prompt alone, one with a stop mark, and a prompt alone, of one instance."""
    llm, by = stage.fresh(), {}
    for way in (INVOKE, STREAM):
        by[f"{way.name} before"] = _sent(stage, llm, way)
        by[f"{way.name} given more"] = _sent(stage, llm, way, **_STOP)
        by[f"{way.name} after"] = _sent(stage, llm, way)
    return Requests(by=by)


def _sent(stage: Stage, llm: Any, way: Way, **more: Any) -> dict[str, str]:
    cue = stage.wire.announce(_WORDS)
    heard(stage.performance(way, cue), llm, **more)
    body = next(iter(cue.bodies), None)
    return dict(_flat(body)) if isinstance(body, dict) else {}


def _flat(body: dict[str, Any], below: str = "") -> Iterator[tuple[str, str]]:
    for name, value in body.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{below}{name}.")
        elif name not in _PROMPTS:
            yield f"{below}{name}", json.dumps(value, sort_keys=True)
