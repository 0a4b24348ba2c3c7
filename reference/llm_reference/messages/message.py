"""The messages of a conversation: of a human, of the system, of the model, and of a tool."""

from dataclasses import KW_ONLY, dataclass, field, fields
from typing import Any, ClassVar, Literal

from llm_reference.messages.merge import Content
from llm_reference.messages.tool_call import InvalidToolCall, ToolCall, invalid_tool_call, tool_call, without_type
from llm_reference.messages.usage import UsageMetadata


@dataclass(slots=True, repr=False)
class BaseMessage:
    """What all messages have.

    content: text, or a list of blocks: dicts with a `type`, such as "text", "thinking" or "image_url".
    additional_kwargs: what the provider sent and no other field holds.
    response_metadata: what the provider reports of its answer, such as its finish reason.
    """

    type: ClassVar[str]

    content: Content = ""
    _: KW_ONLY
    additional_kwargs: dict[str, Any] = field(default_factory=dict)
    response_metadata: dict[str, Any] = field(default_factory=dict)
    name: str | None = None
    id: str | None = None

    @property
    def text(self) -> str:
        """The text of the content, without blocks of other kinds."""
        return content_text(self.content)

    def __repr__(self) -> str:
        """Show the content, and what else the message has."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        shown = (f"{name}={value!r}" for name, value in values.items() if name == "content" or value)
        return f"{type(self).__name__}({', '.join(shown)})"


@dataclass(slots=True, repr=False)
class HumanMessage(BaseMessage):
    """A message of the user."""

    type: ClassVar[str] = "human"


@dataclass(slots=True, repr=False)
class SystemMessage(BaseMessage):
    """Instructions for the model."""

    type: ClassVar[str] = "system"


@dataclass(slots=True, repr=False)
class ToolMessage(BaseMessage):
    """The result of a call. `tool_call_id` is the id of that call."""

    type: ClassVar[str] = "tool"

    _: KW_ONLY
    tool_call_id: str
    status: Literal["success", "error"] = "success"


@dataclass(slots=True, repr=False)
class AIMessage(BaseMessage):
    """A message of the model. Its calls of tools may come with text or alone."""

    type: ClassVar[str] = "ai"

    _: KW_ONLY
    tool_calls: list[ToolCall] = field(default_factory=list)
    invalid_tool_calls: list[InvalidToolCall] = field(default_factory=list)
    usage_metadata: UsageMetadata | None = None

    def __post_init__(self) -> None:
        """Add what a call may lack: its `type`."""
        calls, invalid = self.tool_calls, self.invalid_tool_calls
        self.tool_calls = [tool_call(**without_type(call)) for call in calls]
        self.invalid_tool_calls = [invalid_tool_call(**without_type(call)) for call in invalid]


def content_text(content: Content) -> str:
    """Return the text of a content: the texts of its text blocks, joined."""
    if isinstance(content, str):
        return content
    return "".join(_block_text(block) for block in content)


def _block_text(block: str | dict[str, Any]) -> str:
    text = block if isinstance(block, str) else block.get("text") if block.get("type") == "text" else None
    return text if isinstance(text, str) else ""
