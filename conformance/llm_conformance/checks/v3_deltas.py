"""The deltas of a block of version v3: of the type of their block, and together what its finish carries."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.events_v3 import ALL_V3, BLOCK_DELTA, BLOCK_FINISH, BLOCK_START
from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.checks.vacuity import no_v3_block
from llm_conformance.records import Display, Finding, Findings, Text, V3Stream, V3Streams, first_difference

Data = Mapping[str, object]
_CALL_CHUNKS = {"tool_call_chunk": "tool_call", "server_tool_call_chunk": "server_tool_call"}
_INVALID = "invalid_tool_call"
# The type of the delta that has a part of a block, and the key of that part in both.
_DELTAS = {"text": "text-delta", "reasoning": "reasoning-delta"}
_ARGS, _DATA, _FIELDS = "tool-call-delta", "data-delta", "block-delta"
_KNOWN = {*_DELTAS.values(), _ARGS, _DATA, _FIELDS}
_WHOLE_DATA = ("data", "base64")
# What a finding compares.
_SIDES = ("finish", "deltas")
_LONGEST = 200


@dataclass(slots=True)
class Block:
    """The events of one block.

    start, finish: the contents of its start and of its finish. deltas: what its deltas add.
    """

    index: int
    start: Data
    deltas: list[Data] = field(default_factory=list)
    finish: Data | None = None

    @property
    def type(self) -> str:
        """The type that its start names."""
        return str(self.start.get("type"))

    def added(self, key: str) -> str:
        """What its deltas add to one key; a `block-delta` replaces what came before it."""
        whole = ""
        for delta in self.deltas:
            kind, fields = delta.get("type"), delta.get("fields")
            if kind == _FIELDS and isinstance(fields, dict) and isinstance(fields.get(key), str):
                whole = str(fields[key])
            elif kind != _FIELDS and isinstance(part := delta.get(key), str):
                whole += part
        return whole


def blocks_of(stream: V3Stream) -> Iterator[Block]:
    """The blocks of the message that have a start, by their index."""
    found: dict[int, Block] = {}
    for event in stream.events:
        if event.index is None:
            continue
        if event.event == BLOCK_START:
            found.setdefault(event.index, Block(event.index, event.content))
        elif event.index in found and event.event == BLOCK_DELTA:
            found[event.index].deltas.append(event.delta)
        elif event.index in found and event.event == BLOCK_FINISH:
            found[event.index].finish = event.content
    yield from (found[index] for index in sorted(found))


@check(
    "events-v3.types",
    SHOULD,
    clause="V3-002",
    for_each=ALL_V3,
    kinds=CHAT,
    requires=("events-v3.fields", "events-v3.blocks"),
    vacuous=(no_v3_block,),
)
def a_block_keeps_its_type(stream: V3Stream | V3Streams) -> Findings:
    """A block keeps its type: a text gets texts, and the fragments of a call end as a call, valid or not."""
    for name, one in stream.streams.items():
        for block in blocks_of(one):
            finding = _other_type(block, ", ".join(part for part in (name, f"block {block.index}") if part))
            if finding is not None:
                yield finding
                return


@check(
    "events-v3.deltas",
    SHOULD,
    clause="V3-003",
    for_each=ALL_V3,
    kinds=CHAT,
    requires=("events-v3.types",),
    vacuous=(no_v3_block,),
)
def deltas_add_up_to_the_block(stream: V3Stream | V3Streams) -> Findings:
    """The deltas of a block add up to what its finish carries: text, reasoning, arguments of a call, and data."""
    for name, one in stream.streams.items():
        # A block that changes its type is what events-v3.types reports.
        for block in (block for block in blocks_of(one) if _other_type(block, "") is None):
            finding = _other_sum(block, ", ".join(part for part in (name, f"block {block.index}") if part))
            if finding is not None:
                yield finding
                return


def _other_type(block: Block, where: str) -> Finding | None:
    fits = {_DELTAS[block.type]} if block.type in _DELTAS else {_ARGS} if block.type in _CALL_CHUNKS else {_DATA}
    foreign = next((delta for delta in block.deltas if delta.get("type") in _KNOWN - {_FIELDS} - fits), None)
    if foreign is not None:
        expected = f"{' or '.join(fits)} in a block of type {block.type}"
        return Finding(expected, f"{foreign.get('type')} in it", code="delta-type", where=where)
    if block.finish is None:
        return None
    ends = {_CALL_CHUNKS.get(block.type, block.type)} | (
        {_INVALID} if block.type.endswith(("_call", "_chunk")) else set()
    )
    if block.finish.get("type") not in ends:
        expected = f"a finish of type {' or '.join(sorted(ends))}"
        return Finding(expected, f"a finish of type {block.finish.get('type')}", code="finish-type", where=where)
    for key in ("id", "name"):
        # What a provider names late is in the finish alone.
        first, last = block.start.get(key), block.finish.get(key)
        if block.type in _CALL_CHUNKS and first and first != last:
            return Finding(
                f"a call with {key} {first!r}", f"{key} {last!r} in its finish", code="call-differs", where=where
            )
    return None


def _other_sum(block: Block, where: str) -> Finding | None:
    finish = block.finish or {}
    if block.type in _DELTAS:
        whole, sum_ = str(finish.get(block.type) or ""), block.added(block.type)
        if whole in (sum_, str(block.start.get(block.type) or "") + sum_):
            return None
        sides: tuple[Display, Display] = Text((whole,)), Text((sum_,))
        at = first_difference(whole, sum_)
        return Finding(*sides, code=f"{block.type}-differs", at=at, where=where, sides=_SIDES)
    if block.type in _CALL_CHUNKS:
        sum_ = str(block.start.get("args") or "") + block.added("args")
        if _same_arguments(finish, sum_):
            return None
        return Finding(_shown(finish.get("args")), _shown(sum_), code="arguments-differ", where=where, sides=_SIDES)
    sum_ = block.added("data")
    # Which key has the whole data depends on the type of the block: images, audio and files have it as base64.
    whole_data = next((finish[key] for key in _WHOLE_DATA if isinstance(finish.get(key), str)), None)
    if sum_ and whole_data is not None and whole_data != sum_:
        return Finding(f"data {_cut(repr(whole_data))}", _shown(sum_), code="data-differ", where=where, sides=_SIDES)
    return None


def _same_arguments(finish: Data, sum_: str) -> bool:
    if finish.get("type") == _INVALID:
        return (finish.get("args") or "") == sum_ or (not sum_ and finish.get("args") == "{}")
    try:
        return bool(finish.get("args") == json.loads(sum_ or "{}"))
    except ValueError:
        return False


def _shown(value: object) -> str:
    return _cut(f"deltas that join to {value!r}" if isinstance(value, str) else f"arguments {value!r}")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"
