"""Faults about the end of a stream, and about events without text."""

import json

from llm_conformance.simulator.actions import Actions, End, Event, Hold
from llm_conformance.simulator.faults.body import events, insert_before_end, insert_first, insert_last, map_events
from llm_conformance.simulator.faults.fault import (
    CHOICES,
    ENDED,
    GEMINI,
    Expected,
    Fault,
    FaultClass,
    FaultFamily,
    FaultLevel,
)
from llm_conformance.simulator.formats.json_bytes import json_bytes

TERMINATOR = FaultFamily(FaultClass.TERMINATOR)

# TGI sends it so in any case, and Anthropic never does.
TERMINATOR.add(
    Fault(
        "finish_with_text",
        TERMINATOR.kind,
        Expected.EXACT,
        FaultLevel.MUST,
        "The chunk that carries the finish reason also carries the last text, as vLLM sends it.",
        formats=(*CHOICES, GEMINI, "ollama-generate", "ollama-chat"),
        finish="with-last-text",
    )
)


@TERMINATOR.on_response(Expected.EXACT, FaultLevel.MUST, *CHOICES, whole=False)
def usage_chunk(actions: Actions) -> Actions:
    """Token usage arrives in a chunk with empty `choices`, although the request does not ask for it."""
    first, *_ = events(actions)
    kind = json.loads(first.data.removeprefix(b"data: ")).get("object")
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    chunk = {"id": "0", "object": kind, "created": 0, "model": "m", "choices": [], "usage": usage}
    return insert_before_end(actions, Event(b"data: %b\n\n" % json_bytes(chunk)))


@TERMINATOR.on_response(Expected.EXACT, FaultLevel.MUST, *CHOICES, whole=False)
def azure_first_chunk(actions: Actions) -> Actions:
    """The first chunk has empty `choices` and carries the result of Azure's prompt filter."""
    filtered = b'[{"prompt_index":0,"content_filter_results":{}}]'
    chunk = b'data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":%b}\n\n' % filtered
    return insert_first(actions, Event(chunk))


@TERMINATOR.on_response(Expected.EXACT, FaultLevel.MUST, *CHOICES, whole=False)
def data_after_done(actions: Actions) -> Actions:
    """Half a chunk follows the terminator `[DONE]`."""
    return insert_last(
        actions, Event(b'data: {"id":"0","choices":[{"index":0,"text":"more","delta":{"content":"more"\n\n')
    )


@TERMINATOR.on_response(Expected.EXACT, FaultLevel.SHOULD, "tgi", whole=False)
def special_token(actions: Actions) -> Actions:
    """The last event carries the special token `</s>`, whose text is not part of the answer."""

    def change(event: Event) -> tuple[Event, ...]:
        if not event.end:
            return (event,)
        final = json.loads(event.data.removeprefix(b"data:"))
        token = {"id": 2, "text": "</s>", "logprob": 0.0, "special": True}
        text = Event(_data({**final, "generated_text": None, "details": None}), event.token)
        return text, Event(_data({**final, "index": final["index"] + 1, "token": token}), end=True)

    return map_events(actions, change)


@TERMINATOR.on_response(Expected.EXACT, FaultLevel.SHOULD, *ENDED, whole=False)
def late_close(actions: Actions) -> Actions:
    """After the event that ends the answer, the body stays open until the client disconnects."""
    last = events(actions)[-1]
    return (*(action for action in actions if not isinstance(action, End)), *([Hold()] if last.end else [End()]))


def _data(value: object) -> bytes:
    return b"data:%b\n\n" % json.dumps(value, separators=(",", ":")).encode()
