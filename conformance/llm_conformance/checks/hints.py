"""Hints: the usual cause of a violation and its remedy, in one line. Pure functions on what was observed.

A hint is given only where the observation points to the cause; it is never part of the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from llm_conformance.records import Message, Raised, Value

BUFFERED = "the model collects the answer before it yields: yield each chunk as soon as the provider sends it"
EAGER = "the call sends the request itself: make the method a generator, so that it starts at the first `next()`"
BLOCKED_LOOP = "a synchronous client runs in the coroutine: await the async client, or use `asyncio.to_thread()`"
SWALLOWED_CANCELLATION = (
    "`except BaseException`, a bare `except` or `except CancelledError` catches the cancellation: re-raise it"
)
ERROR_HIDDEN = "an `except` ends the stream or turns the error into text: let the exception reach the caller"
STOP_IGNORED = "`stop` is not applied: send it to the provider, or cut the text before its first occurrence"
OTHER_STOPS_IGNORED = "only the first of several stop texts is applied: send the whole list, or look for each of them"
STOP_AS_PATTERN = "the stop text is used as a regular expression: write `re.escape(text)`, or `text.partition(stop)`"
BATCH_ORDER = "the answers are in another order, as of completion or sorted: return them in the order of the inputs"
BATCH_IN_GROUPS = (
    "the prompts are sent in groups: add the answers of each group to one list, in the order of the groups"
)
PROMPT_ENCODED = "the prompt is encoded as ASCII or Latin-1: encode it as UTF-8, or send it as JSON"
TOKENS_DROPPED = "a full queue drops what the model generates: wait for a place with `put()`, instead of `put_nowait()`"
WHITESPACE_DROPPED = "`.split()` or `.strip()` drops the whitespace: pass the provider's text on unchanged"
END_DROPPED = "the end is lost: a full queue drops it (wait with `put()`), or a buffer is not emptied at the end"
HALF_CHARACTER = "U+FFFD is taken for half a character and held back: decode bytes incrementally, and yield the rest"
CONSUMER_TIMED = "a timeout is open across a `yield`: put it around each read of the provider, and nothing else"
OTHER_CONTEXT = "a `ContextVar` is reset by its token after a `yield`, in another context: reset it before the `yield`"

SLOT_KEPT = "a stream that is left keeps its place, connection or lock: release it in a `finally` around the `yield`"
ARGUMENT_MUTATED = "copy an argument before changing it: `{**config, ..}`, `[*messages, ..]`"
SHARED_STATE = "the calls share state on the instance: keep the buffer and the iterator of a call in local variables"
LOCK_HELD = "one stream waits for another: do not hold a lock, a semaphore or a connection across a `yield`"
KEPT_STATE = "the call leaves state on the instance: keep what belongs to one call in local variables"
ENDS_OTHERS = "a call that fails closes, cancels or keeps what other calls use: release what is its own, in a `finally`"
SECRET = "the message quotes request headers, URL or settings: leave the key out, and use `raise .. from None`"  # noqa: S105
END_NOT_CHECKED = (
    "the end of the body is taken for the end of the answer: raise if the terminator (`[DONE]`, ..) is missing"
)
ERROR_IGNORED = "an error object or event in the stream is not checked: raise when the provider sends one"
NO_READ_TIMEOUT = "the read timeout does not apply to the stream: set it on the client that reads the response"
TIMEOUT_OF_WHOLE = "the timeout counts from the request: let it count from the last bytes that were received"
INPUT_NOT_CHECKED = "the type of the input is not checked: raise for a type that the model does not accept"
ERROR_STATUS_IGNORED = "the status of the response is not checked: call `response.raise_for_status()` before reading it"
REPLAYED = "the answer begins anew after a failure: retry only until the first chunk has arrived"
GENERATOR_GOES_ON = "`except BaseException` or a bare `except` around a `yield` yields again: re-raise `GeneratorExit`"
FINALISER = "the finaliser relies on what may be missing, or waits: check that, and give users a `close()` instead"
LEFT_BEHIND = "in a `finally`: cancel the task and await it, or signal the thread and join it"
OWN_STREAM = "`stream()` or `astream()` is overridden and reports no run: override `_stream()` and `_astream()` instead"
STILL_READING = "the model reads on: in a `finally` around the `yield`, stop its thread or task and close the response"
READS_AHEAD = "a thread or task reads the provider into an unbounded queue: bound it, or read only when asked"
CLIENTS_CONFIGURED_APART = (
    "the synchronous and the asynchronous client are made apart: give both of them the same headers and key"
)
CLIENT_WITHOUT_KEY = "the provider refuses the asynchronous client: give it the key and the headers of the other one"
CONFIG_ARGUMENT = "the override does not accept langchain-core's signature `(input, config=None, **kwargs)`"

CALL_INDEX = "`+` merges fragments with the same `index`: give each fragment the index of its call"
CALL_REPEATED = "`+` joins texts: send the name and the id with the first fragment of a call, and None with the others"
TOOL_NOT_CONVERTED = "a tool may be a dict, a function, a class or an object: give each to `convert_to_openai_tool()`"
MESSAGE_MUTATED = "change a copy: `message.model_copy(update={..})`; a copy of the list has the same messages in it"
CHOICE_DROPPED = "the hook builds its request without `tool_choice`: pass the keyword arguments of every hook on"
RESULT_OF_NO_CALL = "send the message of a tool with its `tool_call_id`, and the one before it with its `tool_calls`"
CUT_CALL = "a parser of partial JSON completes the arguments: when the answer has ended, parse them as they are"
BLOCK_INDEX = "`+` merges blocks with the same `index`: give every delta of a block the index of that block"
BLOCKS_MERGED = "`+` merges blocks with the same `index`: give the text another `index` than the reasoning before it"
USAGE_CUMULATIVE = "`+` adds usage up: put it into one chunk, or yield only what is new since the chunk before"

NO_STREAM = "the class has no `_stream`, so the base class yields the whole answer as one chunk: write `_stream`"

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# So many characters of its beginning show that an answer begins anew.
_LIKE = 8
# A buffer keeps one chunk; a queue drops many.
_SEVERAL = 2
_EMPTY_STREAM = "the generator never yields, or the provider's text is not read"
_BYTE_ORDER_MARK = "the first event is lost: skip a byte order mark before parsing"
_WITH_BYTE_ORDER_MARK = {"bom", "bom_text_first"}
_CUT_ANYWHERE = {"one_byte_chunks", "one_byte_tcp", "random_cuts", "utf8_cuts", "cut_at", "crlf_cut", "gzip_one_byte"}
_PACKETS = "a packet is not an event: keep what follows its last whole line, as bytes, until the next one arrives"
_EMPTY_ANSWER = "an answer without text yields no chunk, for which the base class raises: yield one empty chunk"
_BASES = ("langchain_core.", "llm_reference.")
# Where langchain-core calls the hook that yields events of version v3.
_V3_BRIDGE = "_aiter_v2_events"
_NO_GENERATIONS = ("No generation chunks were returned", "No generations found in stream")


def chunks_hint(expected: str, chunks: Sequence[str]) -> str:
    """Why the chunks do not add up to the expected text; empty where they do not show it."""
    texts, actual = [text for text in chunks if text], "".join(chunks)
    if _REPLACEMENT in expected and actual == expected.replace(_REPLACEMENT, ""):
        return HALF_CHARACTER
    if not actual:
        return f"the answer is empty: {_EMPTY_STREAM}" if expected else ""
    if len(texts) > 1 and texts[-1] == expected:
        if all(later.startswith(text) for text, later in pairwise(texts)):
            return "each chunk repeats the text so far: yield only what is new"
        if "".join(texts[:-1]) == expected:
            return "the last chunk repeats the whole answer: do not yield the final, complete message as a chunk"
    if len(actual) > len(expected) > 0 and actual.endswith(expected) and actual != expected * 2:
        return "text precedes the answer: do not yield the prompt, a role or reasoning as text"
    return text_hint(expected, actual)


def dropped_hint(expected: Sequence[str], actual: Sequence[str]) -> str:
    """That several of the expected chunks are missing, and the others are there; empty where it is otherwise."""
    wanted, left = [text for text in expected if text], [text for text in actual if text]
    if not left or len(wanted) - len(left) < _SEVERAL:
        return ""
    if wanted[: len(left)] == left:
        return END_DROPPED
    found = iter(wanted)
    return TOKENS_DROPPED if all(text in found for text in left) else ""


def fault_hint(fault: str, expected: str, chunks: Sequence[str]) -> str:
    """Why the chunks under a fault do not add up to the expected text; empty where they do not show it."""
    if fault in _WITH_BYTE_ORDER_MARK and expected.endswith("".join(chunks)):
        return _BYTE_ORDER_MARK
    return chunks_hint(expected, chunks) or (_PACKETS if fault in _CUT_ANYWHERE else "")


def fault_failure_hint(fault: str, raised: Raised | None) -> str:
    """Why the call raised under this fault; empty where neither the fault nor the exception shows it."""
    if fault == "zero_tokens" and raised is not None and yields_nothing(raised):
        return _EMPTY_ANSWER
    return _PACKETS if fault in _CUT_ANYWHERE else ""


def yields_nothing(raised: Raised) -> bool:
    """Whether the base class found no chunk in a stream that ended."""
    return any(message in raised.message for message in _NO_GENERATIONS)


def one_chunk_hint(method_owners: Mapping[str, str]) -> str:
    """Why `stream()` yields one chunk: the class inherits it, and does not have the hook that it calls."""
    inherited = method_owners.get("stream", "").startswith(_BASES)
    return NO_STREAM if inherited and "_stream" not in method_owners else BUFFERED


def leftovers_hint(leftovers: Sequence[str]) -> str:
    """How to leave nothing behind when a call is closed or cancelled."""
    return GENERATOR_GOES_ON if any("ignored GeneratorExit" in one for one in leftovers) else LEFT_BEHIND


def replay_hint(delivered: str, actual: str) -> str:
    """That the answer begins anew after what was delivered; empty where it does not."""
    return REPLAYED if delivered and actual.startswith(delivered + delivered[:_LIKE]) else ""


def merged_blocks_hint(chunks: Iterable[Value]) -> str:
    """That blocks of two types have the same index, so that `+` makes one of them; empty where they have not."""
    types: dict[str, set[object]] = {}
    one_of_two = False
    for block in (item for chunk in chunks for item in Message(chunk).items if isinstance(item, dict)):
        one_of_two |= "text" in block and not block.keys().isdisjoint(("thinking", "reasoning"))
        if block.get("index") is not None:
            types.setdefault(str(block["index"]), set()).add(block.get("type"))
    return BLOCKS_MERGED if one_of_two or any(len(several) > 1 for several in types.values()) else ""


def text_hint(expected: str, actual: str) -> str:
    """Why the actual text differs from the expected one; empty where it does not show it."""
    if actual == expected or not actual:
        return ""
    causes = (
        (
            _REPLACEMENT in actual and _REPLACEMENT not in expected,
            "a character that arrives in two reads is decoded in halves: use an incremental decoder",
        ),
        (
            actual == "".join(expected.split()),
            WHITESPACE_DROPPED,
        ),
        (
            "".join(actual.split()) == "".join(expected.split()),
            "`.split()`, `.strip()` or `.splitlines()` changes the whitespace: pass the text on unchanged",
        ),
        (
            actual == expected * 2,
            "the answer appears twice: do not add the final, complete message to the chunks",
        ),
        (
            expected.startswith(actual),
            "the end of the answer is missing: yield what is left in the buffer when the provider has finished",
        ),
        (
            expected.endswith(actual),
            "the beginning of the answer is missing: a chunk is read, for a peek or a retry, and not yielded",
        ),
    )
    return next((hint for applies, hint in causes if applies), "")


def calls_hint(expected: Message, actual: Message, chunks: Sequence[Value]) -> str:
    """Why fragments do not add up to the expected calls; empty where the chunks and their sum do not show it."""
    fragments = [one for chunk in chunks for one in Message(chunk).fragments]
    found = (*actual.calls, *actual.invalid_calls)
    names = {call.name for call in expected.calls if call.name}
    if any(len(call.name) > len(name) and not call.name.replace(name, "") for call in found for name in names):
        return CALL_REPEATED
    begun = sum(bool(one.name) for one in fragments)
    return CALL_INDEX if astray(chunks) or (begun and begun != len(found)) else ""


def astray(chunks: Sequence[Value]) -> bool:
    """Whether a fragment of a call has arguments and nothing that says of which call: no index, name or id."""
    fragments = (one for chunk in chunks for one in Message(chunk).fragments)
    return any(one.index is None and one.args and not one.name and not one.id for one in fragments)


def failure_hint(raised: Raised | None) -> str:
    """Why a call raised; empty where the exception does not show it."""
    if raised is None:
        return ""
    if yields_nothing(raised):
        return f"the stream yields nothing: {_EMPTY_STREAM}"
    if "requires an object with __aiter__ method, got coroutine" in raised.message:
        hook = "_astream_chat_model_events" if _V3_BRIDGE in raised.location else "_astream"
        return f"`{hook}` must be an async generator: `async def` with `yield`, not `return`"
    if "async_generator can't be used in 'await' expression" in raised.message:
        return "an async generator is awaited: use `async for`"
    return OWN_STREAM if raised.bases[0] == "JsonPointerException" else ""


def refused_hint(raised: Raised | None) -> str:
    """Why an asynchronous call is refused, by the status in the exception or a cause; empty if there is none."""
    return CLIENT_WITHOUT_KEY if raised is not None and raised.is_refusal else ""


def iterator_hint(returned_type: str, *, asynchronous: bool = False) -> str:
    """How to return an iterator with `close()`, or `aclose()`."""
    remedy = "an async generator: `async def` with `yield`" if asynchronous else "a generator: `yield` each chunk"
    instead = "; do not collect the chunks in a list" if returned_type in {"list", "tuple"} else ""
    return f"make the method {remedy}{instead}"


def chunk_type_hint(chunk: Value) -> str:
    """How to yield text from a chunk of another type; empty where the chunk has no text."""
    return "" if chunk.text is None else "yield the text of the chunk (`.text` or `.content`), not the object"


def stop_hint(expected: str, actual: str, whole: str) -> str:
    """Why `stop` does not cut where it should; empty where the text does not show it."""
    return STOP_IGNORED if actual == whole and actual != expected else ""


def batch_order_hint(expected: Sequence[str], actual: Sequence[str]) -> str:
    """That the answers are all there, in another order; empty where they are not."""
    return BATCH_ORDER if sorted(expected) == sorted(actual) else ""
