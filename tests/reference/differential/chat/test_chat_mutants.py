"""Changes the chat stack of the reference in one place at a time. The comparison must notice each change."""

from typing import Any

import pytest

from reference.differential.chat.drive import drive
from reference.differential.chat.known import as_theirs
from reference.differential.chat.messages import THEIRS, side
from reference.differential.chat.plan import CALL, ChatPlan
from reference.differential.mutant import Mutant, alive
from reference.imports import for_reference

pytestmark = [pytest.mark.matrix, pytest.mark.filterwarnings("ignore")]

USAGE = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}
TEXT: tuple[Any, ...] = ({"content": "a", "id": "p1"}, {"content": "b", "usage_metadata": USAGE})
STREAM = ("_stream", "_astream")
HEARD = ChatPlan(call="stream", hooks=STREAM, chunks=TEXT, handler="chat", infos=({"finish_reason": "stop"},))

MUTANTS: list[tuple[str, str, str, ChatPlan]] = [
    ("models.answer_run", "id=chunk.message.id or self._id,", "id=self._id,", HEARD),
    ("models.answer_run", 'f"{self._id}-0"', "self._id", ChatPlan()),
    ("models.answer_run", "{**report, **", "{**", ChatPlan()),
    (
        "models.answer_run",
        '== "last":',
        '== "never":',
        ChatPlan(call="stream", hooks=STREAM, chunks=({"content": "a", "chunk_position": "last"},)),
    ),
    ("models.answer_run", "(generation.generation_info or {})", "{}", HEARD),
    (
        "models.answer_run",
        "total.generation_info)",
        "None)",
        ChatPlan(call="events v1", place="called", hooks=STREAM, infos=({"a": "b"},)),
    ),
    (
        "models.chat_model",
        'if run.tracers and self._streams(kwargs, "_stream", "_astream")',
        "if False",
        ChatPlan(call="events v2", place="called", hooks=STREAM),
    ),
    (
        "models.chat_model",
        'and kwargs.get("tools"))',
        "and False)",
        ChatPlan(call="stream", hooks=STREAM, chunks=TEXT, tools=True, disable_streaming="tool_calling"),
    ),
    (
        "models.chat_model",
        "self._stream(messages, stop=stop, **kwargs))",
        "self._stream(messages, **kwargs))",
        ChatPlan(call="stream", hooks=STREAM, stop=["x"]),
    ),
    (
        "models.chat_model",
        'manager.on_llm_new_token("", chunk=last)\n            yield last\n\n    async',
        "yield last\n\n    async",
        HEARD,
    ),
    (
        "messages.chunk",
        "return 1\n",
        "return 3\n",
        ChatPlan(
            call="events v1", hooks=STREAM, chunks=({"content": "a", "id": "lc_1"}, {"content": "b", "id": "lc_run-2"})
        ),
    ),
    (
        "messages.merge",
        "[merged, *content]",
        "[*content]",
        ChatPlan(chunks=({"content": "a"}, {"content": [{"type": "text", "text": "b", "index": 0}]})),
    ),
    (
        "messages.usage",
        "left.get(key, 0) + right.get(key, 0)",
        "right.get(key, 0)",
        ChatPlan(chunks=({"content": "", "usage_metadata": USAGE},) * 2),
    ),
    ("messages.tool_call", 'name=name or ""', "name=name", ChatPlan(call="stream", hooks=STREAM, chunks=CALL)),
    (
        "messages.partial_json",
        "reversed(missing)",
        "missing",
        ChatPlan(
            call="stream",
            hooks=STREAM,
            chunks=({"content": "", "tool_call_chunks": [{"name": "f", "args": '{"a": [1', "id": "1", "index": 0}]},),
        ),
    ),
    ("runs.callbacks", "[to_prompt(each) for each in messages]", "messages", ChatPlan(handler="llm")),
    ("runs.events", '"llm_output": run.llm_output', '"llm_output": None', ChatPlan(call="events v1", place="called")),
    ("runs.run", 'f"on_{self.type}_start"', '"on_llm_start"', HEARD),
]


@pytest.mark.parametrize(
    ("module", "before", "after", "plan"), MUTANTS, ids=[f"{one[0]}: {one[1][:40]}" for one in MUTANTS]
)
def test_the_comparison_notices_a_mutant(module: str, before: str, after: str, plan: ChatPlan) -> None:
    theirs = drive(plan, THEIRS)
    assert as_theirs(plan, drive(plan, side(for_reference))) == theirs

    with alive(Mutant(module, before, after, ())):
        assert as_theirs(plan, drive(plan, side(for_reference))) != theirs
