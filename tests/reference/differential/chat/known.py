"""The known differences of chat models: they rewrite what one library does into what the other does."""

from typing import Any

from reference.differential.chat.plan import WHOLE, ChatPlan


def as_theirs(plan: ChatPlan, ours: dict[str, Any]) -> dict[str, Any]:
    """Rewrite what was recorded of the reference, for all differences but S3."""
    for rewrite in DIFFERENCES.values():
        ours = rewrite(plan, ours)
    return ours


def without_ends_of_failed_runs(plan: ChatPlan, theirs: dict[str, Any]) -> dict[str, Any]:
    """S3: langchain-core's v1 ends nested runs that failed."""
    if plan.call != "events v1" or not theirs["error"]:
        return theirs
    ends = ("on_chat_model_end", "on_parser_end")
    return {**theirs, "items": [event for event in theirs["items"] if event["event"] not in ends]}


def _s22(plan: ChatPlan, ours: dict[str, Any]) -> dict[str, Any]:
    """The only chunk of a model that does not stream is a message."""
    if plan.streams or plan.call in WHOLE:
        return ours
    return {**ours, "items": _mapped(_as_message, ours["items"])}


def _s2(plan: ChatPlan, ours: dict[str, Any]) -> dict[str, Any]:
    """The events of v2 omit that chunk."""
    if plan.call != "events v2" or plan.place != "alone" or plan.streams:
        return ours
    return {**ours, "items": [event for event in ours["items"] if event["event"] != "on_chat_model_stream"]}


def _s13(plan: ChatPlan, ours: dict[str, Any]) -> dict[str, Any]:
    """The empty chunk that ends a stream is not a part of the sum that handlers and the end event of v2 get."""
    if any(fields.get("chunk_position") for fields in plan.chunks):
        return ours

    def without_last(value: dict[str, Any]) -> dict[str, Any]:
        return {**value, "chunk_position": None} if value.get("chunk_position") == "last" else value

    calls = [
        [name, _mapped(without_last, args) if name == "on_llm_end" else args, extra]
        for name, args, extra in ours["callbacks"]
    ]
    items = [
        {**item, "data": _mapped(without_last, item["data"])} if _is_end(plan, item) else item for item in ours["items"]
    ]
    return {**ours, "callbacks": calls, "items": items}


def _is_end(plan: ChatPlan, item: Any) -> bool:
    is_end = plan.call.startswith("events") and item["event"] == "on_chat_model_end"
    # The root's output in v1 is the sum of its chunks, the last one included.
    return is_end and not (plan.call == "events v1" and plan.place == "alone")


def _as_message(value: dict[str, Any]) -> dict[str, Any]:
    if value.get("class") != "AIMessageChunk":
        return value
    gone = ("tool_call_chunks", "chunk_position")
    return {**{key: each for key, each in value.items() if key not in gone}, "class": "AIMessage"}


def _mapped(change: Any, value: Any) -> Any:
    """The value with every dict in it changed."""
    if isinstance(value, dict):
        return change({key: _mapped(change, each) for key, each in value.items()})
    return [_mapped(change, each) for each in value] if isinstance(value, list) else value


# The order matters: each one gets what the one before it has rewritten.
DIFFERENCES = {"S22": _s22, "S2": _s2, "S13": _s13}
