"""Chat models whose fragments of arguments are cut, repeated, stripped or exchanged."""

from collections.abc import Iterable, Iterator
from typing import Any

from llm_reference import AIMessageChunk, ToolCallChunk
from llm_reference.messages.tool_call import tool_call_chunk
from llm_zoo.bases.chat import ChatDefect, FragmentDefect
from llm_zoo.defect import defect


@defect(
    "arguments-appended-whole",
    story="The event that ends a call has the whole arguments, and the stream appends them to the fragments: no call "
    "is valid.",
    citation="CALL-004",
    caught_by=("calls.valid-arguments",),
)
class ArgumentsAppendedWhole(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        seen: dict[Any, str] = {}
        for chunk in chunks:
            for part in chunk.tool_call_chunks:
                seen[part["index"]] = seen.get(part["index"], "") + (part["args"] or "")
            yield chunk
        yield AIMessageChunk(tool_call_chunks=[tool_call_chunk(args=args, index=at) for at, args in seen.items()])


@defect(
    "async-arguments-appended-whole",
    story="Only `astream()` appends the whole arguments of a call to its fragments: no call of it is valid.",
    citation="CALL-004",
    caught_by=("calls.valid-arguments",),
)
class AsyncArgumentsAppendedWhole(ArgumentsAppendedWhole):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        yield from chunks

    def _transform_async_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        yield from super()._transform_chunks(chunks)


@defect(
    "arguments-as-python",
    story="The arguments in the stream are the text of a Python dict, with single quotes: it is not JSON.",
    citation="CALL-004",
    caught_by=("calls.valid-arguments",),
)
class ArgumentsAsPython(FragmentDefect):
    def _transform_fragment(self, fragment: ToolCallChunk, _place: int) -> ToolCallChunk:
        return {**fragment, "args": (fragment["args"] or "").replace('"', "'")}


@defect(
    "arguments-cut",
    story="The end of the arguments is lost. Parsers of partial JSON accept the rest, so that a tool runs "
    "with an argument that was cut off.",
    citation="CALL-004",
    caught_by=("calls.valid-arguments",),
)
class ArgumentsCut(FragmentDefect):
    def _transform_fragment(self, fragment: ToolCallChunk, _place: int) -> ToolCallChunk:
        args = fragment["args"] or ""
        return {**fragment, "args": args[: len(args) // 2] if args.endswith("}") else args}


@defect(
    "argument-spaces-stripped",
    story="The adapter strips each fragment of the arguments: `New York` arrives as `NewYork`.",
    citation="CALL-001",
    caught_by=("calls.concat",),
)
class ArgumentSpacesStripped(FragmentDefect):
    def _transform_fragment(self, fragment: ToolCallChunk, _place: int) -> ToolCallChunk:
        return {**fragment, "args": (fragment["args"] or "").strip()}


@defect(
    "async-arguments-escaped-twice",
    story="`astream()` escapes arguments that are escaped already: a tool gets `S\\u00e3o` as the name of a city.",
    citation="CALL-001",
    caught_by=("calls.async-parity",),
)
class AsyncArgumentsEscapedTwice(FragmentDefect):
    only_async = True

    def _transform_fragment(self, fragment: ToolCallChunk, _place: int) -> ToolCallChunk:
        return {**fragment, "args": (fragment["args"] or "").replace("\\u", "\\\\u")}


@defect(
    "arguments-of-another-call",
    story="The arguments of two calls in parallel are exchanged: each tool gets what was meant for the other, and "
    "nothing raises.",
    citation="D119: spring-ai-alibaba/spring-ai-extensions#291",
    caught_by=("calls.concat",),
)
class ArgumentsOfAnotherCall(FragmentDefect):
    def _transform_fragment(self, fragment: ToolCallChunk, _place: int) -> ToolCallChunk:
        return fragment if fragment["name"] else {**fragment, "index": 1 - (fragment["index"] or 0)}
