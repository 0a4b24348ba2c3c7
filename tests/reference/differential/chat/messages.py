"""Messages and chunks: generated, built on either library, and as plain data."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from reference.imports import every_name, for_langchain, for_reference, loaded


def side(rewrite: Callable[[str], str]) -> dict[str, Any]:
    """The names of one library, and the model of a plan as written for it."""
    return {**every_name(rewrite), **vars(loaded(Path(__file__).with_name("drawn.py"), rewrite))}


OURS, THEIRS = side(for_reference), side(for_langchain)
FIELDS = (
    "content",
    "tool_calls",
    "invalid_tool_calls",
    "tool_call_chunks",
    "usage_metadata",
    "response_metadata",
    "additional_kwargs",
    "id",
    "chunk_position",
)
_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

_TEXTS = st.sampled_from(["", "a", " b", "\n", "é🙂"])
_INDICES = st.sampled_from([None, 0, 1, 2])
_VALUES = st.one_of(
    st.none(), _TEXTS, st.integers(0, 3), st.sampled_from([0.5, True, False, ["x"], {"index": 1, "text": "t"}])
)
_OBJECTS = st.dictionaries(
    st.sampled_from(["finish_reason", "model_name", "id", "created", "index", "output_version", "logprobs", "nested"]),
    st.one_of(_VALUES, st.lists(st.fixed_dictionaries({"index": _INDICES, "text": _TEXTS}), max_size=2)),
    max_size=2,
)
_BLOCKS = st.one_of(
    _TEXTS,
    st.fixed_dictionaries({"type": st.just("text"), "text": _TEXTS}, optional={"index": _INDICES}),
    st.fixed_dictionaries({"type": st.just("thinking")}, optional={"thinking": _TEXTS, "index": _INDICES}),
    st.fixed_dictionaries({"index": _INDICES, "signature": _TEXTS}),
)
FRAGMENTS = st.fixed_dictionaries(
    {
        "name": st.sampled_from([None, "", "f", "g"]),
        "args": st.sampled_from(
            [None, "", "{}", '{"a', '": 1', "}", ' "x\\', 'n"', "[1", "]", "\n", '{"a": "b', "nul", "}}"]
        ),
        "id": st.sampled_from([None, "", "call_1", "call_2"]),
        "index": _INDICES,
    }
)
_USAGES = st.fixed_dictionaries(
    {"input_tokens": st.integers(0, 9), "output_tokens": st.integers(0, 9), "total_tokens": st.integers(0, 9)},
    optional={
        "input_token_details": st.dictionaries(st.sampled_from(["cache_read", "audio"]), st.integers(0, 9)),
        "output_token_details": st.dictionaries(st.just("reasoning"), st.integers(0, 9)),
    },
)
CHUNKS = st.fixed_dictionaries(
    {"content": st.one_of(_TEXTS, _TEXTS, st.lists(_BLOCKS, max_size=2))},
    optional={
        "tool_call_chunks": st.lists(FRAGMENTS, max_size=2),
        "usage_metadata": st.one_of(st.none(), _USAGES),
        "response_metadata": _OBJECTS,
        "additional_kwargs": _OBJECTS,
        "id": st.sampled_from([None, "lc_1", "lc_run-1", "lc_run-2", "p1", "p2"]),
        "chunk_position": st.sampled_from([None, "last"]),
    },
)


def plain(message: Any) -> dict[str, Any]:
    """A message of either library as plain data, with its class."""
    values = {name: getattr(message, name) for name in FIELDS if hasattr(message, name)}
    return {"class": type(message).__name__, "text": str(message.text), **values}


def with_whole_calls(message: dict[str, Any]) -> dict[str, Any]:
    """A message of langchain-core as the reference has it: after the last chunk a call that was cut off is invalid."""
    if message.get("chunk_position") != "last":
        return message
    calls, invalid = [], []
    for chunk in message["tool_call_chunks"]:
        try:
            args = json.loads(chunk["args"], strict=False) if chunk["args"] else {}
        except ValueError:
            args = None
        if isinstance(args, dict):
            calls.append({"name": chunk["name"] or "", "args": args, "id": chunk["id"], "type": "tool_call"})
        else:
            broken = {"name": chunk["name"], "args": chunk["args"], "id": chunk["id"]}
            invalid.append({**broken, "error": None, "type": "invalid_tool_call"})
    return {**message, "tool_calls": calls, "invalid_tool_calls": invalid}


def with_labels(value: Any, labels: dict[str, str] | None = None) -> Any:
    """The value with a label for each random id, in the order of their first appearance."""
    labels = {} if labels is None else labels
    if isinstance(value, str):
        return _UUID.sub(lambda found: labels.setdefault(found[0], f"id {len(labels)}"), value)
    if isinstance(value, dict):
        return {key: with_labels(each, labels) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [with_labels(each, labels) for each in value]
    return value
