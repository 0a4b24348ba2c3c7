"""A message or a message chunk: what a record of one holds beside its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from llm_conformance.records.value import Value

# What providers call the reason of an end, and the name of a model.
_FINISH = ("finish_reason", "stop_reason", "done_reason")
_MODEL = ("model_name", "model")
# Where a message has reasoning and refusals that are not blocks of its content.
_KWARGS = ("reasoning_content", "reasoning", "thinking", "refusal")
# A block of a call; the call itself is in `tool_calls`, parsed.
_CALLS = {"tool_use", "tool_call", "tool_call_chunk", "invalid_tool_call", "function_call", "input_json_delta"}
# Where a block stands in the transport, and the name that a response gives to it.
_OF_TRANSPORT = {"index", "id"}

Data = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call of a tool, or a fragment of one.

    args: the parsed arguments; of a fragment and of an invalid call, their text.
    index: what tells to which call a fragment belongs.
    """

    name: str
    args: object
    id: str
    index: object

    @property
    def text(self) -> str:
        """The call as Python writes it."""
        arguments = self.args if isinstance(self.args, dict) else None
        inside = ", ".join(f"{key}={value!r}" for key, value in (arguments or {}).items())
        return f"{self.name}({inside if arguments is not None else repr(self.args)})"


@dataclass(frozen=True, slots=True)
class Message:
    """A message or a chunk, with its parts as attributes; one that is absent or ill-typed reads as empty."""

    value: Value

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The calls of tools, with parsed arguments."""
        return self._calls("tool_calls")

    @property
    def invalid_calls(self) -> tuple[ToolCall, ...]:
        """The calls of tools whose arguments are not JSON."""
        return self._calls("invalid_tool_calls")

    @property
    def fragments(self) -> tuple[ToolCall, ...]:
        """The fragments of calls that a chunk carries."""
        return self._calls("tool_call_chunks")

    @property
    def usage(self) -> Data:
        """The numbers of tokens, by name; details as `input_token_details.cache_read`."""
        return dict(_flat(_items(self.value.fields.get("usage_metadata"))))

    @property
    def metadata(self) -> Data:
        """What the provider says of the response."""
        return _items(self.value.fields.get("response_metadata"))

    @property
    def finish(self) -> str:
        """Why the answer ended; empty if the message does not say it."""
        return _first_text(self.metadata, _FINISH)

    @property
    def model(self) -> str:
        """The name of the model that answered; empty if the message does not say it."""
        return _first_text(self.metadata, _MODEL)

    @property
    def id(self) -> str:
        """The id of the message."""
        return _text(self.value.fields.get("id"))

    @property
    def position(self) -> str:
        """`chunk_position`: "last" of the last chunk."""
        return _text(self.value.fields.get("chunk_position"))

    @property
    def has_blocks(self) -> bool:
        """Whether the content is a list of blocks, not a str."""
        return "content" in self.value.fields

    @property
    def blocks(self) -> tuple[Data, ...]:
        """The content block by block; a str is one text block, and text blocks that follow each other are one."""
        found: list[Data] = []
        content = self.value.fields.get("content")
        for item in _list(content) if content is not None else [self.value.text or ""]:
            block = _block(item)
            if block == {"type": "text"}:
                continue
            plain = block.keys() == {"type", "text"}
            if plain and found and found[-1].keys() == {"type", "text"}:
                found[-1] = {"type": "text", "text": f"{found[-1]['text']}{block['text']}"}
            else:
                found.append(block)
        return tuple(found)

    @property
    def items(self) -> tuple[object, ...]:
        """The items of a list of blocks, as they are; none of a content that is a str."""
        return tuple(_list(self.value.fields.get("content")))

    @property
    def empty_texts(self) -> int:
        """The number of items of a list of blocks that are texts without text."""
        return sum(item in ("", {"type": "text", "text": ""}) for item in _list(self.value.fields.get("content")))

    @property
    def beside_content(self) -> Data:
        """Reasoning and a refusal that are in `additional_kwargs`."""
        kwargs = _items(self.value.fields.get("additional_kwargs"))
        return {key: kwargs[key] for key in _KWARGS if kwargs.get(key)}

    def _calls(self, field: str) -> tuple[ToolCall, ...]:
        return tuple(
            ToolCall(_str(one.get("name")), one.get("args"), _str(one.get("id")), one.get("index"))
            for one in _list(self.value.fields.get(field))
            if isinstance(one, dict)
        )


def data(value: Value) -> object:
    """A value as plain data: texts, numbers, lists and dicts."""
    if value.base == "dict":
        return {key: data(item) for key, item in value.fields.items()}
    if value.base in {"list", "tuple"}:
        return [data(item) for item in value.items]
    return value.scalar if value.text is None else value.text


def _block(item: object) -> Data:
    if not isinstance(item, dict):
        item = {"type": "text", "text": item}
    kind = item.get("type", "text")
    if kind in _CALLS:
        return {"type": "tool_call"}
    return {key: value for key, value in item.items() if key not in _OF_TRANSPORT and value not in (None, "", [], {})}


def _flat(items: Data) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for key, value in items.items():
        if isinstance(value, dict):
            found += [(f"{key}.{name}", number) for name, number in _flat(value)]
        elif value is not None:
            found.append((key, value))
    return found


def _items(value: Value | None) -> Data:
    found = data(value) if value is not None else None
    return found if isinstance(found, dict) else {}


def _list(value: Value | None) -> list[object]:
    found = data(value) if value is not None else None
    return found if isinstance(found, list) else []


def _text(value: Value | None) -> str:
    return (value.text or "") if value is not None else ""


def _str(value: object) -> str:
    return value if isinstance(value, str) else ""


def _first_text(items: Data, names: tuple[str, ...]) -> str:
    return next((found for name in names if isinstance(found := items.get(name), str) and found), "")
