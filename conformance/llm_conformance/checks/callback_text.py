"""The text that a model reports to callback handlers: its tokens, and the answer at the end of the run."""

from __future__ import annotations

from llm_conformance.checks.callbacks import MODELS, WITH_HANDLERS
from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.checks.vacuity import no_text
from llm_conformance.records import CallbackLog, Finding, Findings, Text, first_difference, not_applicable

_NO_ANSWER = "the model reports no end, or none with generations, to callback handlers"
_NO_TOKENS = "the model reports no tokens, or none as text, to callback handlers"


@check(
    "callbacks.tokens",
    SHOULD,
    clause="CONF-007",
    vacuous=(no_text,),
    for_each=("callbacks[stream]", "callbacks[astream]"),
    kinds=MODELS,
    requires=("stream.repeats", "stream.concat", "stream.async-parity"),
)
def reported_tokens_add_up_to_the_chunks(call: CallbackLog) -> Findings:
    """The tokens that the model reports by `on_llm_new_token`, joined, are the joined chunks, if it reports any."""
    tokens, chunks = tuple(event.text or "" for event in call.tokens), call.texts
    if not tokens or any(event.text is None for event in call.tokens):
        yield not_applicable(_NO_TOKENS)
    elif "".join(tokens) != "".join(chunks):
        at = first_difference("".join(chunks), "".join(tokens))
        yield Finding(Text(chunks), Text(tokens), code="text-differs", at=at, sides=("chunks", "on_llm_new_token"))


@check(
    "callbacks.before-chunk",
    SHOULD,
    clause="CONF-007",
    vacuous=(no_text,),
    for_each=("callbacks[stream]", "callbacks[astream]"),
    kinds=MODELS,
    requires=("callbacks.tokens",),
)
def a_token_is_reported_before_its_chunk_is_delivered(call: CallbackLog) -> Findings:
    """The model reports each token to handlers before the consumer gets the chunk with it."""
    if not call.tokens or any(event.text is None for event in call.tokens):
        yield not_applicable(_NO_TOKENS)
        return
    delivered = 0
    for index, text in enumerate(call.texts):
        delivered += len(text)
        reported = sum(len(event.text or "") for event in call.tokens if event.delivered <= index)
        if reported < delivered:
            yield Finding(
                f"{_characters(delivered)} reported before the chunk is delivered",
                f"{_characters(reported)} reported",
                code="reported-late",
                where=f"chunk {index}",
                hint="call `run_manager.on_llm_new_token()` before the `yield`, not after it",
            )
            return


@check(
    "callbacks.end-text",
    SHOULD,
    clause="CONF-011",
    vacuous=(no_text,),
    for_each=WITH_HANDLERS,
    kinds=MODELS,
    requires=("callbacks.start-end", "invoke.returns-text", "stream.yields-messages"),
)
def the_reported_end_has_the_answer(call: CallbackLog) -> Findings:
    """The generations that handlers get with `on_llm_end` have the text of the answer."""
    answer = call.of_model[-1].answer if call.of_model else None
    if answer is None:
        yield not_applicable(_NO_ANSWER)
    elif answer != "".join(call.texts):
        at = first_difference("".join(call.texts), answer)
        hint = "pass `LLMResult(generations=[[..]])` with the sum of the chunks to `on_llm_end`"
        yield Finding(
            Text(call.texts), Text((answer,)), code="text-differs", at=at, hint=hint, sides=("chunks", "on_llm_end")
        )


def _characters(count: int) -> str:
    return f"{count} character{'s' * (count != 1)}"
