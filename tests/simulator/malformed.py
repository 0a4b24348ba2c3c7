"""Requests that are wrong in their bytes, head, path, JSON or its values; the same in every run.

Most begin as a request of a real client, in which a few things are changed: random bytes alone end at the first check.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from llm_conformance.simulator import FORMATS

_PATHS = (*(path for form in FORMATS.values() for path in form.paths), "/api/show", "/v1/models/%ff%fe", "/v1/models")
_PREFIXES = (
    "",
    "",
    "/plain-ascii",
    "/plain-ascii/split_bytes",
    "/x",
    "/%2e%2e/%2e%2e",
    "/..%2f..%2fetc%2fpasswd",
    "//",
)
_HOSTS = ("127.0.0.1", "127.0.0.1", "localhost:1", "a:b:c", "[", "[::1", "\x00", "\u0663", "127.0.0.1:99999999")
_INSERTED = (b"\r\n", b"\x00", b"9" * 5000, b":", b"\xff" * 100, b" ")
_VALUES: tuple[Any, ...] = (
    None, True, -1, 0, -0.5, 1e308, float("inf"), float("nan"), 10**30, 10**400, "", "\ud800", "\x00", "a" * 1000,
    [], {}, [[]], [{}], [None], [1], ["\udfff"], {"": ""}, {"a": []}, {"type": "text"}, {"type": "function"},
    {"role": "user"},
)  # fmt: skip
_NESTED = "<nested>"
# Python gives up at a thousand frames, of which some are the server's.
_DEPTHS = (*range(100, 1000, 41), 2000)
_USER = {"role": "user", "content": [{"type": "text", "text": "hi"}]}
_SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
_FUNCTION = {"name": "f", "description": "d", "parameters": _SCHEMA}
_BODIES: tuple[dict[str, Any], ...] = (
    {"model": "m", "prompt": ["a", "b"], "max_tokens": 5, "stop": ["x"], "stream": True, "stream_options": {"a": True}},
    {
        "model": "m",
        "messages": [
            {"role": "system", "content": "s"},
            _USER,
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": "a", "type": "function", "function": _FUNCTION}],
            },
            {"role": "tool", "tool_call_id": "a", "content": "x"},
        ],
        "tools": [{"type": "function", "function": _FUNCTION}],
        "tool_choice": "auto",
        "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": _SCHEMA}},
        "stream": True,
    },
    {
        "model": "m",
        "max_tokens": 10,
        "system": [{"type": "text", "text": "x"}],
        "messages": [_USER, {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": "x"}]}],
        "tools": [{"name": "f", "input_schema": _SCHEMA}],
        "tool_choice": {"type": "tool", "name": "f"},
        "thinking": {"type": "enabled", "budget_tokens": 5},
    },
    {
        "model": "m",
        "input": [_USER, {"type": "function_call", "call_id": "a", "name": "f", "arguments": "{}"}],
        "tools": [{"type": "function", **_FUNCTION}],
        "reasoning": {"effort": "low"},
        "stream": True,
    },
    {
        "contents": [{"role": "user", "parts": [{"text": "a"}, {"functionResponse": {"name": "f", "response": {}}}]}],
        "tools": [{"functionDeclarations": [_FUNCTION]}],
        "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}},
        "generationConfig": {"maxOutputTokens": 5, "stopSequences": ["a"], "thinkingConfig": {"includeThoughts": True}},
    },
    {"inputs": "a", "parameters": {"max_new_tokens": 3, "stop": ["a"], "details": True}, "stream": True},
    {"model": "m", "prompt": "a", "options": {"num_predict": 3, "stop": ["a"]}, "format": "json", "think": True},
)


def malformed(count: int) -> Iterator[bytes]:
    """So many requests."""
    for number in range(count):
        yield _request(Random(number))  # noqa: S311 - no secret


def _request(random: Random) -> bytes:
    body = _body(random)
    head = _head(random, len(body))
    request = bytearray(head + body if random.random() < 0.9 else random.randbytes(random.randrange(1, 300)))
    if random.random() < 0.4:
        for _ in range(random.choice((1, 1, 3, 10))):
            at = random.randrange(len(request) + 1)
            request[at : at + random.randrange(3)] = random.choice((random.randbytes(1), random.choice(_INSERTED)))
    return bytes(request[: random.randrange(1, len(request) + 1)] if random.random() < 0.15 else request)


def _head(random: Random, length: int) -> bytes:
    method = random.choice(("POST", "POST", "POST", "GET", "HEAD", "PUT", "\x00"))
    target = random.choice(_PREFIXES) + random.choice(_PATHS) + random.choice(("", "", "?alt=sse", "?key=%00"))
    return (
        f"{method} {target} HTTP/1.1\r\nHost: {random.choice(_HOSTS)}\r\nConnection: close\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def _body(random: Random) -> bytes:
    body = json.loads(json.dumps(random.choice(_BODIES)))
    for container, key in random.choices([*_places(body)], k=random.choice((1, 1, 1, 2, 4))):
        container[key] = _NESTED if random.random() < 0.03 else random.choice(_VALUES)
    whole = json.dumps(body).replace(f'"{_NESTED}"', _nested(random.choice(_DEPTHS))).encode()
    return whole if random.random() < 0.95 else whole[: random.randrange(len(whole))]


def _nested(depth: int) -> str:
    begin, end = ("[", "]") if depth % 2 else ('{"a":', "}")
    return f"{begin * depth}0{end * depth}"


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each place of the value, as container and key."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(item, dict | list):
            yield from _places(item)
