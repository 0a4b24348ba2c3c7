"""The shapes of `data["input"]`, `data["chunk"]` and `data["output"]` of events, by version and position.

A model that is independent of langchain-core may have plain text where langchain-core has an object around it.
"""

from __future__ import annotations

from collections.abc import Iterator

from llm_conformance.checks.registry import MUST, check
from llm_conformance.checks.vacuity import no_run
from llm_conformance.records import Event, Events, Finding, Findings, Kind, Value, one_line

_MODELS = (Kind.LLM, Kind.CHAT)
_AFTER = ("events.root-type", "events.data", "stream.yields-text", "stream.yields-messages")


@check("shapes.v1-root", MUST, clause="SHAPE-001", kinds=_MODELS, requires=_AFTER)
def shapes_of_v1_at_the_root(events_v1: Events) -> Findings:
    """In v1, at the root, chunks and output are `str` for a string model and messages for a chat model."""
    yield from _data_shapes(events_v1.of_root, chunk=_PIECE, output=_PIECE)


@check("shapes.v2-root", MUST, clause="SHAPE-001", kinds=_MODELS, requires=_AFTER)
def shapes_of_v2_at_the_root(events_v2: Events) -> Findings:
    """In v2, at the root, chunks are `str` or messages; the output is a dict with generations, or a message."""
    yield from _data_shapes(events_v2.of_root, chunk=_PIECE, output=_RESULT)


@check(
    "shapes.v1-nested", MUST, clause="SHAPE-001", vacuous=(no_run,), kinds=_MODELS, requires=(*_AFTER, "nested.balance")
)
def shapes_of_v1_in_a_chain(nested_v1: Events) -> Findings:
    """In v1, in a chain, input has prompts or messages, chunks are `str` or messages, and output has generations."""
    yield from _input_shapes(nested_v1.of_model)
    yield from _data_shapes(nested_v1.of_model, chunk=_PIECE, output=_GENERATIONS)


@check(
    "shapes.v2-nested", MUST, clause="SHAPE-001", vacuous=(no_run,), kinds=_MODELS, requires=(*_AFTER, "nested.balance")
)
def shapes_of_v2_in_a_chain(nested_v2: Events) -> Findings:
    """In v2, in a chain, input has prompts or messages, chunks and output are generations or messages."""
    yield from _input_shapes(nested_v2.of_model)
    yield from _data_shapes(nested_v2.of_model, chunk=_CHUNK, output=_RESULT)


# The shape for a string model, and for a chat model.
_PIECE = ("a str", "a message")
_CHUNK = ("a GenerationChunk", "a message")
_RESULT = ("a dict with generations", "a message")
_GENERATIONS = ("a dict with generations", "a dict with generations")


def _data_shapes(run: tuple[Event, ...], *, chunk: tuple[str, str], output: tuple[str, str]) -> Iterator[Finding]:
    of_chat, cells = _of_chat(run), {"stream": ("chunk", chunk), "end": ("output", output)}
    for event in (event for event in run if event.phase in cells):
        key, shapes = cells[event.phase]
        value = event.data.get(key)
        if value is not None and not _fits(value, shapes[of_chat], of_chat=of_chat):
            actual = f"{_shape(value)} as data.{key} of {event.summary}"
            yield Finding(f"{shapes[of_chat]} as data.{key}", actual, code=f"{key}-shape")
            return


def _fits(value: Value, shape: str, *, of_chat: bool) -> bool:
    is_message = value.base == "object"
    if shape == "a message":
        return is_message
    if shape == "a dict with generations":
        # The plainer shape: the text of the answer itself, or the message.
        return "generations" in value.fields or (is_message if of_chat else value.is_text)
    return value.is_text or (shape == "a GenerationChunk" and value.text is not None)


def _input_shapes(run: tuple[Event, ...]) -> Iterator[Finding]:
    """The findings on the input of a nested model, in its start and end events, if they have one."""
    key = "messages" if _of_chat(run) else "prompts"
    for event in run:
        value = event.data.get("input")
        if value is not None and value.base == "dict" and key not in value.fields:
            actual = f"{_shape(value)} as data.input of {event.summary}"
            yield Finding(f"a dict with {key!r} as data.input", actual, code="input-shape")
            return


def _of_chat(run: tuple[Event, ...]) -> bool:
    return any(event.event.startswith("on_chat_model_") for event in run)


def _shape(value: Value) -> str:
    return f"a {value.type} with keys {list(value.fields)}" if value.base == "dict" else one_line(value.display)
