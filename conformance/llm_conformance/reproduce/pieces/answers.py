"""What a script compares: texts, messages, and what messages and events carry beside their text."""

import functools
import operator
from typing import Any


def text(chunks: list[Any]) -> str:
    """The text of the chunks, joined: of strings, or of messages."""
    return "".join(chunk if isinstance(chunk, str) else chunk.text for chunk in chunks)


def added(chunks: list[Any]) -> Any:
    """The message that the chunks add up to."""
    return functools.reduce(operator.add, chunks)


def calls(message: Any) -> list[Any]:
    """The calls of tools in the message: names and arguments."""
    return [(call["name"], call["args"]) for call in message.tool_calls]


def usage(message: Any) -> dict[str, Any]:
    """The numbers of tokens that the message reports."""
    return dict(message.usage_metadata or {})


def ending(message: Any) -> dict[str, Any]:
    """Why the answer ended, and the name of the model, as the message says it."""
    names = ("finish_reason", "stop_reason", "done_reason", "model_name", "model")
    return {name: message.response_metadata[name] for name in names if name in message.response_metadata}


def blocks(message: Any) -> list[Any]:
    """What the message has beside plain text: blocks of its content, and reasoning beside it."""
    content = message.content if isinstance(message.content, list) else []
    shown = [{key: value for key, value in block.items() if key not in ("index", "id")} for block in content]
    return [*shown, *(item for item in message.additional_kwargs.items() if item[0] != "tool_calls")]


def chunks_of(events: list[Any]) -> list[Any]:
    """The chunks in the stream events of the root."""
    of_root = [one for one in events if one["run_id"] == events[0]["run_id"]]
    return [one["data"]["chunk"] for one in of_root if one["event"].endswith("_stream")]


def of_model(events: list[Any]) -> list[Any]:
    """The events of the model within the chain."""
    return [one for one in events if one["event"].startswith(("on_llm_", "on_chat_model_"))]


def output_message(events: list[Any]) -> Any:
    """The message in the last event, the end of the run."""
    output = events[-1]["data"]["output"]
    if isinstance(output, dict):
        generation = output["generations"][0][0]
        return generation["message"] if isinstance(generation, dict) else generation.message
    return output


def output_of(events: list[Any]) -> Any:
    """The text of the output in the last event: of a text, a message, or the first generation."""
    output = events[-1]["data"]["output"]
    if isinstance(output, dict) and "generations" in output:
        output = output["generations"][0][0]
    if isinstance(output, dict):
        return output.get("text")
    return output if isinstance(output, str) else output.text


def chunk_text(chunk: Any) -> str:
    """The text of a chunk in an event: a text, a message or a generation."""
    text = chunk if isinstance(chunk, str) else chunk.text
    return str(text)
