"""Structured output of a model that decides by itself what it says."""

from __future__ import annotations

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.registry import MUST, check
from llm_conformance.checks.structured import ends_with
from llm_conformance.records import ChatAnswers, Findings, Reply, Stream, inconclusive

_DEMANDED = "tool_choice='any'"


@check(
    "tools.own-objects",
    MUST,
    clause="CALL-008",
    for_each=("own_object[stream]", "own_object[astream]"),
    kinds=CHAT,
    requires=("tools.parity", "tools.forms", "tools.structured"),
    deterministic=True,
)
def a_stream_ends_with_the_object_of_invoke(
    stream: Stream,
    own_object_invoke: Reply,
    own_object_again: Reply,
    bound_stream: ChatAnswers,
    chosen_stream: ChatAnswers,
) -> Findings:
    """With `with_structured_output()` and no planned answer, the last object of a stream is that of `invoke()`."""
    if not own_object_invoke.is_dict:
        yield inconclusive("`with_structured_output()` is not implemented, or the model gives no object by itself")
    elif own_object_again.value != own_object_invoke.value:
        yield inconclusive("with a schema, the model gives the same prompt different objects")
    else:
        # langchain-core demands a call for a schema, and a model may not stream one.
        demanded = {name: one for name, one in chosen_stream.by_label.items() if name == _DEMANDED and one.chunks}
        yield from ends_with(stream, own_object_invoke, ChatAnswers(by_label=demanded) if demanded else bound_stream)
