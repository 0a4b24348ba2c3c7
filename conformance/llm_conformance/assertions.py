"""Assertions on one stream, for an author's own tests. No run, no plugin and no other check takes part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, Self

from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe.message_sum import MessageSum
from llm_conformance.records import Display, Finding, Text, Value, first_difference
from llm_conformance.records.message import Message, ToolCall
from llm_conformance.report.escape import cut_middle, shown_in_full
from llm_conformance.report.finding import Layout, sides_lines
from llm_conformance.report.lines import escape_line, labelled, terminal_width

# Columns of all chunks.
_LONGEST = 1000
# A call of a tool: its name, or its name and its arguments.
Call = str | tuple[str, Mapping[str, Any]]


def assert_stream(llm: Any, prompt: Any, **kwargs: Any) -> StreamAssertions:
    """Read `llm.stream(prompt, **kwargs)` to its end; what it gave is then asserted by the methods of the result.

    An exception of the model is raised as it is, with the chunks that came before it as a note.
    """
    __tracebackhide__ = True
    read = StreamAssertions(f"stream() of {type(llm).__qualname__}")
    try:
        for chunk in llm.stream(prompt, **kwargs):
            read.add(chunk)
    except Exception as error:
        error.add_note(read.note)
        raise
    return read


async def assert_astream(llm: Any, prompt: Any, **kwargs: Any) -> StreamAssertions:
    """Read `llm.astream(prompt, **kwargs)` to its end, as `assert_stream` reads `stream()`.

    `(await assert_astream(llm, prompt)).text("hello")`: a call that is not awaited has no methods, so it cannot pass.
    """
    __tracebackhide__ = True
    read = StreamAssertions(f"astream() of {type(llm).__qualname__}")
    try:
        async for chunk in llm.astream(prompt, **kwargs):
            read.add(chunk)
    except Exception as error:
        error.add_note(read.note)
        raise
    return read


class StreamAssertions:
    """What a stream gave. Each method asserts one thing and returns the same object, so that calls can be chained.

    AssertionError shows what was expected, and the chunks with `|` between them; control characters are escaped.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._recorder = Recorder()
        self._sum = MessageSum(self._recorder)
        self._chunks: list[Value] = []

    def add(self, chunk: Any) -> None:
        """Take the next chunk."""
        self._chunks.append(self._recorder.value(chunk))
        self._sum.add(chunk)

    @property
    def note(self) -> str:
        """The chunks until now, for an exception that ends the stream."""
        return escape_line(f"{self._name} gave {self._count} before: {shown_in_full(self._as_text)}")

    def text(self, expected: str) -> Self:
        """The texts of the chunks, joined, are `expected`, character for character."""
        __tracebackhide__ = True
        actual = Text(tuple(one.text or "" for one in self._chunks))
        if actual.whole != expected:
            at = first_difference(expected, actual.whole)
            self._fail("the text differs", Text((expected,)), actual, at)
        return self

    def tool_calls(self, *expected: Call) -> Self:
        """The sum of the chunks has these calls of tools in this order, and no others; without arguments, none.

        expected: the name of a tool, or its name and its arguments: `("weather", {"city": "Paris"})`.
        """
        __tracebackhide__ = True
        message = self._message()
        if message is not None and message.invalid_calls:
            invalid = _calls(one.text for one in message.invalid_calls)
            self._fail("the arguments of a call are not JSON", "valid calls", invalid)
        calls = message.calls if message is not None else ()
        if len(calls) != len(expected) or not all(map(_is, calls, expected)):
            self._fail("the calls of tools differ", _calls(map(_text, expected)), _calls(one.text for one in calls))
        return self

    def finish_reason(self, expected: str) -> Self:
        """The sum of the chunks says why the answer ended, in its metadata: "stop", "length", "tool_calls", .."""
        __tracebackhide__ = True
        message = self._message()
        actual = message.finish if message is not None else ""
        if actual != expected:
            self._fail("the finish reason differs", expected, actual or "a stream without a finish reason")
        return self

    def chunks(self, *, at_least: int = 1, at_most: int | None = None) -> Self:
        """So many chunks carry something of the answer: text, a call or a thought. Chunks of metadata do not count."""
        __tracebackhide__ = True
        count = sum(one.carries_answer for one in self._chunks)
        if count < at_least or (at_most is not None and count > at_most):
            limit = f"at least {at_least}" if count < at_least else f"at most {at_most}"
            self._fail("the number of chunks differs", f"{limit} that carry something of the answer", str(count))
        return self

    @property
    def _count(self) -> str:
        return f"{len(self._chunks)} chunk{'s' * (len(self._chunks) != 1)}"

    @property
    def _as_text(self) -> Text:
        """The chunks with the fragments of calls that they carry."""
        return Text(tuple(f"{one.text or ''}{_fragments(one)}" for one in self._chunks))

    def _message(self) -> Message | None:
        """The sum of the chunks; None of a model whose chunks are texts."""
        __tracebackhide__ = True
        if (raised := self._sum.raised) is not None:
            self._fail("the chunks do not add up", "a sum of the chunks, by their `+`", raised.text)
        total = self._sum.total
        return None if total is None else Message(total)

    def _fail(self, what: str, expected: Display, actual: Display, at: int | None = None) -> NoReturn:
        __tracebackhide__ = True
        layout = Layout(width=terminal_width())
        lines = [f"{escape_line(self._name)}: {what}", *sides_lines(Finding(expected, actual, code="", at=at), layout)]
        if at is None:
            shown = cut_middle(shown_in_full(self._as_text), _LONGEST) if self._chunks else "(none)"
            lines += labelled("chunks", shown, layout.width)
        raise AssertionError("\n".join(lines))


def _is(call: ToolCall, expected: Call) -> bool:
    if isinstance(expected, str):
        return call.name == expected
    name, arguments = expected
    return call.name == name and call.args == arguments


def _text(expected: Call) -> str:
    if isinstance(expected, str):
        return f"{expected}(..)"
    name, arguments = expected
    return ToolCall(name, dict(arguments), "", None).text


def _calls(texts: Any) -> str:
    return ", ".join(texts) or "no calls"


def _fragments(chunk: Value) -> str:
    return "".join(f"{one.name}{one.args or ''}" for one in Message(chunk).fragments)
