"""A plan: a chat model, what is around it, and a call. Frozen; its repr is valid code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hypothesis import strategies as st

from reference.differential.chat.messages import CHUNKS

WHOLE = ("invoke", "ainvoke", "batch", "abatch")
CALLS = (*WHOLE, "stream", "stream, closed", "astream", "astream, closed", "events v1", "events v2")
TOOL = {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {"a": {"type": "string"}}}}


@dataclass(frozen=True)
class ChatPlan:
    """One call of a chat model.

    hooks: those that the model has beside `_generate`.
    chunks: the fields of its chunks. A whole answer is their sum.
    infos: the `generation_info` of its first chunks.
    fails_at: every hook raises before this chunk.
    place: the model alone; in a chain with a prompt and a parser; or called by a function with `invoke` or `ainvoke`.
    tools: whether tools are bound, with this `tool_choice`.
    handler: the methods of the handler that record starts: both, or `on_llm_start` alone.
    """

    hooks: tuple[str, ...] = ()
    chunks: tuple[Mapping[str, Any], ...] = ({"content": "a"},)
    infos: tuple[Mapping[str, Any] | None, ...] = ()
    fails_at: int | None = None
    call: str = "invoke"
    place: Literal["alone", "chain", "called", "called in a thread"] = "alone"
    tools: bool = False
    tool_choice: str | None = None
    disable_streaming: bool | Literal["tool_calling"] = False
    handler: Literal["none", "chat", "llm"] = "none"
    is_async_handler: bool = False
    stop: list[str] | None = field(default=None)

    @property
    def streams(self) -> bool:
        """Whether the call uses a streaming hook when the consumer asks for a stream."""
        disabled = self.disable_streaming is True or (self.disable_streaming and self.tools)
        wanted = (
            {"_stream"} if self.call in ("stream", "stream, closed", "invoke", "batch") else {"_stream", "_astream"}
        )
        return not disabled and bool(wanted & {*self.hooks})


# A call in fragments. Its sum is complete: that a call which was cut off is invalid is another test.
CALL = (
    {"content": "", "tool_call_chunks": [{"name": "f", "args": "", "id": "call_1", "index": 0}]},
    {"content": "", "tool_call_chunks": [{"name": None, "args": '{"a": ', "id": None, "index": 0}]},
    {"content": "", "tool_call_chunks": [{"name": None, "args": '"b"}', "id": None, "index": 0}]},
)
_PLAIN = CHUNKS.map(lambda fields: {key: value for key, value in fields.items() if key != "tool_call_chunks"})


def plans() -> st.SearchStrategy[ChatPlan]:
    """Chat plans. Most models stream, and few fail."""
    hooks = st.sampled_from([(), ("_agenerate",), ("_stream",), ("_astream",), ("_stream", "_astream")])
    infos = st.lists(st.sampled_from([None, {"finish_reason": "stop"}, {"finish_reason": None}]), max_size=3)
    drawn = st.builds(
        ChatPlan,
        hooks=hooks,
        chunks=st.builds(
            lambda before, call, after: (*before, *call, *after),
            st.lists(_PLAIN, max_size=2),
            st.sampled_from([(), CALL]),
            st.lists(_PLAIN, max_size=2),
        ),
        infos=infos.map(tuple),
        fails_at=st.sampled_from([None, None, None, 0, 1, 2]),
        call=st.sampled_from(CALLS),
        place=st.sampled_from(["alone", "chain", "called", "called in a thread"]),
        tools=st.booleans(),
        tool_choice=st.sampled_from([None, "any", "f"]),
        disable_streaming=st.sampled_from([False, False, True, "tool_calling"]),
        handler=st.sampled_from(["none", "chat", "llm"]),
        is_async_handler=st.booleans(),
        stop=st.sampled_from([None, ["x"]]),
    )
    # Closing a chain or a binding early is a known difference, whatever the model (S1).
    return drawn.filter(lambda plan: "closed" not in plan.call or (plan.place == "alone" and not plan.tools))
