"""Records for the examples of whole messages: messages, their parts, and calls that give them."""

from __future__ import annotations

from typing import Any

from checks.records import end, replies, reply, run, start, stream, token, value_of
from llm_conformance.records import CallbackEvent, CallbackLog, Value

TEXT_BLOCK = {"type": "text", "text": "hi", "index": 1}


def said(text: str = "", kind: str = "acme.AIMessage", **parts: Any) -> Value:
    """A message, or a chunk, with these parts beside its text."""
    return Value(kind, "object", text=text, fields={name: value_of(part) for name, part in parts.items()})


def call(name: str = "weather", identity: str = "a", **args: Any) -> dict[str, Any]:
    """A call of a tool."""
    return {"name": name, "args": args, "id": identity}


def part(index: int | None = 0, name: str | None = None, identity: str | None = None, args: str = "") -> dict[str, Any]:
    """A fragment of a call."""
    return {"name": name, "args": args, "id": identity, "index": index}


def calls(*made: dict[str, Any], **parts: Any) -> Value:
    """A message with these calls."""
    return said(tool_calls=list(made), **parts)


def added(*chunks: Value, total: Value | None) -> Any:
    """A stream of these chunks, and their sum."""
    return stream(*chunks, total=total)


def one(message: Value) -> Any:
    """A stream of one chunk, which is its own sum."""
    return added(message, total=message)


def thrice(message: Value) -> Any:
    """Two more answers that are the same."""
    return replies(again=reply(message), fresh=reply(message))


def again_and_fresh(again: Value, fresh: Value) -> Any:
    """The answer of the same instance again, and that of a fresh one."""
    return replies(**{"the same instance again": reply(again), "a fresh instance": reply(fresh)})


def tokens(prompt: int, completion: int, total: int | None = None, **details: Any) -> dict[str, Any]:
    """Usage."""
    whole = prompt + completion if total is None else total
    return {"input_tokens": prompt, "output_tokens": completion, "total_tokens": whole, **details}


def handled(answer: Value, reported: Value | None, ended: Value | None) -> CallbackLog:
    """A call with a handler."""
    events = (
        CallbackEvent("on_chat_model_start", "r"),
        CallbackEvent("on_llm_new_token", "r", "", has_chunk=reported is not None),
        CallbackEvent("on_llm_end", "r", answer="", message=ended),
    )
    return CallbackLog(events=events, texts=("",), total=answer, reported=reported)


def seen(message: Value, output: Value | None = None) -> Any:
    """Events whose chunks add up to a message, with the output of their end."""
    return run(start(), token("h"), end(message if output is None else output), total=message)


def thought(**fields: Any) -> Value:
    """A message with a reasoning block before its text."""
    return said("hi", content=[{"type": "thinking", "index": 0, **fields}, TEXT_BLOCK])


def ended(reason: str = "", model: str = "", **parts: Any) -> Value:
    """A message that says why it ended, and which model gave it."""
    told = {"finish_reason": reason, "model_name": model}
    return said("hi", response_metadata={key: value for key, value in told.items() if value}, **parts)
