"""Errors in OpenAI's format, which most other providers use too."""

from llm_conformance.simulator.actions import Answer, Event
from llm_conformance.simulator.formats.json_bytes import json_bytes
from llm_conformance.simulator.provider_error import ProviderError

_SERVER_ERROR = 500
_KINDS = {401: ("invalid_request_error", "invalid_api_key"), 429: ("requests", "rate_limit_exceeded")}


def error_fields(error: ProviderError) -> dict[str, str | None]:
    """The fields of an error."""
    default = ("server_error" if error.status >= _SERVER_ERROR else "invalid_request_error", None)
    kind, code = _KINDS.get(error.status, default)
    return {"message": error.message, "type": kind, "param": error.param, "code": code}


def error_json(error: ProviderError) -> bytes:
    """The JSON of an error, as a response or inside a stream."""
    return json_bytes({"error": error_fields(error)})


def refuse(error: ProviderError, serial: int) -> Answer:
    """The error response to a request."""
    headers = (("Content-Type", "application/json"), ("X-Request-Id", f"req_{serial}"))
    return Answer(error.status, headers, (Event(error_json(error)),))
