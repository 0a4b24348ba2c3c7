"""What an adapter sends: by every way of asking, and after a call that was given more than a prompt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, EVENTS_V1, EVENTS_V2, INVOKE, STREAM, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.records import Control, Requests
from llm_conformance.scenarios.registry import scenario
from llm_conformance.scenarios.wire_faults import heard

_WORDS = (" as", " it", " is")
_STOP = {"stop": ["\n\n###"]}
_PROMPTS = ("prompt", "messages", "inputs", "system")
_AFTER = ("invoke.exact", "stream.exact", "stop.parity")


@scenario(
    reported_by="wire.same-request", method="astream_events", model_calls=6, requires=_AFTER, control=Control.WIRE
)
def requests(ctx: Context) -> Requests:
    """The same prompt and stop mark by every way of asking."""
    llm = ctx.instance
    ways = (INVOKE, AINVOKE, STREAM, ASTREAM, EVENTS_V1, EVENTS_V2)
    return Requests(by_label={style.name: _sent(ctx, llm, style, **_STOP) for style in ways})


@scenario(
    reported_by="wire.no-leftover-arguments", method="stream", model_calls=6, requires=_AFTER, control=Control.WIRE
)
def requests_in_turn(ctx: Context) -> Requests:
    """A prompt alone, one with a stop mark, and a prompt alone, of one instance."""
    llm, by = ctx.new_instance(), {}
    for style in (INVOKE, STREAM):
        by[f"{style.name} before"] = _sent(ctx, llm, style)
        by[f"{style.name} given more"] = _sent(ctx, llm, style, **_STOP)
        by[f"{style.name} after"] = _sent(ctx, llm, style)
    return Requests(by_label=by)


def _sent(ctx: Context, llm: Any, style: CallStyle, **more: Any) -> dict[str, str]:
    cue = ctx.wire.plan(_WORDS)
    heard(ctx.call_of(style, cue), llm, **more)
    body = next(iter(cue.request_bodies), None)
    return dict(_flat(body)) if isinstance(body, dict) else {}


def _flat(body: dict[str, Any], below: str = "") -> Iterator[tuple[str, str]]:
    for name, value in body.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{below}{name}.")
        elif name not in _PROMPTS:
            yield f"{below}{name}", json.dumps(value, sort_keys=True)
