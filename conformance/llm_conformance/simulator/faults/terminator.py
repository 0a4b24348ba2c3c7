"""Faults about the end of a stream, and about the events around it that carry no text."""

import json

from llm_conformance.simulator.actions import Actions, End, Event, Hold
from llm_conformance.simulator.faults.body import before, before_end, behind, each, events
from llm_conformance.simulator.faults.fault import OPENAI, Expected, FaultClass, FaultFamily, FaultLevel

TERMINATOR = FaultFamily(FaultClass.TERMINATOR)


@TERMINATOR.on_response(Expected.EXACT, FaultLevel.MUST, *OPENAI, whole=False)
def usage_chunk(actions: Actions) -> Actions:
    """The bill comes in a chunk without choices, though nobody asked for it."""
    usage = b'{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}'
    bill = b'data: {"id":"0","object":"bill","created":0,"model":"m","choices":[],"usage":%b}\n\n' % usage
    return before_end(actions, Event(bill))


@TERMINATOR.on_response(Expected.EXACT, FaultLevel.MUST, *OPENAI, whole=False)
def azure_first_chunk(actions: Actions) -> Actions:
    """The first chunk has no choices, but what a filter of prompts has to say."""
    filtered = b'[{"prompt_index":0,"content_filter_results":{}}]'
    chunk = b'data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":%b}\n\n' % filtered
    return before(actions, Event(chunk))


@TERMINATOR.on_response(Expected.EXACT, FaultLevel.MUST, *OPENAI, whole=False)
def data_after_done(actions: Actions) -> Actions:
    """Half a chunk follows the terminator."""
    return behind(actions, Event(b'data: {"id":"0","choices":[{"index":0,"text":"more","delta":{"content":"more"\n\n'))


@TERMINATOR.on_response(Expected.EXACT, FaultLevel.SHOULD, "tgi", whole=False)
def special_token(actions: Actions) -> Actions:
    """The summary comes with a special token, whose text `</s>` is no part of the answer."""

    def change(event: Event) -> tuple[Event, ...]:
        if not event.end:
            return (event,)
        final = json.loads(event.data.removeprefix(b"data:"))
        token = {"id": 2, "text": "</s>", "logprob": 0.0, "special": True}
        text = Event(_data({**final, "generated_text": None, "details": None}), event.token)
        return text, Event(_data({**final, "index": final["index"] + 1, "token": token}), end=True)

    return each(actions, change)


@TERMINATOR.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def late_close(actions: Actions) -> Actions:
    """The body stays open behind the event that ends the answer, until the client goes away."""
    last = events(actions)[-1]
    return (*(action for action in actions if not isinstance(action, End)), *([Hold()] if last.end else [End()]))


def _data(value: object) -> bytes:
    return b"data:%b\n\n" % json.dumps(value, separators=(",", ":")).encode()
