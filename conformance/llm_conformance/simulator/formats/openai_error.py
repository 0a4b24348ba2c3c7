"""Errors in OpenAI's shape, which most other providers have taken over."""

from llm_conformance.simulator.action import Answer, Send
from llm_conformance.simulator.formats.document import document
from llm_conformance.simulator.formats.format import Refusal

_SERVER_FAULT = 500


def error(refusal: Refusal) -> bytes:
    """The JSON of an error, before a stream or within it."""
    kind = "server_error" if refusal.status >= _SERVER_FAULT else "invalid_request_error"
    return document({"error": {"message": refusal.message, "type": kind, "param": refusal.param, "code": None}})


def refuse(refusal: Refusal, serial: int) -> Answer:
    """The answer that carries an error instead of a completion."""
    headers = (("Content-Type", "application/json"), ("X-Request-Id", f"req_{serial}"))
    return Answer(refusal.status, headers, (Send(error(refusal)),))
