"""What an adapter sends: in every call style, and after a call with more arguments than a prompt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from llm_conformance.control.wire import SimulatedAnswer
from llm_conformance.observe.call_styles import AINVOKE, EVENTS, INVOKE, STREAM, STREAMS, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.fault_calls import read_to_end
from llm_conformance.observe.tools import TIME, WEATHER, bind
from llm_conformance.records import Requests
from llm_conformance.scenarios.registry import WIRE, scenario

_TOKENS = (" as", " it", " is")
_STOP = {"stop": ["\n\n###"]}
_PROMPTS = ("prompt", "messages", "inputs", "input", "contents", "system")
# The choices among two tools: "any" and "required" are two names of one. Not every provider has every choice.
_CHOICES = ("auto", "none", "any", "required", TIME["function"]["name"])
_EXACT = ("invoke.exact", "stream.exact")


@scenario(
    method="astream_events",
    reported_by="wire.same-request",
    model_calls=8,
    requires=_EXACT,
    control=WIRE,
)
def requests(ctx: Context) -> Requests:
    """One prompt with a stop text in every call style, and once more with `stream()` and `astream()`."""
    styles = (INVOKE, AINVOKE, *STREAMS, *EVENTS)
    calls = {style.name: request(ctx, ctx.instance, style, **_STOP) for style in styles}
    again = {f"{style.name} again": request(ctx, ctx.instance, style, **_STOP) for style in STREAMS}
    headers = {
        name: dict(answer.request_headers[0]) for name, answer in (calls | again).items() if answer.request_headers
    }
    return Requests(by_label={name: parameters(answer) for name, answer in calls.items()}, headers=headers)


@scenario(method="stream", reported_by="wire.no-leftover-arguments", model_calls=6, requires=_EXACT, control=WIRE)
def requests_in_turn(ctx: Context) -> Requests:
    """A prompt alone, one with a stop text, and a prompt alone, from one instance."""
    llm, by = ctx.new_instance(), {}
    for style in (INVOKE, STREAM):
        by[f"{style.name} before"] = parameters(request(ctx, llm, style))
        by[f"{style.name} given more"] = parameters(request(ctx, llm, style, **_STOP))
        by[f"{style.name} after"] = parameters(request(ctx, llm, style))
    return Requests(by_label=by)


@scenario(
    method="astream_events",
    reported_by="wire.same-tools",
    model_calls=6 + 4 * len(_CHOICES),
    requires=("wire.same-request",),
    control=WIRE,
)
def requests_with_tools(ctx: Context) -> Requests:
    """A prompt in every call style, to a chat model with two tools; and with each choice, without events."""
    by: dict[str, dict[str, str]] = {}
    for choice in (None, *_CHOICES):
        binding = bind(
            ctx, ctx.instance, deepcopy([WEATHER, TIME]), **({} if choice is None else {"tool_choice": choice})
        )
        if binding.not_implemented and choice is None:
            return Requests()
        styles = (INVOKE, AINVOKE, *STREAMS, *(EVENTS if choice is None else ()))
        for style in styles if binding.llm is not None else ():
            label = style.name if choice is None else f"{style.name}, tool_choice={choice!r}"
            by[label] = parameters(request(ctx, binding.llm, style))
    return Requests(by_label=by)


def request(ctx: Context, llm: Any, style: CallStyle, **more: Any) -> SimulatedAnswer:
    """The answer to a new prompt, with the requests that the model sends for it."""
    answer = ctx.wire.plan(_TOKENS)
    read_to_end(ctx.controlled_call(style, answer=answer), llm, **more)
    return answer


def parameters(answer: SimulatedAnswer) -> dict[str, str]:
    """The parameters of the first request, without the prompt; of nested ones with the names of those around them."""
    body = next(iter(answer.request_bodies), None)
    return dict(_flat(body)) if isinstance(body, dict) else {}


def _flat(body: dict[str, Any], below: str = "") -> Iterator[tuple[str, str]]:
    for name, value in body.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{below}{name}.")
        elif name not in _PROMPTS:
            yield f"{below}{name}", json.dumps(value, sort_keys=True)
