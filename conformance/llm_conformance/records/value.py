"""One value that came out of a model, and how a finding shows it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Value:
    """One value that came out of a model.

    type: the qualified name of its class, such as "str" or "langchain_core.messages.ai.AIMessage".
    base: the built-in it is an instance of ("str" for any subclass of str), else "object".
    text: its text as the contract defines the text of a chunk; None where it has none.
    scalar: its value where it is a number, a boolean or None.
    fields: the items of a dict by key, of a list or tuple by position ("0", "1", ..); of a chunk or a message what the
        provider said of it, as "generation_info" or "response_metadata".
    """

    type: str
    base: str
    text: str | None = None
    scalar: bool | int | float | None = None
    fields: dict[str, Value] = field(default_factory=dict)

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
    """Literal text of a model in a finding, cut where its chunks end."""

    chunks: tuple[str, ...]

    @property
    def whole(self) -> str:
        """The chunks, added up."""
        return "".join(self.chunks)


Display = str | Text


def one_line(shown: Display) -> str:
    """A finding's side on one line of words: prose as it is, literal text as Python writes it."""
    return shown if isinstance(shown, str) else repr(shown.whole)
