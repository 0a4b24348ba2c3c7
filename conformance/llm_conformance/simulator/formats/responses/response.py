"""The response object of OpenAI's responses API, at the beginning and at the end of a stream, and as a whole answer."""

from dataclasses import dataclass
from typing import Any

from llm_conformance.simulator.formats.completion import Completion
from llm_conformance.simulator.provider_error import ProviderError
from llm_fixtures import Finish, Usage

Json = dict[str, Any]

# A constant, so that two runs send the same bytes.
_CREATED = 1_700_000_000
_INCOMPLETE = {Finish.LENGTH: "max_output_tokens", Finish.CONTENT_FILTER: "content_filter"}
# A response repeats these parameters of its request.
_REPEATED = ("instructions", "max_output_tokens", "metadata", "parallel_tool_calls", "tool_choice", "temperature")
_DEFAULTS: Json = {
    "background": False,
    "error": None,
    "incomplete_details": None,
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "reasoning": {"effort": None, "summary": None},
    "service_tier": "default",
    "temperature": 1.0,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}
_FUNCTION: Json = {"type": "function", "description": None, "parameters": None, "strict": True}


@dataclass(frozen=True, slots=True)
class ResponseObject:
    """What all forms of one response have in common: its id, the model, and the parameters that it repeats."""

    base: Json

    @classmethod
    def of(cls, body: Json, model: str, serial: int) -> "ResponseObject":
        """The response to the request with this body."""
        repeated = {name: body[name] for name in _REPEATED if body.get(name) is not None}
        for name in ("text", "reasoning"):
            repeated[name] = {**_DEFAULTS[name], **(body.get(name) or {})}
        tools = [{**_FUNCTION, **tool} if tool["type"] == "function" else tool for tool in body.get("tools") or ()]
        identity = {"id": f"resp_{serial}", "object": "response", "created_at": _CREATED, "model": model}
        return cls({**identity, **_DEFAULTS, **repeated, "tools": tools})

    def begun(self) -> Json:
        """The response before its first item."""
        return {**self.base, "status": "in_progress", "output": [], "usage": None}

    def ended(self, completion: Completion, output: list[Json]) -> Json:
        """The response with its output: complete, or incomplete with the reason."""
        reason = _INCOMPLETE.get(completion.finish)
        return {
            **self.base,
            "status": "completed" if reason is None else "incomplete",
            "incomplete_details": None if reason is None else {"reason": reason},
            "output": output,
            "usage": _usage(completion.usage),
        }

    def failed(self, error: ProviderError) -> Json:
        """The response after a failure of the model."""
        return {**self.begun(), "status": "failed", "error": {"code": "server_error", "message": error.message}}


def is_incomplete(completion: Completion) -> bool:
    """Whether the response ends as incomplete."""
    return completion.finish in _INCOMPLETE


def _usage(usage: Usage) -> Json:
    """The usage: cached tokens are a part of the input, and those of reasoning a part of the output."""
    return {
        "input_tokens": usage.prompt,
        "input_tokens_details": {"cached_tokens": usage.cached, "cache_write_tokens": 0},
        "output_tokens": usage.completion,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.prompt + usage.completion,
    }
