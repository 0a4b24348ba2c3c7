"""OpenAI's completions API without the network: the request as data, and what the bytes that come back mean."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from llm_reference.models.openai.error import IncompleteAnswerError, ProviderError
from llm_reference.models.openai.retry import passes
from llm_reference.models.openai.sse import Decoder
from llm_reference.runs.chunk import GenerationChunk

# As json.loads does, which looks for its decoder each time.
_decode = json.JSONDecoder().decode

_LONGEST_COMPLAINT = 500
_SHORTEST_SECRET = 8


def check_address(address: str) -> None:
    """Whether it can be told to anybody, and a path can be put behind it."""
    url = urlsplit(address)
    place = re.fullmatch(r"([^@:\[\]]+|\[[0-9A-Fa-f:.]+\])(:[0-9]*)?", url.netloc)
    if url.scheme not in ("http", "https") or not place or url.query or url.fragment:
        raise ValueError(
            "base_url: expected an http or https address without user, query and fragment; a secret is given as api_key"
        )


def check_key(key: str | None) -> None:
    """Whether it can stand in a header."""
    if key and not re.fullmatch("[!-~]+", key):
        raise ValueError("api_key: expected printable ASCII without blanks; often a line end was read along with it")


def request_headers(key: str | None) -> dict[str, str]:
    """The headers of a request."""
    return {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}


def request_body(parameters: Mapping[str, Any]) -> bytes:
    """The body of a request; a parameter that is None is left to the provider."""
    # Only ASCII, as json.dumps writes it, can carry a prompt with half a surrogate pair in it.
    return json.dumps({name: value for name, value in parameters.items() if value is not None}).encode()


class Answer:
    """Reads one answer of the provider: whole, or packet by packet as it is streamed.

    secret: never told, even if the provider does.
    """

    def __init__(self, status: int, headers: Mapping[str, str], secret: str | None) -> None:
        self.complete = False
        self._status, self._headers = status, headers
        self._secret = secret
        self._decoder = Decoder()

    def refusal(self, body: bytes) -> ProviderError:
        """Why the provider does not answer."""
        complaint = self._told(_complaint(_decoded(body)))
        message = f"the provider answered {self._status}{complaint and ': '}{complaint}"
        return self._error(message, passing=passes(self._status))

    def text(self, body: bytes) -> str:
        """The text of an answer that came at once."""
        said = self._parsed(_decoded(body))
        chunk = self._chunk(said) if said.get("choices") else None
        if chunk is None:
            raise self._error("expected a completion with a choice, got one without")
        return chunk.text

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        """The chunks that end in this packet of a streamed answer. After `[DONE]` it is complete."""
        for event in self._decoder.feed(packet):
            if event.data.strip() == "[DONE]":
                self.complete = True
                return
            if event.type == "error":
                raise self._error(f"the provider failed: {self._told(_complaint(event.data))}")
            chunk = self._chunk(self._parsed(event.data))
            if chunk is not None:
                yield chunk

    def end(self) -> None:
        """Nothing more will come. Only `[DONE]` tells a whole answer from one that was cut between two events."""
        if self.complete:
            return
        reason, kind = "the stream ended without its [DONE]", self._headers.get("content-type", "text/event-stream")
        # Such as the page of a proxy that wants a login.
        raise self.broken(reason if kind.startswith("text/event-stream") else f"{reason}, and it was one of {kind}")

    def broken(self, reason: str) -> IncompleteAnswerError:
        """The answer broke off."""
        message = f"the answer is incomplete: {reason}"
        return IncompleteAnswerError(message, status=self._status, headers=self._headers)

    def _parsed(self, text: str) -> dict[str, Any]:
        """A JSON object that is no complaint."""
        try:
            said = _decode(text)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise self._error(f"expected a JSON object, got {self._told(text)!r}") from None
        if said.get("error"):
            raise self._error(f"the provider failed: {self._told(_complaint(text))}")
        return said

    def _chunk(self, said: dict[str, Any]) -> GenerationChunk | None:
        """The chunk in one object, if there is one: Azure's first object has none, and the bill comes without a text.

        A request for several answers to one prompt gets the first.
        """
        info = {"usage": said["usage"]} if said.get("usage") else {}
        try:
            for choice in said.get("choices") or ():
                if not choice.get("index"):
                    if choice.get("finish_reason"):
                        info["finish_reason"] = choice["finish_reason"]
                    # What is no text cannot be added to one.
                    return GenerationChunk("" + (choice.get("text") or ""), info or None)
        except (AttributeError, TypeError):
            raise self._error(f"expected choices with texts, got {self._told(str(said))}") from None
        return GenerationChunk("", info) if info else None

    def _told(self, words: str) -> str:
        """The provider's words, without the key, and not too many of them."""
        # A server of one's own takes any key, such as "k"; to hide that would spoil every word.
        if self._secret and len(self._secret) >= _SHORTEST_SECRET:
            words = words.replace(self._secret, "[api_key]")
        return words[:_LONGEST_COMPLAINT]

    def _error(self, message: str, *, passing: bool = False) -> ProviderError:
        return ProviderError(message, status=self._status, headers=self._headers, passing=passing)


def _decoded(body: bytes) -> str:
    return body.decode("utf-8-sig", "replace")


def _complaint(text: str) -> str:
    """What went wrong in the provider's words: its message where one is found, else what there is."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    while isinstance(said, dict):
        said = said.get("error") or said.get("message")
    return said if isinstance(said, str) else text
