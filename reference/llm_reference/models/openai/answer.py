"""OpenAI's APIs without the network: builds a request, and parses the answer of the completions API."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from llm_reference.models.openai.error import IncompleteAnswerError, ProviderError
from llm_reference.models.openai.retry import is_transient
from llm_reference.models.openai.sse import Decoder
from llm_reference.runs.chunk import GenerationChunk

T = TypeVar("T")

# `json.loads` would look up its decoder for each token.
_decode = json.JSONDecoder().decode

_MAX_MESSAGE_LENGTH = 500
_MIN_SECRET_LENGTH = 8


def check_address(address: str) -> None:
    """Raise ValueError unless a path can be appended to this URL and the URL can be logged: it contains no secret."""
    url = urlsplit(address)
    host = re.fullmatch(r"([^@:\[\]]+|\[[0-9A-Fa-f:.]+\])(:[0-9]*)?", url.netloc)
    if url.scheme not in ("http", "https") or not host or url.query or url.fragment:
        raise ValueError(
            "base_url: expected an http or https URL without user, query and fragment; pass a secret as api_key"
        )


def check_key(key: str | None) -> None:
    """Raise ValueError if the key cannot be sent in a header."""
    if key and not re.fullmatch("[!-~]+", key):
        raise ValueError(
            "api_key: expected printable ASCII without spaces; often it ends with a line break from a file"
        )


def request_headers(key: str | None) -> dict[str, str]:
    """Return the headers of a request."""
    return {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}


def request_body(parameters: Mapping[str, Any]) -> bytes:
    """Return the body of a request, without the parameters that are None: the provider has defaults for them."""
    # `json.dumps` escapes to ASCII. UTF-8 could not encode a prompt with half a surrogate pair.
    return json.dumps({name: value for name, value in parameters.items() if value is not None}).encode()


class ProviderAnswer(ABC, Generic[T]):
    """Parses one answer of the provider: whole, or packet by packet. A subclass makes chunks of its objects.

    secret: the API key. It is removed from error messages, even if the provider repeats it.
    """

    def __init__(self, status: int, headers: Mapping[str, str], secret: str | None) -> None:
        self.complete = False
        self._status, self._headers = status, headers
        self._secret = secret
        self._decoder = Decoder()

    def status_error(self, body: bytes) -> ProviderError:
        """Return the exception for a response with an error status."""
        reason = self._excerpt(_error_message(_decoded(body)))
        message = f"the provider answered {self._status}{reason and ': '}{reason}"
        return self._error(message, transient=is_transient(self._status))

    def feed(self, packet: bytes) -> Iterator[T]:
        """Yield the chunks that end in this packet of a stream. `[DONE]` sets `complete`."""
        for event in self._decoder.feed(packet):
            if event.data.strip() == "[DONE]":
                self.complete = True
                if (last := self._last_chunk()) is not None:
                    yield last
                return
            if event.type == "error":
                raise self._error(f"the provider failed: {self._excerpt(_error_message(event.data))}")
            chunk = self._chunk(self._parsed(event.data))
            if chunk is not None:
                yield chunk

    def end(self) -> None:
        """Handle the end of the body. Raises IncompleteAnswerError if there was no `[DONE]`: the answer was cut off."""
        if self.complete:
            return
        reason, kind = "the stream ended without its [DONE]", self._headers.get("content-type", "text/event-stream")
        # Another content type may be the login page of a proxy.
        raise self.incomplete(
            reason if kind.startswith("text/event-stream") else f"{reason}, and its content type is {kind}"
        )

    def incomplete(self, reason: str) -> IncompleteAnswerError:
        """Return the exception for an answer that ended too early."""
        message = f"the answer is incomplete: {reason}"
        return IncompleteAnswerError(message, status=self._status, headers=self._headers)

    def _object(self, body: bytes) -> dict[str, Any]:
        """Parse an answer that is not streamed."""
        return self._parsed(_decoded(body))

    def _parsed(self, text: str) -> dict[str, Any]:
        """Parse a JSON object. Raises ProviderError for anything else, and for an object with an error."""
        try:
            data = _decode(text)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            raise self._error(f"expected a JSON object, got {self._excerpt(text)!r}") from None
        if data.get("error"):
            raise self._error(f"the provider failed: {self._excerpt(_error_message(text))}")
        return data

    @abstractmethod
    def _chunk(self, data: dict[str, Any]) -> T | None:
        """Return the chunk in one object, or None. The first object of Azure and the token usage have no choice.

        If the request asks for several answers to one prompt, the chunk belongs to the first.
        """

    def _last_chunk(self) -> T | None:
        """Return a chunk for the end of the stream, or None."""
        return None

    def _excerpt(self, text: str) -> str:
        """The start of the provider's text, without the API key."""
        # A local server accepts any key, such as "k". To replace that one would make the text unreadable.
        if self._secret and len(self._secret) >= _MIN_SECRET_LENGTH:
            text = text.replace(self._secret, "[api_key]")
        return text[:_MAX_MESSAGE_LENGTH]

    def _error(self, message: str, *, transient: bool = False) -> ProviderError:
        return ProviderError(message, status=self._status, headers=self._headers, transient=transient)


class Answer(ProviderAnswer[GenerationChunk]):
    """An answer of the completions API."""

    def text(self, body: bytes) -> str:
        """Return the text of an answer that is not streamed."""
        data = self._object(body)
        chunk = self._chunk(data) if data.get("choices") else None
        if chunk is None:
            raise self._error("expected a completion with a choice, got one without")
        return chunk.text

    def _chunk(self, data: dict[str, Any]) -> GenerationChunk | None:
        info = {"usage": data["usage"]} if data.get("usage") else {}
        try:
            for choice in data.get("choices") or ():
                if not choice.get("index"):
                    if choice.get("finish_reason"):
                        info["finish_reason"] = choice["finish_reason"]
                    # `"" +` raises TypeError for anything but a text.
                    return GenerationChunk("" + (choice.get("text") or ""), info or None)
        except (AttributeError, TypeError):
            raise self._error(f"expected choices with texts, got {self._excerpt(str(data))}") from None
        return GenerationChunk("", info) if info else None


def _decoded(body: bytes) -> str:
    return body.decode("utf-8-sig", "replace")


def _error_message(text: str) -> str:
    """The message in a provider's error response; the whole text if there is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    while isinstance(value, dict):
        value = value.get("error") or value.get("message")
    return value if isinstance(value, str) else text
