"""Faults of OpenAI's responses API alone: its four ends, its items, and its sequence numbers.

`unspecified` are those of which the API does not say what a client does. A correct client delivers the text of the
deltas, and needs an end: `response.completed`, `response.incomplete`, `response.failed` or `error`.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from llm_conformance.simulator.actions import Actions, End, Event
from llm_conformance.simulator.faults.body import events, first_half, insert_last, map_events
from llm_conformance.simulator.faults.error import MESSAGE, refused
from llm_conformance.simulator.faults.fault import RESPONSES, Expected, FaultClass, FaultFamily, FaultLevel
from llm_conformance.simulator.formats.json_bytes import json_bytes
from llm_conformance.simulator.formats.responses.event import response_event
from llm_fixtures import Finish, Golden

Json = dict[str, Any]

_FORMATS = (RESPONSES,)
TERMINATOR = FaultFamily(FaultClass.TERMINATOR, _FORMATS)
ERROR = FaultFamily(FaultClass.ERROR, _FORMATS)
CUT = FaultFamily(FaultClass.CUT, _FORMATS)
UNSPECIFIED = FaultFamily(FaultClass.UNSPECIFIED, _FORMATS)
FAMILIES = (TERMINATOR, ERROR, CUT, UNSPECIFIED)

_FAILURE = {"code": "server_error", "message": MESSAGE}
_JUMP = 10


@TERMINATOR.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def delta_after_end(actions: Actions) -> Actions:
    """One more delta follows the event that ends the response."""
    sent = events(actions)
    last = next((document(one) for one in reversed(sent) if one.token is not None and "delta" in document(one)), None)
    if last is None:
        return actions
    return insert_last(actions, written({**last, "sequence_number": len(sent), "delta": "more"}))


@TERMINATOR.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def end_without_output(actions: Actions) -> Actions:
    """The response in the last event has an empty `output`, as some gateways and local servers send it."""
    return map_events(actions, lambda event: (_with_response(event, output=[]) if event.end else event,))


@TERMINATOR.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def done_after_end(actions: Actions) -> Actions:
    """`[DONE]` follows the event that ends the response, as some servers send it."""
    return insert_last(actions, Event(b"data: [DONE]\n\n"))


def _failed_whole(actions: Actions) -> Actions:
    """An answer that is not streamed has status 200, and the response in it has failed."""
    return map_events(actions, lambda event: (replace(event, data=json_bytes(_failed(json.loads(event.data)))),))


@ERROR.on_response(Expected.RAISES, FaultLevel.MUST, whole=_failed_whole)
def failed_mid_stream(actions: Actions) -> Actions:
    """After half of the tokens, the response fails: the event `response.failed` has the error, and the body ends."""
    half, begun = first_half(actions), document(events(actions)[0]).get("response", {})
    failed = {"type": "response.failed", "sequence_number": len(events(half)), "response": _failed(begun)}
    return (*half, written(failed), End())


@ERROR.on_response(Expected.RAISES, FaultLevel.MUST, whole=refused)
def error_object_mid_stream(actions: Actions) -> Actions:
    """After half of the tokens, an event `error` has its message in an object `error`, as OpenAI's servers send it."""
    half = first_half(actions)
    error = {"type": "server_error", "code": "server_error", "message": MESSAGE, "param": None}
    return (*half, written({"type": "error", "sequence_number": len(events(half)), "error": error}), End())


# SHOULD, because the API does not say what a client does without an end: more items may have been lost.
@CUT.on_response(Expected.RAISES, FaultLevel.SHOULD, whole=False)
def no_final_event(actions: Actions) -> Actions:
    """Every item is done, and the body terminates cleanly without the event that ends the response."""
    return map_events(actions, lambda event: () if event.end else (event,))


@UNSPECIFIED.on_response(Expected.EITHER, FaultLevel.MAY, whole=False)
def sequence_jumps(actions: Actions) -> Actions:
    """The sequence numbers skip ten after every third event, although no event is lost."""
    return _renumbered(actions, (number + number // 3 * _JUMP for number in count()))


@UNSPECIFIED.on_response(Expected.EITHER, FaultLevel.MAY, whole=False)
def items_out_of_order(actions: Actions) -> Actions:
    """A reasoning item without text, which is the first of the output, begins and ends after the first delta."""
    item: Json = {"id": "rs_0", "type": "reasoning", "summary": []}
    late = [
        written({"type": f"response.output_item.{step}", "sequence_number": 0, "output_index": 0, "item": item})
        for step in ("added", "done")
    ]
    first = next((event for event in events(actions) if event.token is not None), None)

    def change(event: Event) -> Iterator[Event]:
        yield _moved(event, item)
        if event is first:
            yield from late

    return _renumbered(map_events(actions, change), count())


@UNSPECIFIED.on_response(Expected.EITHER, FaultLevel.MAY, whole=False)
def texts_without_deltas(actions: Actions) -> Actions:
    """There are no deltas: the whole texts and arguments come in the events that end them, as some gateways do it."""
    return map_events(actions, lambda event: () if "delta" in document(event) else (event,))


@UNSPECIFIED.on_text(Expected.EITHER, FaultLevel.MAY)
def incomplete_by_filter(golden: Golden) -> Golden:
    """The response ends as incomplete after half of the tokens, because of the content filter; they are the text."""
    half = golden.pieces[: (len(golden.pieces) + 1) // 2]
    return replace(golden, pieces=half, finish=Finish.CONTENT_FILTER)


def document(event: Event) -> Json:
    """The data of one event of a stream."""
    _, _, data = event.data.rpartition(b"\ndata: ")
    value: Json = json.loads(data)
    return value


def written(value: Json) -> Event:
    """An event with these data, without a place in the golden stream."""
    fields = {name: field for name, field in value.items() if name not in ("type", "sequence_number")}
    return Event(response_event(value.get("type", ""), value["sequence_number"], json_bytes(fields)))


def _changed(event: Event, value: Json) -> Event:
    return replace(event, data=written(value).data)


def _with_response(event: Event, **changes: Any) -> Event:
    value = document(event)
    return _changed(event, {"sequence_number": 0, **value, "response": {**value.get("response", {}), **changes}})


def _failed(response: Json) -> Json:
    return {**response, "status": "failed", "error": _FAILURE, "output": [], "usage": None}


def _moved(event: Event, item: Json) -> Event:
    """The event with its item one place further, and with this item before all others in the response at its end."""
    value = document(event)
    if "output_index" in value:
        return _changed(event, {**value, "output_index": value["output_index"] + 1})
    if not event.end:
        return event
    return _with_response(event, output=[item, *value.get("response", {}).get("output", [])])


def _renumbered(actions: Actions, numbers: Iterator[int]) -> Actions:
    return map_events(actions, lambda event: (_changed(event, {**document(event), "sequence_number": next(numbers)}),))
