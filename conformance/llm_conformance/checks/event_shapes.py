"""The shapes of data.input, data.chunk and data.output: the table of the contract, cell by cell.

A model that is independent of langchain-core may give plain text where the table has an object around it.
"""

from collections.abc import Iterator

from llm_conformance.checks.registry import MUST, check
from llm_conformance.records import Event, Events, Finding, Findings, Kind, Value, one_line

_MODELS = (Kind.LLM, Kind.CHAT)
_AFTER = ("events.root-type", "events.data", "stream.yields-text", "stream.yields-messages")


@check("shapes.v1-root", MUST, clause="SHAPE-001", kinds=_MODELS, requires=_AFTER)
def shapes_of_v1_at_the_root(events_v1: Events) -> Findings:
    """In v1 the root's chunks are what astream() yields, texts or messages, and its output is their sum."""
    yield from _judged(events_v1.of_root, chunk=_PIECE, output=_PIECE)


@check("shapes.v2-root", MUST, clause="SHAPE-001", kinds=_MODELS, requires=_AFTER)
def shapes_of_v2_at_the_root(events_v2: Events) -> Findings:
    """In v2 the root's chunks are what astream() yields; a string model's output holds its generations."""
    yield from _judged(events_v2.of_root, chunk=_PIECE, output=_RESULT)


@check("shapes.v1-nested", MUST, clause="SHAPE-001", kinds=_MODELS, requires=(*_AFTER, "nested.balance"))
def shapes_of_v1_in_a_chain(nested_v1: Events) -> Findings:
    """In v1 a model in a chain starts with its prompts or messages, yields texts or messages, ends with a result."""
    yield from _asked(nested_v1.of_model)
    yield from _judged(nested_v1.of_model, chunk=_PIECE, output=_GENERATIONS)


@check("shapes.v2-nested", MUST, clause="SHAPE-001", kinds=_MODELS, requires=(*_AFTER, "nested.balance"))
def shapes_of_v2_in_a_chain(nested_v2: Events) -> Findings:
    """In v2 a model in a chain starts with its prompts or messages, yields chunks with a text, ends with a result."""
    yield from _asked(nested_v2.of_model)
    yield from _judged(nested_v2.of_model, chunk=_CHUNK, output=_RESULT)


# What a cell holds: for string models, and for chat models.
_PIECE = ("a str", "a message")
_CHUNK = ("a GenerationChunk", "a message")
_RESULT = ("a dict with generations", "a message")
_GENERATIONS = ("a dict with generations", "a dict with generations")


def _judged(run: tuple[Event, ...], *, chunk: tuple[str, str], output: tuple[str, str]) -> Iterator[Finding]:
    of_chat, cells = _of_chat(run), {"stream": ("chunk", chunk), "end": ("output", output)}
    for event in (event for event in run if event.phase in cells):
        key, form = cells[event.phase]
        value = event.data.get(key)
        if value is not None and not _fits(value, form[of_chat], of_chat=of_chat):
            yield Finding(expected=f"data.{key}: {form[of_chat]}", actual=f"{event.summary}: {_shape(value)}")
            return


def _fits(value: Value, form: str, *, of_chat: bool) -> bool:
    is_message = value.base == "object"
    if form == "a message":
        return is_message
    if form == "a dict with generations":
        # The plainer form: the text of the answer itself, or the message.
        return "generations" in value.fields or (is_message if of_chat else value.is_text)
    return value.is_text or (form == "a GenerationChunk" and value.text is not None)


def _asked(run: tuple[Event, ...]) -> Iterator[Finding]:
    """The input of a nested model, at its start and at its end, where they tell it."""
    key = "messages" if _of_chat(run) else "prompts"
    for event in run:
        given = event.data.get("input")
        if given is not None and given.base == "dict" and key not in given.fields:
            yield Finding(expected=f"data.input with {key!r}", actual=f"{event.summary}: {_shape(given)}")
            return


def _of_chat(run: tuple[Event, ...]) -> bool:
    return any(event.event.startswith("on_chat_model_") for event in run)


def _shape(value: Value) -> str:
    return f"a {value.type} with keys {list(value.fields)}" if value.base == "dict" else one_line(value.display)
