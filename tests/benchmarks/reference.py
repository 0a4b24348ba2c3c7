"""P1 to P3: the overhead of the reference per chunk, against langchain-core and against a bare generator."""

import warnings
from inspect import isawaitable
from typing import Any

from benchmarks.measure import acpu, cpu, fresh
from benchmarks.row import Absent, Row, Rows, Wanted
from benchmarks.talk_model import talk_model
from benchmarks.word_model import chain, word_model

_MICRO = 1e6
_CHUNKS = 1_000
_CONFIG = {"tags": ["bench"], "metadata": {"why": "to measure"}}


def events(*, tiny: bool = False) -> Rows:
    """P1: `astream_events` v2, filtered by a tag; of a chat model v3, too."""
    chunks = 10 if tiny else _CHUNKS
    ours, what = fresh(per_chunk, "ours", "v2", chunks, tiny=tiny), "events v2, a chunk of a model"
    theirs, plain = (
        fresh(per_chunk, "theirs", "v2", chunks, tiny=tiny),
        fresh(per_chunk, "bare", "astream", chunks, tiny=tiny),
    )
    yield Row("P1", what, ours, "us", Wanted.AT_LEAST, 30, "langchain-core", theirs)
    yield Row("P1", what, ours, "us", Wanted.AT_MOST, 12, "a bare generator", plain)
    for call in ("chat v2", "chat v3"):
        yield _beside(call, f"events {call[-2:]}, a chunk of a chat model", "P1", chunks, tiny=tiny)


def chains(*, tiny: bool = False) -> Rows:
    """P2: the same in a chain, and v1."""
    chunks = 10 if tiny else _CHUNKS
    what = "events v2, a chunk in prompt | llm | parser"
    import llm_reference  # noqa: PLC0415  # imported only to look inside

    if hasattr(llm_reference, "StrOutputParser"):
        ours, theirs = (fresh(per_chunk, stack, "chain v2", chunks, tiny=tiny) for stack in ("ours", "theirs"))
        yield Row("P2", what, ours, "us", Wanted.AT_LEAST, 30, "langchain-core", theirs)
    else:
        yield Absent("P2", what, "llm_reference has no StrOutputParser")
    ours, theirs = (fresh(per_chunk, stack, "v1", chunks, tiny=tiny) for stack in ("ours", "theirs"))
    yield Row("P2", "events v1, a chunk of a model", ours, "us", Wanted.AT_LEAST, 100, "langchain-core", theirs)


def streams(*, tiny: bool = False) -> Rows:
    """P3: `stream` and `astream`."""
    chunks = 10 if tiny else _CHUNKS
    for call, bound in (("stream", 12), ("astream", 9)):
        ours, theirs, plain = (fresh(per_chunk, stack, call, chunks, tiny=tiny) for stack in ("ours", "theirs", "bare"))
        yield Row("P3", f"{call}, a chunk", ours, "us", Wanted.AT_LEAST, bound, "langchain-core", theirs)
        yield Row("P3", f"{call}, a chunk", ours, "us", Wanted.AT_MOST, 4, "a bare generator", plain)
    for call in ("stream", "astream"):
        yield _beside(f"chat {call}", f"{call}, a chunk of a chat model", "P3", chunks, tiny=tiny)


def _beside(call: str, what: str, goal: str, chunks: int, *, tiny: bool) -> Row:
    """The goals are those of string models. A chat model is compared with the other stack."""
    ours, theirs = (fresh(per_chunk, stack, call, chunks, tiny=tiny) for stack in ("ours", "theirs"))
    return Row(goal, what, ours, "us", Wanted.AT_LEAST, 1, "langchain-core", theirs)


def per_chunk(stack: str, call: str, chunks: int, *, tiny: bool) -> float:
    """Microseconds per chunk, including the call. The bare generator is the model's `_stream` or `_astream`."""
    warnings.simplefilter("ignore")  # v1 is deprecated
    model = model_of("ours" if stack == "bare" else stack, call, chunks)

    def work() -> None:
        for _ in model._stream("p") if stack == "bare" else model.stream("p", _CONFIG):
            pass

    async def awork() -> None:
        async for _ in model._astream("p") if stack == "bare" else await opened(model, call):
            pass

    return (cpu(work, tiny=tiny) if is_synchronous(call) else acpu(awork, tiny=tiny)) / chunks * _MICRO


def model_of(stack: str, call: str, chunks: int) -> Any:
    """The string model, or the chain of "chain v2" or the chat model of "chat v2"."""
    kinds = {"chain": chain, "chat": talk_model}
    return kinds.get(call.partition(" ")[0], word_model)(stack, chunks)


def is_synchronous(call: str) -> bool:
    """Whether the call is `stream`; every other one needs an event loop."""
    return call.removeprefix("chat ") == "stream"


async def opened(model: Any, call: str) -> Any:
    """The asynchronous stream of that name; the filter matches every event."""
    if call.endswith("astream"):
        return model.astream("p", _CONFIG)
    topic = {"topic": "p"} if call.startswith("chain") else "p"
    filtered = {} if call.endswith("v3") else {"include_tags": ["bench"]}
    events = model.astream_events(topic, _CONFIG, version=call[-2:], **filtered)
    return await events if isawaitable(events) else events
