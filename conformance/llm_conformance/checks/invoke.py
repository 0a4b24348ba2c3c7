"""`invoke()` and `ainvoke()`: one prompt, one answer."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import refused_hint, text_hint
from llm_conformance.checks.registry import MUST, check
from llm_conformance.checks.vacuity import no_text
from llm_conformance.records import Control, Finding, Findings, Kind, Reply, SubjectInfo, Text, first_difference


@check("invoke.completes", MUST, clause="TYPE-001")
def invoke_completes(invoke: Reply) -> Findings:
    """`invoke()` returns: it neither raises nor hangs."""
    if invoke.failed:
        yield call_failed("returns an answer", invoke)


@check("ainvoke.completes", MUST, clause="TYPE-001")
def ainvoke_completes(ainvoke: Reply) -> Findings:
    """`ainvoke()` returns: it neither raises nor hangs."""
    if ainvoke.failed:
        # It is not called if `invoke()` fails.
        yield call_failed("returns an answer", ainvoke, hint=refused_hint(ainvoke.raised))


@check("invoke.returns-text", MUST, clause="TYPE-001", for_each=("invoke", "ainvoke"), kinds=(Kind.LLM,))
def a_string_model_returns_a_str(reply: Reply) -> Findings:
    """`invoke()` and `ainvoke()` of a string model return a `str`."""
    if reply.value is not None and not reply.value.is_text:
        yield Finding("a str", reply.value.display, code="not-a-str")


@check("invoke.returns-message", MUST, clause="TYPE-002", for_each=("invoke", "ainvoke"), kinds=(Kind.CHAT,))
def a_chat_model_returns_a_message(reply: Reply) -> Findings:
    """`invoke()` and `ainvoke()` of a chat model return a message with content, not a `str` and not a message chunk."""
    if reply.value is None:
        return
    if reply.value.base != "object":
        yield Finding("a message", reply.value.display, code="not-a-message")
    elif reply.value.type.endswith("Chunk"):
        yield Finding("a message", reply.value.display, code="message-chunk")


@check(
    "invoke.async-parity", MUST, clause="STREAM-002", vacuous=(no_text,), requires=("invoke.exact",), deterministic=True
)
def ainvoke_returns_what_invoke_returns(invoke: Reply, ainvoke: Reply) -> Findings:
    """`ainvoke()` returns the text that `invoke()` returns."""
    if ainvoke.text != invoke.text:
        yield Finding(
            invoke.display,
            ainvoke.display,
            code="text-differs",
            at=first_difference(invoke.text, ainvoke.text),
            hint=text_hint(invoke.text, ainvoke.text),
            sides=("invoke()", "ainvoke()"),
        )


@check(
    "invoke.exact",
    MUST,
    clause="STREAM-001",
    vacuous=(no_text,),
    for_each=("invoke", "ainvoke"),
    control=Control.SCRIPT,
)
def invoke_returns_the_scripted_text(reply: Reply, subject: SubjectInfo) -> Findings:
    """`invoke()` and `ainvoke()` return exactly the scripted text."""
    expected_text = "".join(subject.tokens[0])
    if reply.text != expected_text:
        yield Finding(
            Text((expected_text,)),
            reply.display,
            code="text-differs",
            at=first_difference(expected_text, reply.text),
            hint=text_hint(expected_text, reply.text),
        )
