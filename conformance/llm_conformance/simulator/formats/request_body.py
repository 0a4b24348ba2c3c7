"""The body of a streaming request as clients send it, in each format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_USAGE = {"stream_options": {"include_usage": True}}


def request_body(form: str, prompt: str, *, model: str, most_tokens: int) -> dict[str, Any]:
    """A request for one answer to this prompt, with its usage where a client has to ask for that.

    form: the name of the format; ValueError if no request of it is known. most_tokens: the longest answer.
    """
    messages = {"messages": [{"role": "user", "content": prompt}]}
    in_options = {"options": {"num_predict": most_tokens}}
    of_a_model: Mapping[str, dict[str, Any]] = {
        "openai-completions": {"prompt": prompt, "max_tokens": most_tokens, **_USAGE},
        "openai-chat": {**messages, "max_tokens": most_tokens, **_USAGE},
        "openai-responses": {"input": prompt, "max_output_tokens": most_tokens},
        "anthropic-messages": {**messages, "max_tokens": most_tokens},
        "ollama-generate": {"prompt": prompt, **in_options},
        "ollama-chat": {**messages, **in_options},
    }
    if form in of_a_model:
        return {"model": model, "stream": True, **of_a_model[form]}
    if form == "gemini":
        contents = [{"role": "user", "parts": [{"text": prompt}]}]
        return {"contents": contents, "generationConfig": {"maxOutputTokens": most_tokens}}
    if form == "tgi":
        return {"inputs": prompt, "stream": True, "parameters": {"details": True, "max_new_tokens": most_tokens}}
    raise ValueError(f"no request is known for the format {form!r}")
