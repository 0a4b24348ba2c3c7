"""The events of version v3: an answer starts, each of its blocks starts, grows and finishes, and the answer finishes.

The keys are those of the published types, package langchain-protocol. A model that fails raises in place of an event.
"""

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from llm_reference.messages.usage import UsageMetadata

# A block, or a delta: a dict with a `type`.
Content: TypeAlias = dict[str, Any]


class MessageStart(TypedDict):
    """The first event. The message of the whole answer has the same id.

    metadata: the names of the `model` and the `provider`, as far as they are known.
    """

    event: Literal["message-start"]
    role: Literal["ai"]
    id: str
    metadata: NotRequired[dict[str, Any]]


class BlockStart(TypedDict):
    """A block starts, without its text. `index` is its number in the message; blocks may grow in turn."""

    event: Literal["content-block-start"]
    index: int
    content: Content


class BlockDelta(TypedDict):
    """A block grows: by text, by reasoning, or by a part of the JSON of a call's arguments."""

    event: Literal["content-block-delta"]
    index: int
    delta: Content


class BlockFinish(TypedDict):
    """A block is whole. Its deltas add up to its content."""

    event: Literal["content-block-finish"]
    index: int
    content: Content


class MessageFinish(TypedDict):
    """The last event.

    usage: how many tokens the answer took.
    metadata: what the provider reports of it, such as its finish reason.
    additional_kwargs: what the provider sent and no block holds.
    """

    event: Literal["message-finish"]
    usage: NotRequired[UsageMetadata]
    metadata: NotRequired[dict[str, Any]]
    additional_kwargs: NotRequired[dict[str, Any]]


Event: TypeAlias = MessageStart | BlockStart | BlockDelta | BlockFinish | MessageFinish
