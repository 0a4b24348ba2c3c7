"""One value that a model returned, and how a finding shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

# The parts of a message that are of the answer, beside its text.
_OF_ANSWER = ("content", "tool_calls", "tool_call_chunks", "invalid_tool_calls", "additional_kwargs")
# What a block or a fragment says of itself.
_OF_ITSELF = {"type", "index", "id"}


@dataclass(frozen=True, slots=True)
class Value:
    """One value that a model returned.

    type: the qualified name of its class, such as "str" or "langchain_core.messages.ai.AIMessage".
    base: the built-in type that it is an instance of ("str" for any subclass of str), else "object".
    text: its text as the contract defines the text of a chunk; null if it has none.
    scalar: its value if it is a number, a boolean or None.
    fields: the items of a dict by key, of a list or tuple by position ("0", "1", ..); of a message or a chunk what it
        carries beside its text, by the name of the attribute, such as "tool_calls", "usage_metadata" or "id".
        "content" is there if it is a list of blocks.
    """

    type: str
    base: str
    text: str | None = None
    scalar: bool | int | float | None = None
    fields: dict[str, Value] = field(default_factory=dict)

    @property
    def carries_answer(self) -> bool:
        """Whether it carries something of the answer: text, a call of a tool, or a thought."""
        if self.text or self.base != "object":
            return bool(self.text)
        return any(_says_something(self.fields[name]) for name in _OF_ANSWER if name in self.fields)

    @property
    def is_text(self) -> bool:
        """Whether the value is a str, or of a subclass of str."""
        return self.base == "str"

    @property
    def items(self) -> tuple[Value, ...]:
        """The items of a list or tuple, in order."""
        return tuple(self.fields.values())

    @property
    def display(self) -> Display:
        """The value as a finding shows it."""
        if self.text is not None:
            return Text((self.text,)) if self.is_text else f"{self.type} with text {self.text!r}"
        if self.base in {"NoneType", "bool", "int", "float"}:
            return repr(self.scalar)
        if self.base in {"dict", "list", "tuple"}:
            inside = ", ".join(f"{key}={one_line(value.display)}" for key, value in self.fields.items())
            return f"{self.type} ({inside})"
        return f"an object of type {self.type}"


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text of a model in a finding, chunk by chunk."""

    chunks: tuple[str, ...]

    @property
    def whole(self) -> str:
        """The chunks, concatenated."""
        return "".join(self.chunks)


Display = str | Text


def one_line(display: Display) -> str:
    """One side of a finding on one line: prose as it is, literal text as its Python repr."""
    return display if isinstance(display, str) else repr(display.whole)


def _says_something(value: Value) -> bool:
    if value.base in {"dict", "list", "tuple"}:
        return any(_says_something(item) for key, item in value.fields.items() if key not in _OF_ITSELF)
    return bool(value.text)
