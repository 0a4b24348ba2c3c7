"""Faults of Gemini's API alone: its chunks without text, its errors that are no events, and its finish reasons.

`unspecified` are those of which the API does not say what a client does. A stream has no terminator: a correct client
reads to the end of the body, and needs a finish reason.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from llm_conformance.simulator.actions import Actions, End, Event
from llm_conformance.simulator.faults.body import events, first_half, map_events
from llm_conformance.simulator.faults.error import MESSAGE, refused
from llm_conformance.simulator.faults.fault import GEMINI, Expected, FaultClass, FaultFamily, FaultLevel
from llm_conformance.simulator.formats.json_bytes import json_bytes
from llm_fixtures import Finish, Golden

Json = dict[str, Any]

_FORMATS = (GEMINI,)
TERMINATOR = FaultFamily(FaultClass.TERMINATOR, _FORMATS)
ERROR = FaultFamily(FaultClass.ERROR, _FORMATS)
UNSPECIFIED = FaultFamily(FaultClass.UNSPECIFIED, _FORMATS)
FAMILIES = (TERMINATOR, ERROR, UNSPECIFIED)

_FAILURE = {"error": {"code": 503, "message": MESSAGE, "status": "UNAVAILABLE"}}


@TERMINATOR.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def content_without_parts(actions: Actions) -> Actions:
    """A chunk in the middle of the stream has a content without `parts`."""
    return _with_chunk(actions, {"candidates": [{"content": {"role": "model"}, "index": 0}]})


@TERMINATOR.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def usage_without_candidates(actions: Actions) -> Actions:
    """A chunk in the middle of the stream has the usage so far, and no `candidates`."""
    return _with_chunk(actions, {})


@ERROR.on_response(Expected.RAISES, FaultLevel.SHOULD, whole=refused)
def error_json_mid_stream(actions: Actions) -> Actions:
    """After half of the tokens, an error arrives as indented JSON that is not an event, and the body ends."""
    return (*first_half(actions), Event(json.dumps(_FAILURE, indent=2).encode() + b"\n"), End())


@UNSPECIFIED.on_response(Expected.EITHER, FaultLevel.MAY, whole=False)
def finish_in_every_chunk(actions: Actions) -> Actions:
    """Every chunk has the finish reason `STOP`, as the first models of this API sent it."""

    def change(chunk: Json) -> Json:
        return {**chunk, "candidates": [{**one, "finishReason": "STOP"} for one in chunk.get("candidates", ())]}

    return map_events(actions, lambda event: (event,) if event.end else (_changed(event, change),))


@UNSPECIFIED.on_text(Expected.EITHER, FaultLevel.MAY)
def prompt_blocked(golden: Golden) -> Golden:
    """The prompt is blocked: the answer has `promptFeedback` with the reason, and no candidate; its text is empty."""
    return replace(golden, pieces=(), finish=Finish.CONTENT_FILTER)


@UNSPECIFIED.on_text(Expected.EITHER, FaultLevel.MAY)
def filtered_mid_stream(golden: Golden) -> Golden:
    """The answer ends with the finish reason `SAFETY` after half of the tokens; they are the text."""
    half = golden.pieces[: (len(golden.pieces) + 1) // 2]
    return replace(golden, pieces=half, finish=Finish.CONTENT_FILTER)


def document(event: Event) -> Json:
    """The data of one event of a stream."""
    value: Json = json.loads(event.data.removeprefix(b"data: "))
    return value


def written(value: Json) -> bytes:
    """The bytes of an event with these data."""
    return b"data: %b\n\n" % json_bytes(value)


def _changed(event: Event, change: Callable[[Json], Json]) -> Event:
    return replace(event, data=written(change(document(event))))


def _with_chunk(actions: Actions, own: Json) -> Actions:
    """The actions with one more chunk in the middle, which has the usage of the chunk before it."""
    sent = events(actions)
    middle = sent[(len(sent) - 1) // 2]
    before = {name: value for name, value in document(middle).items() if name not in ("candidates", "promptFeedback")}
    added = Event(written({**own, **before}))
    return map_events(actions, lambda event: (event, added) if event is middle and not event.end else (event,))
