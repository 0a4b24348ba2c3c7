"""One block of an answer. It grows with each chunk that adds to it."""

from abc import ABC, abstractmethod
from io import StringIO
from typing import Any, ClassVar

from llm_reference.blocks.event import Content
from llm_reference.blocks.part import Part
from llm_reference.messages.merge import is_same, merge_dicts
from llm_reference.messages.tool_call import ToolCallChunk, parsed_calls, tool_call_chunk

# Types of the protocol. A block of another type is finished as "non_standard".
_STANDARD = {"image", "audio", "video", "file", "text-plain", "server_tool_call", "server_tool_result", "non_standard"}


class Block(ABC):
    """A block so far. Only its text grows by deltas; what else it has is in its finish.

    key: the key of its parts that has the text. It is the same in its deltas.
    length: how many characters of text it has.
    """

    key: ClassVar[str] = ""

    def __init__(self, part: Part) -> None:
        self.type: str = part.get("type") or ""
        self.length = 0
        self._fields: Part = {"index": part.get("index")}
        # A sum of strings copies all of the text for each token.
        self._text = StringIO()
        self.add(part)

    def add(self, part: Part) -> None:
        """Add a part of a later chunk."""
        self.length += self._text.write(part.get(self.key) or "")
        fields = {key: value for key, value in part.items() if key not in ("type", self.key)}
        if fields:
            self._fields = merge_dicts(self._fields, fields)

    def takes(self, part: Part, *, is_last: bool) -> bool:
        """Return whether the part belongs to this block, by the rules of the sum of the chunks.

        is_last: whether this is the last block that is not a call. Text without an index continues it; a fragment of a
            call without an index is a call of its own.
        """
        if part.get("type") != self.type:
            return False
        goes_on = is_last and self.key and self._fields["index"] is part.get("index") is None
        return is_same(self._fields, part) or bool(goes_on)

    def text(self, start: int = 0) -> str:
        """Return the text from this character on."""
        self._text.seek(start)
        return self._text.read()

    @property
    @abstractmethod
    def start(self) -> Content:
        """The content of its start: what is known of it, without its text."""

    @property
    @abstractmethod
    def finish(self) -> Content:
        """The content of its finish: all of it."""

    def delta(self, start: int) -> Content:
        """Return the delta from this character on."""
        return {"type": f"{self.type}-delta", self.key: self.text(start)}

    def _known(self) -> dict[str, Any]:
        return {key: value for key, value in self._fields.items() if value is not None and key != "index"}


class TextBlock(Block):
    """Text for the reader."""

    key = "text"

    @property
    def start(self) -> Content:
        """An empty text."""
        return {"type": self.type, self.key: ""}

    @property
    def finish(self) -> Content:
        """The text, and what the provider adds to it, such as a signature."""
        return {**self._known(), "type": self.type, self.key: self.text()}


class ReasoningBlock(TextBlock):
    """What the model thinks before it answers."""

    key = "reasoning"


class CallBlock(Block):
    """A call of a tool. Its text is the JSON of its arguments."""

    key = "args"

    def add(self, part: Part) -> None:
        """Add a fragment. Some providers repeat the id and the name of the call in each of them."""
        super().add({key: value for key, value in part.items() if not self._fields.get(key)})

    def fragment(self, args: str) -> ToolCallChunk:
        """Return a delta with the id and the name of its call."""
        chunk = tool_call_chunk(**{**self._fields, "args": args})
        if chunk["index"] is None:
            del chunk["index"]  # type: ignore[misc]  # the protocol omits it
        return chunk

    @property
    def start(self) -> Content:
        """Its id and name."""
        return {**self.fragment("")}

    @property
    def finish(self) -> Content:
        """The call with its arguments; an invalid call if they are not a JSON object."""
        calls, invalid = parsed_calls([tool_call_chunk(**{**self._fields, "args": self.text()})], complete=True)
        return {**(calls or invalid)[0]}

    def delta(self, start: int) -> Content:
        """Return the arguments from this character on."""
        return {"type": "tool-call-delta", self.key: self.text(start)}


class OtherBlock(Block):
    """A block without deltas, such as an image. A type that the protocol does not know is "non_standard"."""

    @property
    def start(self) -> Content:
        """Its type."""
        return {"type": self.type} if self.type in _STANDARD else {"type": "non_standard", "value": {}}

    @property
    def finish(self) -> Content:
        """The block as the provider sent it."""
        block = {"type": self.type, **self._known()}
        return block if self.type in _STANDARD else {"type": "non_standard", "value": block}


_KINDS: dict[Any, type[Block]] = {"text": TextBlock, "reasoning": ReasoningBlock, "tool_call_chunk": CallBlock}


def block_of(part: Part) -> Block:
    """Return a new block that starts with this part."""
    return _KINDS.get(part.get("type"), OtherBlock)(part)
