"""The pieces of an answer in the events of OpenAI's responses API."""

from collections.abc import Iterator
from typing import Any

from llm_conformance.simulator.recording.chat_pieces import CallNumbers
from llm_fixtures import Piece, Reasoning, Refusal, Signature, Token

Json = dict[str, Any]

# What the events tell in deltas, and the field that has the whole of it at the end.
_WHOLE = {
    "output_text": "text",
    "refusal": "refusal",
    "reasoning_summary_text": "text",
    "reasoning_text": "text",
    "function_call_arguments": "arguments",
}
_PLACE = ("output_index", "content_index", "summary_index")


class ResponsePieces:
    """Reads the events of one stream. Some servers send the end of a text or of arguments without deltas before it."""

    def __init__(self, calls: CallNumbers) -> None:
        self._calls = calls
        self._begun: set[tuple[Any, ...]] = set()

    def pieces(self, event: Json) -> Iterator[Piece]:
        """The pieces in this event. What is encrypted is complete when its item is done."""
        name, _, step = event["type"].removeprefix("response.").rpartition(".")
        if name in _WHOLE:
            place = (name, *(event.get(field) for field in _PLACE))
            if step == "delta":
                self._begun.add(place)
                yield from self._part(name, event, event["delta"])
            elif step == "done" and place not in self._begun and event[_WHOLE[name]]:
                yield from self._part(name, event, event[_WHOLE[name]])
        elif name == "output_item":
            item = event["item"]
            if step == "added" and item["type"] == "function_call":
                yield self._calls.begin(event["output_index"], item["call_id"], item["name"])
            elif step == "done" and (encrypted := item.get("encrypted_content")):
                yield Signature(encrypted)

    def _part(self, name: str, event: Json, text: str) -> Iterator[Piece]:
        match name:
            case "output_text":
                yield Token(text=text)
            case "refusal":
                yield Refusal(text)
            case "function_call_arguments":
                yield from self._calls.arguments(event["output_index"], text)
            case _ if text:
                yield Reasoning(text)
