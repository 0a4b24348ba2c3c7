"""Chat models whose structured output is right as a dict, and wrong as a class or with the message."""

# ruff: noqa: ARG002  # every hook keeps the full signature

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import AIMessage, JsonOutputKeyToolsParser, Runnable
from llm_reference.runnables.step import InvokeStep
from llm_reference.runnables.streaming_step import TransformStep
from llm_zoo.bases.scripted_chat import ScriptedChatModel
from llm_zoo.defect import defect


class _OfClass(JsonOutputKeyToolsParser):
    """Gives an object of the class. A stream constructs it of the first arguments, unchecked, and does not go on."""

    schema: Any

    def _invoke(self, value: AIMessage, run: Any, **kwargs: Any) -> Any:
        return self.schema(**super()._invoke(value, run))

    def _transform(self, pieces: Iterator[AIMessage], run: Any, **kwargs: Any) -> Iterator[Any]:
        for call in self._calls(list(pieces)):
            yield self.schema.model_construct(**call)

    async def _atransform(self, pieces: AsyncIterator[AIMessage], run: Any, **kwargs: Any) -> AsyncIterator[Any]:
        for call in self._calls([piece async for piece in pieces]):
            yield self.schema.model_construct(**call)

    def _calls(self, pieces: list[AIMessage]) -> Iterator[dict[str, Any]]:
        """The arguments until the first field is whole."""
        total: Any = None
        for piece in pieces:
            total = piece if total is None else total + piece
            for call in total.tool_calls:
                yield call["args"]
                if len(call["args"]) > 1:
                    return


@defect(
    "class-without-end-in-streams",
    story="With a pydantic class, the stream of structured output ends with the first two fields: the program goes on "
    "with an object that was never validated.",
    citation="CALL-008",
    caught_by=("tools.structured-class",),
    script=True,
)
class ClassWithoutEndInStreams(ScriptedChatModel):
    def with_structured_output(self, schema: Any) -> Runnable[Any, Any]:
        if not isinstance(schema, type):
            return super().with_structured_output(schema)
        parser = _OfClass(key_name=schema.__name__, first_tool_only=True, schema=schema)
        return self.bind_tools([schema], tool_choice="any") | parser


class _WithRaw(InvokeStep[AIMessage, Any], TransformStep[AIMessage, Any]):
    """Gives the message and the object that it is read from. A stream has the message alone."""

    parser: JsonOutputKeyToolsParser

    def _invoke(self, value: AIMessage, run: Any, **kwargs: Any) -> Any:
        return {"raw": value, "parsed": self.parser.invoke(value), "parsing_error": None}

    async def _ainvoke(self, value: AIMessage, run: Any, **kwargs: Any) -> Any:
        return self._invoke(value, run)

    def _transform(self, pieces: Iterator[AIMessage], run: Any, **kwargs: Any) -> Iterator[Any]:
        for piece in pieces:
            yield {"raw": piece}

    async def _atransform(self, pieces: AsyncIterator[AIMessage], run: Any, **kwargs: Any) -> AsyncIterator[Any]:
        async for piece in pieces:
            yield {"raw": piece}


@defect(
    "parsed-missing-in-streams",
    story="With `include_raw=True`, a stream passes the message on and never parses it: the object that `invoke()` "
    "gives is not there.",
    citation="CALL-008",
    caught_by=("tools.structured-raw",),
    script=True,
)
class ParsedMissingInStreams(ScriptedChatModel):
    def with_structured_output(self, schema: Any, *, include_raw: bool = False) -> Runnable[Any, Any]:
        if not include_raw:
            return super().with_structured_output(schema)
        parser = JsonOutputKeyToolsParser(key_name=schema["title"], first_tool_only=True)
        return self.bind_tools([schema], tool_choice="any") | _WithRaw(parser=parser)


class _MessageAloneOnLoop(_WithRaw):
    """Is right but in `ainvoke()`, which does not parse the message."""

    async def _ainvoke(self, value: AIMessage, run: Any, **kwargs: Any) -> Any:
        return {"raw": value, "parsed": None, "parsing_error": None}

    def _transform(self, pieces: Iterator[AIMessage], run: Any, **kwargs: Any) -> Iterator[Any]:
        total: Any = None
        for piece in pieces:
            total = piece if total is None else total + piece
            yield {"raw": piece}
        yield {"parsed": self.parser.invoke(total)}

    async def _atransform(self, pieces: AsyncIterator[AIMessage], run: Any, **kwargs: Any) -> AsyncIterator[Any]:
        for part in self._transform(iter([piece async for piece in pieces]), run):
            yield part


@defect(
    "parsed-missing-on-loops",
    story="With `include_raw=True`, `ainvoke()` returns the message and never parses it: a server gets no object, "
    "where a script with `invoke()` does.",
    citation="CALL-008",
    caught_by=("tools.structured-raw",),
    script=True,
)
class ParsedMissingOnLoops(ScriptedChatModel):
    def with_structured_output(self, schema: Any, *, include_raw: bool = False) -> Runnable[Any, Any]:
        if not include_raw:
            return super().with_structured_output(schema)
        parser = JsonOutputKeyToolsParser(key_name=schema["title"], first_tool_only=True)
        return self.bind_tools([schema], tool_choice="any") | _MessageAloneOnLoop(parser=parser)
