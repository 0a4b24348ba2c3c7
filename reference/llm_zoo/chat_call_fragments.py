"""Chat models whose fragments of calls are merged wrongly: their index is that of another call, or of none."""

from collections.abc import Iterable, Iterator
from itertools import count
from operator import itemgetter
from typing import ClassVar

from llm_reference import AIMessageChunk, ToolCallChunk
from llm_zoo.bases.chat import Calls, ChatDefect, FragmentDefect, with_fragments
from llm_zoo.defect import defect


@defect(
    "fragments-without-index",
    story="The fragments of a call have no index: `+` keeps them apart, and the history that is sent back with a "
    "dozen broken calls is refused.",
    citation="D118: langchain-ai/langchain#34671",
    caught_by=("calls.index",),
)
class FragmentsWithoutIndex(FragmentDefect):
    def _transform_fragment(self, fragment: ToolCallChunk, _place: int) -> ToolCallChunk:
        return {**fragment, "index": None}


@defect(
    "async-fragments-without-index",
    story="The fragments of a call have no index in `astream()` alone: an agent that works in a script breaks in a "
    "web server.",
    citation="CALL-002",
    caught_by=("calls.index",),
)
class AsyncFragmentsWithoutIndex(FragmentDefect):
    only_async = True

    def _transform_fragment(self, fragment: ToolCallChunk, _place: int) -> ToolCallChunk:
        return {**fragment, "index": None}


@defect(
    "index-counts-fragments",
    story="The index counts the fragments, not the calls: each fragment is a call, and only the first has a name.",
    citation="CALL-002",
    caught_by=("calls.one-name",),
)
class IndexCountsFragments(FragmentDefect):
    def _transform_fragment(self, fragment: ToolCallChunk, place: int) -> ToolCallChunk:
        return {**fragment, "index": place}


@defect(
    "async-index-counts-fragments",
    story="Only in `astream()` the index counts the fragments: each fragment is a call, and only the first has a name.",
    citation="CALL-002",
    caught_by=("calls.one-name",),
)
class AsyncIndexCountsFragments(IndexCountsFragments):
    only_async = True


@defect(
    "parallel-calls-become-one",
    story="All calls have the index 0, and the second has no id: the fragments of both become one call, whose "
    "arguments are two JSON objects.",
    citation="D117: langchain-ai/langchain#34807, oracle/langchain-oracle#108",
    caught_by=("calls.valid-arguments",),
)
class ParallelCallsBecomeOne(FragmentDefect):
    def _transform_fragment(self, fragment: ToolCallChunk, _place: int) -> ToolCallChunk:
        return {**fragment, "index": 0, "id": fragment["id"] if fragment["index"] == 0 else None}


@defect(
    "merged-calls-look-valid",
    story="All calls have the index 0, and the second neither an id nor arguments: the sum has one valid call of a "
    "tool that does not exist, `get_weatherlist_files`.",
    citation="D117: BerriAI/litellm#7621",
    caught_by=("calls.concat",),
)
class MergedCallsLookValid(ParallelCallsBecomeOne):
    calls: ClassVar[Calls] = (("get_weather", {"city": "Rome"}), ("list_files", {}))

    def _transform_fragment(self, fragment: ToolCallChunk, place: int) -> ToolCallChunk:
        shared = super()._transform_fragment(fragment, place)
        return {**shared, "args": "" if fragment["args"] == "{}" else fragment["args"]}


class InterleavedCalls(ChatDefect):
    """The fragments of two calls in parallel alternate. A subclass without overrides is a conforming model."""

    def _fragments(self, calls: Calls) -> Iterator[AIMessageChunk]:
        begun = [count() for _ in calls]
        chunks = [(next(begun[chunk.tool_call_chunks[0]["index"] or 0]), chunk) for chunk in super()._fragments(calls)]
        yield from (chunk for _, chunk in sorted(chunks, key=itemgetter(0)))


@defect(
    "fragments-added-to-latest-call",
    story="The adapter adds each fragment to the call that began last, whatever its index says: in parallel calls the "
    "second gets the arguments of both.",
    citation="D119: QwenLM/Qwen-Agent#943, microsoft/agent-framework#8337",
    caught_by=("calls.valid-arguments",),
)
class FragmentsAddedToLatestCall(InterleavedCalls):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        latest = 0
        for chunk in chunks:
            fragments: list[ToolCallChunk] = []
            for fragment in chunk.tool_call_chunks:
                latest = (fragment["index"] or 0) if fragment["name"] else latest
                fragments.append({**fragment, "index": latest})
            yield with_fragments(chunk, fragments)
