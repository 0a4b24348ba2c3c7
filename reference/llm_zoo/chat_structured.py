"""Chat models whose structured output lacks its end, comes late or in pieces."""

# ruff: noqa: A002, ARG002  # every hook keeps the full signature, with langchain-core's names

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from itertools import pairwise
from typing import Any, ClassVar

from llm_reference import AIMessage, EchoChatModel, JsonOutputKeyToolsParser, Runnable, RunnableBinding
from llm_zoo.bases.scripted_chat import ScriptedChatModel
from llm_zoo.defect import defect


class _OneBehind(JsonOutputKeyToolsParser):
    """Yields each object when the next one comes, to leave out the last one that may be incomplete."""

    def _transform(self, pieces: Iterator[AIMessage], run: Any, **kwargs: Any) -> Iterator[Any]:
        for before, _ in pairwise(super()._transform(pieces, run)):
            yield before

    async def _atransform(self, pieces: AsyncIterator[AIMessage], run: Any, **kwargs: Any) -> AsyncIterator[Any]:
        before: Any = None
        async for parsed in super()._atransform(pieces, run):
            if before is not None:
                yield before
            before = parsed


class _WhenWhole(JsonOutputKeyToolsParser):
    """Parses the call when it is whole."""

    def _transform(self, pieces: Iterator[AIMessage], run: Any, **kwargs: Any) -> Iterator[Any]:
        yield list(super()._transform(pieces, run))[-1]

    async def _atransform(self, pieces: AsyncIterator[AIMessage], run: Any, **kwargs: Any) -> AsyncIterator[Any]:
        yield [parsed async for parsed in super()._atransform(pieces, run)][-1]


class _Structured(ScriptedChatModel):
    parser: ClassVar[type[JsonOutputKeyToolsParser]]

    def with_structured_output(self, schema: Any) -> Runnable[Any, Any]:
        parser = self.parser(key_name=schema["title"], first_tool_only=True)
        return self.bind_tools([schema], tool_choice="any") | parser


@defect(
    "last-object-missing",
    story="The parser of structured output yields an object when the next one comes, and forgets the last one: a form "
    "that is filled from the stream lacks its last field.",
    citation="CALL-008",
    caught_by=("tools.structured",),
    script=True,
)
class LastObjectMissing(_Structured):
    parser = _OneBehind


@defect(
    "object-when-whole",
    story="Structured output is parsed when the call is whole: a form that could fill while the model writes stays "
    "empty until the end.",
    citation="CALL-006",
    caught_by=("tools.partial-objects",),
    script=True,
)
class ObjectWhenWhole(_Structured):
    parser = _WhenWhole


class _OnlyNew(JsonOutputKeyToolsParser):
    """Yields what is new in the object, and the object at the end."""

    def _transform(self, pieces: Iterator[AIMessage], run: Any, **kwargs: Any) -> Iterator[Any]:
        before: dict[str, Any] = {}
        for parsed in super()._transform(pieces, run):
            yield {key: value for key, value in parsed.items() if before.get(key) != value}
            before = parsed
        yield before

    async def _atransform(self, pieces: AsyncIterator[AIMessage], run: Any, **kwargs: Any) -> AsyncIterator[Any]:
        before: dict[str, Any] = {}
        async for parsed in super()._atransform(pieces, run):
            yield {key: value for key, value in parsed.items() if before.get(key) != value}
            before = parsed
        yield before


@defect(
    "object-in-pieces",
    story="Structured output yields what is new, and the object at the end: a form that shows each object loses the "
    "field before as soon as the next one begins.",
    citation="CALL-006",
    caught_by=("tools.partial-objects",),
    script=True,
)
class ObjectInPieces(_Structured):
    parser = _OnlyNew


class _WithoutLastEvent(RunnableBinding[Any, Any]):
    """Passes each stream event on when the next one comes."""

    async def astream_events(self, input: Any, config: Any = None, **kwargs: Any) -> AsyncGenerator[Any, None]:
        held: Any = None
        async for event in self.bound.astream_events(input, config, **kwargs):
            if event["event"] != "on_chain_stream":
                yield event
                continue
            if held is not None:
                yield held
            held = event


@defect(
    "last-object-missing-in-events",
    story="The events of structured output end before the last object: an interface that reads events shows a form "
    "without its last field.",
    citation="CALL-008",
    caught_by=("tools.structured",),
    script=True,
)
class LastObjectMissingInEvents(ScriptedChatModel):
    def with_structured_output(self, schema: Any) -> Runnable[Any, Any]:
        return _WithoutLastEvent(bound=super().with_structured_output(schema))


@defect(
    "own-object-without-end",
    story="The parser of structured output forgets the last object of a stream. The class does not take its answers "
    "from a script, so only an object of its own shows it.",
    citation="CALL-008",
    caught_by=("tools.own-objects",),
)
class OwnObjectWithoutEnd(EchoChatModel):
    def with_structured_output(self, schema: Any) -> Runnable[Any, Any]:
        parser = _OneBehind(key_name=schema["title"], first_tool_only=True)
        return self.bind_tools([schema], tool_choice="any") | parser


@defect(
    "schema-changed-in-place",
    story="`with_structured_output()` takes the title out of the caller's schema, to name the tool with it: the second "
    "call with the same schema has no name for its tool.",
    citation="CONF-010",
    caught_by=("tools.not-mutated",),
)
class SchemaChangedInPlace(EchoChatModel):
    def with_structured_output(self, schema: Any, **kwargs: Any) -> Runnable[Any, Any]:
        structured = super().with_structured_output({**schema}, **kwargs)
        if isinstance(schema, dict):
            schema.pop("title", None)
        return structured
