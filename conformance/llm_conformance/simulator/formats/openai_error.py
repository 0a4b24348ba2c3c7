"""Errors in OpenAI's shape, which most other providers have taken over."""

from llm_conformance.simulator.actions import Answer, Event
from llm_conformance.simulator.formats.json_bytes import json_bytes
from llm_conformance.simulator.provider_error import ProviderError

_SERVER_FAULT = 500
_KINDS = {401: ("invalid_request_error", "invalid_api_key"), 429: ("requests", "rate_limit_exceeded")}


def error(refusal: ProviderError) -> bytes:
    """The JSON of an error, before a stream or within it."""
    usual = ("server_error" if refusal.status >= _SERVER_FAULT else "invalid_request_error", None)
    kind, code = _KINDS.get(refusal.status, usual)
    return json_bytes({"error": {"message": refusal.message, "type": kind, "param": refusal.param, "code": code}})


def refuse(refusal: ProviderError, serial: int) -> Answer:
    """The answer that carries an error instead of a completion."""
    headers = (("Content-Type", "application/json"), ("X-Request-Id", f"req_{serial}"))
    return Answer(refusal.status, headers, (Event(error(refusal)),))
