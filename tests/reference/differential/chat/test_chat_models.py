"""Runs generated calls of chat models on both libraries: except for known differences, both behave the same.

By default there are a few plans, the same ones each time. `LLM_DIFFERENTIAL=2000` generates 2000, different ones each
time.
"""

import os
import pprint
from difflib import unified_diff
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from reference.differential.chat.drive import drive
from reference.differential.chat.known import DIFFERENCES, as_theirs, without_ends_of_failed_runs
from reference.differential.chat.messages import OURS, THEIRS
from reference.differential.chat.plan import CALL, CALLS, ChatPlan, plans

LONG = os.environ.get("LLM_DIFFERENTIAL")

# langchain-core calls v1 deprecated.
pytestmark = pytest.mark.filterwarnings("ignore")


def assert_the_same(plan: ChatPlan) -> None:
    ours, theirs = as_theirs(plan, drive(plan, OURS)), without_ends_of_failed_runs(plan, drive(plan, THEIRS))
    lines, other_lines = (pprint.pformat(each, width=150).splitlines() for each in (ours, theirs))
    diff = unified_diff(lines, other_lines, "reference", "langchain-core", lineterm="", n=1)

    assert ours == theirs, "\n".join([repr(plan), *diff])


@settings(
    max_examples=int(LONG or 25),
    derandomize=not LONG,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink] if LONG else [Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(plans())
def test_generated_plans_behave_the_same_on_both(plan: ChatPlan) -> None:
    assert_the_same(plan)


USAGE = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}
INFOS = ({"finish_reason": "stop"},)
TEXT: tuple[Any, ...] = ({"content": "a", "id": "p1"}, {"content": "b", "usage_metadata": USAGE})


@pytest.mark.parametrize("call", [call for call in CALLS if "closed" not in call])
@pytest.mark.parametrize(
    "plan",
    [
        {"chunks": CALL, "stop": ["x"]},
        {"chunks": CALL, "hooks": ("_stream",), "tools": True, "handler": "chat", "stop": ["x"]},
        {"chunks": TEXT, "infos": INFOS, "hooks": ("_stream", "_astream"), "place": "called", "handler": "llm"},
        {"chunks": TEXT, "hooks": ("_stream", "_astream"), "place": "called in a thread", "handler": "chat"},
        {"chunks": TEXT, "hooks": ("_stream", "_astream"), "place": "chain", "handler": "chat"},
        {"chunks": TEXT, "hooks": ("_stream", "_astream"), "place": "chain", "fails_at": 1, "handler": "chat"},
    ],
    ids=["whole", "streamed call", "called", "called in a thread", "chain", "failing chain"],
)
def test_every_call_behaves_the_same_on_both(call: str, plan: dict[str, Any]) -> None:
    assert_the_same(ChatPlan(call=call, **plan))


@pytest.mark.parametrize("call", ["stream, closed", "astream, closed"])
def test_a_stream_that_is_closed_early_is_reported_the_same_on_both(call: str) -> None:
    assert_the_same(ChatPlan(call=call, hooks=("_stream", "_astream"), chunks=TEXT, handler="chat"))


EXAMPLES = {
    "S2": ChatPlan(call="events v2"),
    "S13": ChatPlan(call="events v2", hooks=("_stream",)),
    "S22": ChatPlan(call="stream"),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_every_known_difference_is_one(name: str) -> None:
    plan = EXAMPLES[name]
    ours = drive(plan, OURS)

    assert DIFFERENCES[name](plan, ours) != ours
    assert_the_same(plan)


def test_v1_ends_nested_runs_that_failed_in_langchain_core() -> None:
    plan = ChatPlan(call="events v1", place="chain", hooks=("_stream",), fails_at=0)
    theirs = drive(plan, THEIRS)

    assert without_ends_of_failed_runs(plan, theirs) != theirs
    assert_the_same(plan)
