"""Chat models whose calls lose, repeat or share a name or an id in a stream."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from llm_reference import AIMessageChunk, ToolCallChunk
from llm_zoo.bases.chat import ChatDefect, FragmentDefect, new_call_id, with_fragments
from llm_zoo.defect import defect


@defect(
    "placeholder-call-id",
    story="The provider sends the id `null` with all fragments but the first, and the adapter takes it for an id: the "
    "fragments are a second call, without a name.",
    citation="D118: langchain-ai/langchainjs#11373",
    caught_by=("calls.one-name",),
)
class PlaceholderCallId(FragmentDefect):
    def _transform_fragment(self, fragment: ToolCallChunk, _place: int) -> ToolCallChunk:
        return {**fragment, "id": fragment["id"] or "null"}


@defect(
    "id-for-each-fragment",
    story="The adapter makes an id where the provider sends none, for each fragment: no two of them are one call.",
    citation="CALL-003",
    caught_by=("calls.one-name",),
)
class IdForEachFragment(FragmentDefect):
    def _transform_fragment(self, fragment: ToolCallChunk, _place: int) -> ToolCallChunk:
        return {**fragment, "id": new_call_id()}


@defect(
    "name-in-each-fragment",
    story="The name of a call comes with each of its fragments: the sum asks for `get_weatherget_weatherget_weather`.",
    citation="CALL-003",
    caught_by=("calls.one-name",),
)
class NameInEachFragment(FragmentDefect):
    def _transform_fragment(self, fragment: ToolCallChunk, _place: int) -> ToolCallChunk:
        return {**fragment, "name": self.calls[fragment["index"] or 0][0]}


@defect(
    "async-name-in-each-fragment",
    story="In `astream()` the name of a call comes with each of its fragments, and `+` joins them.",
    citation="CALL-003",
    caught_by=("calls.one-name",),
)
class AsyncNameInEachFragment(NameInEachFragment):
    only_async = True


class _JoinsIds(AIMessageChunk):
    """A chunk whose sum joins the ids of a call's fragments, as old versions of langchain-core do."""

    def __add__(self, other: Any) -> AIMessageChunk:
        others: Sequence[AIMessageChunk] = [other] if isinstance(other, AIMessageChunk) else other
        chunks = [self, *others]
        without = [with_fragments(c, [{**part, "id": None} for part in c.tool_call_chunks]) for c in chunks]
        total = AIMessageChunk.__add__(without[0], without[1:])
        ids: dict[Any, str] = {}
        for part in (part for chunk in chunks for part in chunk.tool_call_chunks):
            ids[part["index"]] = ids.get(part["index"], "") + (part["id"] or "")
        return with_fragments(total, [{**part, "id": ids[part["index"]]} for part in total.tool_call_chunks])


@defect(
    "id-in-each-fragment",
    story="The id of a call comes with each of its fragments, and the chunks join it like text: the result of the "
    "tool is sent back under an id that the provider does not know.",
    citation="D120: BerriAI/litellm#8990",
    caught_by=("calls.one-name",),
)
class IdInEachFragment(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        ids: dict[Any, str | None] = {}
        for chunk in chunks:
            parts: Any = [{**part, "id": ids.setdefault(part["index"], part["id"])} for part in chunk.tool_call_chunks]
            yield _JoinsIds(
                chunk.content,
                additional_kwargs=chunk.additional_kwargs,
                response_metadata=chunk.response_metadata,
                usage_metadata=chunk.usage_metadata,
                id=chunk.id,
                tool_call_chunks=parts,
            )


@defect(
    "call-name-lost",
    story="The stream gives the arguments of a call without its name: the agent does not know which tool to run.",
    citation="CALL-003",
    caught_by=("calls.one-name",),
)
class CallNameLost(FragmentDefect):
    def _transform_fragment(self, fragment: ToolCallChunk, _place: int) -> ToolCallChunk:
        return {**fragment, "name": None}


@defect(
    "call-id-lost",
    story="The calls of a stream have no id: the result of a tool cannot be assigned to its call, and the provider "
    "refuses the next request.",
    citation="CALL-003",
    caught_by=("calls.one-name",),
)
class CallIdLost(FragmentDefect):
    def _transform_fragment(self, fragment: ToolCallChunk, _place: int) -> ToolCallChunk:
        return {**fragment, "id": None}


@defect(
    "calls-share-an-id",
    story="All calls of an answer have the id of the answer: the results of two tools are assigned to one call.",
    citation="CALL-003",
    caught_by=("calls.one-name",),
)
class CallsShareAnId(FragmentDefect):
    def _transform_fragment(self, fragment: ToolCallChunk, _place: int) -> ToolCallChunk:
        return {**fragment, "id": "call_0" if fragment["id"] else None}
