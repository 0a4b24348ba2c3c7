"""What two messages of one answer have in common, part by part: calls, usage, blocks, and what is said of the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from llm_conformance.records import (
    CallbackLog,
    Display,
    Events,
    Finding,
    Findings,
    Message,
    NotJudged,
    Replies,
    Reply,
    Stream,
    Text,
    ToolCall,
    V3Stream,
    Value,
    first_difference,
    inconclusive,
    not_applicable,
    output_message,
)

# Two sides of a comparison, by their names.
Sides = tuple[str, ...]
# Compares one part of two messages.
Compare = Callable[[Message, Message, Sides], Findings]
_NOTHING = Message(Value("NoneType", "NoneType"))
_TOKENS = ("input_tokens", "output_tokens", "total_tokens")
_LONGEST = 200
_CUT_OFF = {"length", "max_tokens", "max_output_tokens", "model_length"}


def of(observation: Reply | Stream) -> Message:
    """The message of an answer: what the call returned, or the sum of its chunks; an empty one if there is none."""
    value = observation.value if isinstance(observation, Reply) else observation.total
    return _NOTHING if value is None else Message(value)


def of_events(run: Events) -> tuple[tuple[str, Message], ...]:
    """The sum of the chunks in the root's stream events, and the message in its end event, as far as they are there."""
    found = (("stream events", run.total), ("end event", output_message(run.of_root)))
    return tuple((name, Message(value)) for name, value in found if value is not None)


def of_callbacks(log: CallbackLog) -> tuple[tuple[str, Message], ...]:
    """The sum of the chunks that handlers got with the tokens, and the message that they got with the end."""
    ends = [event.message for event in log.of_model if event.method == "on_llm_end"]
    found = (("on_llm_new_token", log.reported), ("on_llm_end", ends[-1] if ends else None))
    return tuple((name, Message(value)) for name, value in found if value is not None)


def changes(invoke: Reply, repeat: Replies, compare: Compare, what: str) -> NotJudged | None:
    """Why the part cannot be compared: three calls of `invoke()` do not agree in it; None if they do."""
    first = of(invoke)
    if all(not [*compare(first, of(reply), ("", ""))] for reply in repeat.by_label.values()):
        return None
    return inconclusive(f"the model gives the same prompt different {what}")


def async_parity(
    replies: tuple[Reply, Reply], streams: tuple[Stream, Stream], repeat: Replies, compare: Compare, what: str
) -> Findings:
    """The differences of `ainvoke()` from `invoke()`, and of `astream()` from `stream()`, in one part of a message."""
    if (reason := changes(replies[0], repeat, compare, what)) is not None:
        yield reason
        return
    for (one, other), sides in ((replies, ("invoke()", "ainvoke()")), (streams, ("stream()", "astream()"))):
        yield from compare(of(one), of(other), sides)


# The codes of a difference in calls.
OF_CALLS = frozenset({"calls-differ", "name-differs", "arguments-differ"})


def same_calls(expected: Message, actual: Message, sides: Sides) -> Findings:
    """The calls: number, names, arguments, in order. Ids may be generated anew for each answer."""
    if len(expected.calls) != len(actual.calls):
        yield Finding(_listed(expected.calls), _listed(actual.calls), code="calls-differ", sides=sides)
        return
    for place, (one, other) in enumerate(zip(expected.calls, actual.calls, strict=True)):
        where = f"call {place}"
        if one.name != other.name:
            yield Finding(
                f"a call of {_shortened(one.name)}",
                f"a call of {_shortened(other.name)}",
                code="name-differs",
                where=where,
                sides=sides,
            )
            return
        if one.args != other.args:
            yield _arguments_differ(one, other, where, sides)
            return


def same_usage(expected: Message, actual: Message, sides: Sides) -> Findings:
    """The numbers of tokens. Details count only where both sides have them."""
    names = [*_TOKENS, *(name for name in expected.usage if name in actual.usage and name not in _TOKENS)]
    for name in names:
        one, other = expected.usage.get(name), actual.usage.get(name)
        if one != other:
            yield Finding(_count(one, name), _count(other, name), code="usage-differs", where=name, sides=sides)
            return


def same_blocks(expected: Message, actual: Message, sides: Sides) -> Findings:
    """The content, block by block, and reasoning and refusals beside it; text that differs is reported elsewhere."""
    one, other = expected.blocks, actual.blocks
    types = [[str(block.get("type", "text")) for block in blocks] for blocks in (one, other)]
    if types[0] != types[1]:
        yield Finding(_blocks(types[0]), _blocks(types[1]), code="blocks-differ", sides=sides)
        return
    for place, (left, right) in enumerate(zip(one, other, strict=True)):
        for key in dict.fromkeys((*left, *right)):
            if left.get(key) != right.get(key) and not (key == "text" and left.get("type") == "text"):
                where = f"block {place} ({types[0][place]}), {key}"
                yield _differ(left.get(key), right.get(key), sides, where=where)
                return
    for key in dict.fromkeys((*expected.beside_content, *actual.beside_content)):
        beside = expected.beside_content.get(key), actual.beside_content.get(key)
        if beside[0] != beside[1]:
            yield _differ(*beside, sides, where=f"additional_kwargs, {key}")
            return


def same_content(expected: Message, actual: Message, sides: Sides) -> Findings:
    """The blocks, and whether the content is a list; an empty text in a list is a block that was not sent."""
    found = [*same_blocks(expected, actual, sides)]
    yield from found
    if not found and expected.blocks and expected.has_blocks != actual.has_blocks:
        yield form_differs(expected, actual, sides)
    elif not found and actual.empty_texts > expected.empty_texts:
        yield Finding("blocks that the provider sent", "an empty text beside them", code="empty-text", sides=sides)


def form_differs(expected: Message, actual: Message, sides: Sides) -> Finding:
    """One content is a str, the other a list of blocks."""
    forms = {False: "content that is a str", True: "content that is a list of blocks"}
    code = "not-blocks" if expected.has_blocks else "not-str"
    return Finding(forms[expected.has_blocks], forms[actual.has_blocks], code=code, sides=sides)


def same_end(expected: Message, actual: Message, sides: Sides) -> Findings:
    """The finish reason and the name of the model, where both sides have them."""
    for name, code, one, other in (
        ("finish reason", "finish-differs", expected.finish, actual.finish),
        ("model name", "model-differs", expected.model, actual.model),
    ):
        if one and other and one != other:
            yield Finding(f"{name} {one!r}", f"{name} {other!r}", code=code, where=name, sides=sides)
            return


def cut_off(message: Message) -> bool:
    """Whether the token limit has cut the answer off, by the words of several providers."""
    return message.finish.casefold() in _CUT_OFF


def repeated(value: str, told: Iterable[str]) -> str | None:
    """The text of a chunk that the sum has several times over, as "stop" in "stopstop"; None if there is none."""
    return next((one for one in told if value and value != one and value == one * (len(value) // len(one))), None)


def no_calls(*observations: object) -> NotJudged | None:
    """No answer has a call of a tool."""
    return None if _any(observations, lambda one: one.calls or one.invalid_calls or one.fragments) else _NO_CALLS


def no_usage(*observations: object) -> NotJudged | None:
    """No answer has usage."""
    return None if _any(observations, lambda one: one.usage) else _NO_USAGE


def no_blocks(*observations: object) -> NotJudged | None:
    """Every answer is text alone."""
    return None if _any(observations, lambda one: one.has_blocks or one.beside_content) else _NO_BLOCKS


def no_end(*observations: object) -> NotJudged | None:
    """No answer says why it ended, or which model gave it."""
    return None if _any(observations, lambda one: one.finish or one.model) else _NO_END


_NO_CALLS = not_applicable("the answers have no calls of tools")
_NO_USAGE = not_applicable("the answers have no usage")
_NO_BLOCKS = not_applicable("the content of the answers is text, without reasoning")
_NO_END = not_applicable("the answers have neither a finish reason nor the name of a model")


def _any(observations: Iterable[object], has: Callable[[Message], object]) -> bool:
    return any(has(message) for one in observations for message in _messages(one))


def _messages(observation: object) -> Iterable[Message]:
    if isinstance(observation, Reply | Stream):
        yield of(observation)
    elif isinstance(observation, Events):
        yield from (message for _, message in of_events(observation))
    elif isinstance(observation, V3Stream):
        yield from [Message(observation.output)] if observation.output is not None else []
    elif isinstance(observation, CallbackLog):
        yield from (message for _, message in of_callbacks(observation))


def _listed(calls: tuple[ToolCall, ...]) -> str:
    return f"calls: {'; '.join(_shortened(call.text) for call in calls)}" if calls else "no call of a tool"


def _count(number: object, name: str) -> str:
    return f"{'none' if number is None else number} ({name})"


def _arguments_differ(one: ToolCall, other: ToolCall, where: str, sides: Sides) -> Finding:
    left, right = one.args, other.args
    if isinstance(left, dict) and isinstance(right, dict):
        key = next(key for key in dict.fromkeys((*left, *right)) if left.get(key) != right.get(key) or key not in right)
        place = f"{where} ({one.name}), {key}"
        return _differ(left.get(key), right.get(key), sides, where=place, code="arguments-differ")
    return Finding(_shortened(one.text), _shortened(other.text), code="arguments-differ", where=where, sides=sides)


def _differ(one: object, other: object, sides: Sides, *, where: str, code: str = "field-differs") -> Finding:
    at = first_difference(one, other) if isinstance(one, str) and isinstance(other, str) else None
    return Finding(_shown(one), _shown(other), code=code, at=at, where=where, sides=sides)


def _shown(value: object) -> Display:
    if isinstance(value, str):
        return Text((value,))
    return "nothing" if value is None else _shortened(repr(value))


def _blocks(types: list[str]) -> str:
    return f"blocks of the types {', '.join(types)}" if types else "no block"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"
