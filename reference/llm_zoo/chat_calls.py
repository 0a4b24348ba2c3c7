"""Chat models that lose, change or invent a whole call of a tool on one way to the answer."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

from llm_reference import AIMessage, AIMessageChunk
from llm_reference.messages.tool_call import tool_call_chunk
from llm_zoo.bases.chat import Calls, ChatDefect, new_call_id, with_fragments, without_calls
from llm_zoo.defect import defect


@defect(
    "calls-lost-in-stream",
    story="The stream passes on text only: an agent that streams takes a call of a tool for an empty answer and stops.",
    citation="CALL-001",
    caught_by=("calls.concat",),
)
class CallsLostInStream(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [with_fragments(chunk, ()) for chunk in chunks]


@defect(
    "calls-lost-in-astream",
    story="Only the asynchronous stream passes on text without the calls: the agent works in a script and stops in a "
    "web server.",
    citation="CALL-001",
    caught_by=("calls.async-parity",),
)
class CallsLostInAstream(ChatDefect):
    def _transform_async_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [with_fragments(chunk, ()) for chunk in chunks]


@defect(
    "calls-lost-in-ainvoke",
    story="`ainvoke()` makes its message of the text alone: the calls of the answer are lost.",
    citation="CALL-001",
    caught_by=("calls.async-parity",),
)
class CallsLostInAinvoke(ChatDefect):
    def _transform_async_message(self, message: AIMessage) -> AIMessage:
        return without_calls(message)


@defect(
    "calls-in-kwargs-only",
    story="The stream has the calls in `additional_kwargs` as the provider sends them, and none in `tool_calls`: code "
    "that works with `invoke()` sees no call.",
    citation="CALL-001",
    caught_by=("calls.concat",),
)
class CallsInKwargsOnly(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        for chunk in chunks:
            sent = [{"index": part["index"], "function": part["args"]} for part in chunk.tool_call_chunks]
            kwargs = {**chunk.additional_kwargs, **({"tool_calls": sent} if sent else {})}
            yield replace(with_fragments(chunk, ()), additional_kwargs=kwargs)


@defect(
    "last-call-only",
    story="The stream keeps one call, the latest: of two calls in parallel only the second is made.",
    citation="CALL-001",
    caught_by=("calls.concat",),
)
class LastCallOnly(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        last = len(self.calls) - 1
        return [with_fragments(chunk, [p for p in chunk.tool_call_chunks if p["index"] == last]) for chunk in chunks]


@defect(
    "calls-reversed",
    story="The stream gives the calls in another order than `invoke()`: a file is read before it is written.",
    citation="CALL-001",
    caught_by=("calls.concat",),
)
class CallsReversed(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        first, second = ([c for c in chunks if [p["index"] for p in c.tool_call_chunks] == [index]] for index in (0, 1))
        return [*(chunk for chunk in chunks if not chunk.tool_call_chunks), *second, *first]


@defect(
    "equal-calls-become-one",
    story="The stream drops a call that is equal to an earlier one: of two coins that are tossed, one is.",
    citation="CALL-001",
    caught_by=("calls.concat",),
)
class EqualCallsBecomeOne(ChatDefect):
    calls: ClassVar[Calls] = (("toss_coin", {"sides": 2}), ("toss_coin", {"sides": 2}))

    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [with_fragments(chunk, [p for p in chunk.tool_call_chunks if p["index"] == 0]) for chunk in chunks]


@defect(
    "call-appears-twice",
    story="When a call is complete, the stream yields it once more as a whole: each tool runs twice.",
    citation="CALL-001",
    caught_by=("calls.concat",),
)
class CallAppearsTwice(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        *others, last = chunks
        whole = [
            tool_call_chunk(name=name, args=json.dumps(args), id=new_call_id(), index=index + len(self.calls))
            for index, (name, args) in enumerate(self.calls)
        ]
        yield from (*others, AIMessageChunk(tool_call_chunks=whole, id=last.id), last)


@defect(
    "call-without-arguments-lost",
    story="A call without arguments is taken for one that has not begun: the stream drops it, and the tool never runs.",
    citation="D121: BerriAI/litellm#5063",
    caught_by=("calls.concat",),
)
class CallWithoutArgumentsLost(ChatDefect):
    calls: ClassVar[Calls] = (("get_weather", {"city": "Rome"}), ("list_files", {}))

    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        listed = [*chunks]
        begun = {part["index"] for chunk in listed for part in chunk.tool_call_chunks if part["args"] not in ("", "{}")}
        return [with_fragments(chunk, [p for p in chunk.tool_call_chunks if p["index"] in begun]) for chunk in listed]


@defect(
    "empty-arguments-crash",
    story="A tool without parameters gets no text as its arguments, and the stream parses that as JSON: it raises at "
    "the end of an answer that `invoke()` gives.",
    citation="D121: activeagents/activeagent#299, ItzCrazyKns/Vane#1160",
    caught_by=("stream.completes",),
)
class EmptyArgumentsCrash(ChatDefect):
    calls: ClassVar[Calls] = (("list_files", {}),)

    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        for chunk in chunks:
            yield chunk
            if any(fragment["args"] == "" for fragment in chunk.tool_call_chunks):
                json.loads("")


@defect(
    "fake-drops-call-alone",
    story="A fake streams the words of its message: an answer that is a call alone has no words, so that the stream "
    "carries nothing, and tests of an agent pass over its tools.",
    citation="D017: langchain-ai/langchain#37873",
    caught_by=("calls.concat",),
)
class FakeDropsCallAlone(ChatDefect):
    def _reasoning(self) -> list[AIMessageChunk]:
        return []

    def _text(self, word: str) -> AIMessageChunk:  # noqa: ARG002  # the answer is a call alone
        return AIMessageChunk("")

    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        *_, last = chunks
        yield with_fragments(last, ())


@defect(
    "call-as-markup",
    story="The model writes a call as markup, and only `invoke()` parses it: the stream shows the markup to the user.",
    citation="CALL-001",
    caught_by=("stream.concat",),
)
class CallAsMarkup(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        for chunk in chunks:
            markup = "".join(part["args"] or f"<call>{part['name']}" for part in chunk.tool_call_chunks)
            yield replace(with_fragments(chunk, ()), content=f"{chunk.content}{markup}")


@defect(
    "text-repeated-after-calls",
    story="Once the calls are complete, the stream repeats the text before them.",
    citation="D025: spring-projects/spring-ai#4126",
    caught_by=("stream.concat",),
)
class TextRepeatedAfterCalls(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        *others, last = chunks
        yield from (*others, replace(last, content="".join(chunk.text for chunk in others)))


@defect(
    "arguments-as-text",
    story="`invoke()` gives the arguments of a call as the JSON text that the provider sends, in a dict of their own.",
    citation="CALL-001",
    caught_by=("calls.concat",),
)
class ArgumentsAsText(ChatDefect):
    def _transform_message(self, message: AIMessage) -> AIMessage:
        calls: Any = [{**call, "args": {"arguments": json.dumps(call["args"])}} for call in message.tool_calls]
        return replace(message, tool_calls=calls)


@defect(
    "numbers-become-text",
    story="`ainvoke()` converts all arguments of a call to text: a tool that expects a number raises.",
    citation="CALL-001",
    caught_by=("calls.async-parity",),
)
class NumbersBecomeText(ChatDefect):
    def _transform_async_message(self, message: AIMessage) -> AIMessage:
        calls: Any = [
            {**call, "args": {name: str(value) for name, value in call["args"].items()}} for call in message.tool_calls
        ]
        return replace(message, tool_calls=calls)


@defect(
    "calls-lost-in-batch",
    story="The batch makes its messages of the texts of one request: the calls of its answers are lost.",
    citation="BATCH-002",
    caught_by=("calls.batch",),
)
class CallsLostInBatch(ChatDefect):
    def batch(self, *args: Any, **kwargs: Any) -> Any:
        return [_text_alone(answer) for answer in super().batch(*args, **kwargs)]

    async def abatch(self, *args: Any, **kwargs: Any) -> Any:
        return [_text_alone(answer) for answer in await super().abatch(*args, **kwargs)]


def _text_alone(answer: Any) -> Any:
    return without_calls(answer) if isinstance(answer, AIMessage) else answer
