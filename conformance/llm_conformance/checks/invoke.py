"""One question, one answer: invoke and ainvoke, and what they do with input that is none."""

from llm_conformance.checks.registry import MUST, check
from llm_conformance.records import (
    Control,
    Finding,
    Findings,
    IteratorOutcome,
    Kind,
    Reply,
    Stream,
    SubjectInfo,
    Text,
    first_difference,
)


@check("invoke.completes", MUST, clause="TYPE-001")
def invoke_answers(invoke: Reply) -> Findings:
    """invoke() comes to its end: it neither raises nor hangs."""
    if invoke.failed:
        yield Finding(expected="an answer", actual=invoke.ended_with)


@check("ainvoke.completes", MUST, clause="TYPE-001")
def ainvoke_answers(ainvoke: Reply) -> Findings:
    """ainvoke() comes to its end: it neither raises nor hangs."""
    if ainvoke.failed:
        yield Finding(expected="an answer", actual=ainvoke.ended_with)


@check("invoke.returns-text", MUST, clause="TYPE-001", for_each=("invoke", "ainvoke"), kinds=(Kind.LLM,))
def a_string_model_answers_with_text(reply: Reply) -> Findings:
    """A string model's invoke() returns a str, and its ainvoke() awaits to one."""
    if reply.value is not None and not reply.value.is_text:
        yield Finding(expected="a str", actual=reply.value.display)


@check("invoke.returns-message", MUST, clause="TYPE-002", for_each=("invoke", "ainvoke"), kinds=(Kind.CHAT,))
def a_chat_model_answers_with_a_message(reply: Reply) -> Findings:
    """A chat model's invoke() returns a message with content: no str, and no chunk of one."""
    if reply.value is None:
        return
    if reply.value.base != "object" or reply.value.type.endswith("Chunk"):
        yield Finding(expected="a message", actual=reply.value.display)


@check("invoke.async-parity", MUST, clause="STREAM-002", requires=("invoke.exact",), deterministic=True)
def ainvoke_says_what_invoke_says(invoke: Reply, ainvoke: Reply) -> Findings:
    """ainvoke() awaits to the text that invoke() returns."""
    if ainvoke.text != invoke.text:
        yield Finding(invoke.display, ainvoke.display, at=first_difference(invoke.text, ainvoke.text))


@check("invoke.exact", MUST, clause="STREAM-001", for_each=("invoke", "ainvoke"), control=Control.SCRIPT)
def invoke_returns_what_was_said(reply: Reply, about: SubjectInfo) -> Findings:
    """invoke() and ainvoke() return exactly the text that the model was made to say."""
    said = "".join(about.tokens[0])
    if reply.text != said:
        yield Finding(Text((said,)), reply.display, at=first_difference(said, reply.text))


@check(
    "input.rejects-invalid",
    MUST,
    clause="TYPE-007",
    for_each=("refused_invoke", "refused_ainvoke", "refused_stream", "refused_astream"),
    kinds=(Kind.LLM, Kind.CHAT),
)
def a_number_is_no_prompt(call: Reply | Stream) -> Findings:
    """Input that is no text, no message and no prompt value makes every call raise."""
    if call.raised is None:
        seen = call.hung.text if call.hung is not None else call.display
        yield Finding(expected="an exception for the input 42", actual=seen)


@check(
    "stream.refuses-at-first-next",
    MUST,
    clause="STREAM-005",
    for_each=("refused_stream", "refused_astream"),
    requires=("stream.is-iterator",),
    kinds=(Kind.LLM, Kind.CHAT),
)
def a_stream_raises_when_it_is_read(stream: IteratorOutcome) -> Findings:
    """The call of stream() or astream() does nothing yet: an error of the input comes at the first next."""
    if stream.raised is not None and stream.raised_at_call:
        yield Finding(
            expected="an iterator that raises at its first next", actual=f"the call itself {stream.ended_with}"
        )


@check("invoke.usable-after-error", MUST, clause="STREAM-012", deterministic=True)
def an_error_does_no_harm(invoke: Reply, after_refusal: Reply) -> Findings:
    """A call that failed leaves the model usable: the next one answers as if nothing had happened."""
    if after_refusal.failed:
        yield Finding(expected="an answer after a call that raised", actual=after_refusal.ended_with)
    elif after_refusal.text != invoke.text:
        at = first_difference(invoke.text, after_refusal.text)
        yield Finding(invoke.display, after_refusal.display, at=at)
