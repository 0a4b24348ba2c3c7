"""`batch()` and `abatch()`: several prompts in one call."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import batch_order_hint, text_hint
from llm_conformance.checks.registry import MAY, MUST, check
from llm_conformance.checks.vacuity import no_text
from llm_conformance.records import (
    Batch,
    CallbackLog,
    Finding,
    Findings,
    Kind,
    Need,
    Replies,
    Reply,
    first_difference,
    inconclusive,
    not_applicable,
)


@check("batch.completes", MUST, clause="BATCH-002")
def batch_completes(batch: Batch) -> Findings:
    """`batch()` of four prompts returns: it neither raises nor hangs."""
    if batch.failed:
        yield call_failed("returns four answers", batch)


@check("abatch.completes", MUST, clause="BATCH-002")
def abatch_completes(abatch: Batch) -> Findings:
    """`abatch()` of four prompts returns: it neither raises nor hangs."""
    if abatch.failed:
        yield call_failed("returns four answers", abatch)


@check("batch.returns-list", MUST, clause="TYPE-005", for_each=("batch", "abatch"))
def a_batch_returns_a_list_of_the_length_of_its_input(batch: Batch) -> Findings:
    """`batch()` and `abatch()` return a list with one answer per input."""
    if batch.builtin != "list":
        yield Finding("a list", f"a {batch.returned_type}", code="not-a-list")
    elif len(batch.slots) != 4:  # noqa: PLR2004 - the four prompts of the scenario
        yield Finding("a list of 4 answers", f"a list of {len(batch.slots)}", code="length-differs")


@check(
    "batch.order",
    MUST,
    clause="BATCH-002",
    vacuous=(no_text,),
    for_each=("batch", "abatch"),
    requires=("batch.returns-list", "invoke.async-parity", "isolation.concurrent-invokes"),
    deterministic=True,
)
def answers_are_in_the_order_of_the_prompts(batch: Batch, invoke: Reply, other_prompts: Replies) -> Findings:
    """Each answer of `batch()` and `abatch()` is what `invoke()` returns for the prompt at the same index."""
    second, third = (other_prompts.by_label.get(name, Reply()) for name in ("the second prompt", "the third prompt"))
    if invoke.text == second.text == third.text:
        yield inconclusive("the model gives the same answer to every prompt", Need.PROMPTS)
        return
    expected = (invoke, second, invoke, third)
    for index, (reply, slot) in enumerate(zip(expected, batch.slots, strict=False)):
        if slot.text != reply.text:
            hint = batch_order_hint([one.text for one in expected], [one.text for one in batch.slots])
            yield Finding(
                reply.display,
                slot.display,
                code="answer-differs",
                at=first_difference(reply.text, slot.text),
                where=f"result[{index}]",
                hint=hint,
                sides=("invoke()", "batch"),
            )
            return


@check(
    "batch.one",
    MUST,
    clause="BATCH-002",
    vacuous=(no_text,),
    for_each=("batch_one[*]",),
    requires=("batch.order", "invoke.async-parity"),
    deterministic=True,
)
def a_batch_of_one_prompt_has_one_answer(batch: Batch, invoke: Reply) -> Findings:
    """`batch([prompt])` returns a list of one answer, the one that `invoke(prompt)` returns."""
    if batch.failed:
        yield call_failed("returns a list of one answer", batch)
    elif len(batch.slots) != 1:
        yield Finding("a list of 1 answer", f"a list of {len(batch.slots)}", code="length-differs")
    elif batch.slots[0].text != invoke.text:
        actual = batch.slots[0]
        at = first_difference(invoke.text, actual.text)
        hint = text_hint(invoke.text, actual.text)
        yield Finding(
            invoke.display,
            actual.display,
            code="answer-differs",
            at=at,
            where="result[0]",
            hint=hint,
            sides=("invoke()", "batch"),
        )


@check(
    "batch.empty", MUST, clause="BATCH-001", empty_passes="an empty batch has no answer", for_each=("batch_empty[*]",)
)
def an_empty_batch_returns_an_empty_list(batch: Batch) -> Findings:
    """`batch([])` and `abatch([])` return an empty list."""
    if batch.failed:
        yield call_failed("returns an empty list", batch, hint="return `[]` before looking at the first input")
    elif batch.builtin != "list" or batch.slots:
        actual = f"a {batch.returned_type} of length {len(batch.slots)}"
        yield Finding("an empty list", actual, code="not-an-empty-list")


@check(
    "batch.max-concurrency",
    MUST,
    clause="BATCH-002",
    vacuous=(no_text,),
    for_each=("batch_max_concurrency[*]",),
    requires=("batch.order", "invoke.async-parity"),
    deterministic=True,
)
def max_concurrency_does_not_change_the_answers(capped: Batch, batch: Batch) -> Findings:
    """With `max_concurrency` in its config, `batch()` returns the same answers as without."""
    if capped.failed:
        yield call_failed("returns four answers with `max_concurrency=3`", capped)
        return
    if len(capped.slots) != len(batch.slots):
        yield Finding(f"a list of {len(batch.slots)} answers", f"a list of {len(capped.slots)}", code="length-differs")
    for index, (reply, slot) in enumerate(zip(batch.slots, capped.slots, strict=False)):
        if slot.text != reply.text:
            hint = batch_order_hint([one.text for one in batch.slots], [one.text for one in capped.slots])
            yield Finding(
                reply.display,
                slot.display,
                code="answer-differs",
                at=first_difference(reply.text, slot.text),
                where=f"result[{index}]",
                hint=hint,
                sides=("invoke()", "batch"),
            )
            return


@check(
    "batch.as-completed",
    MAY,
    clause="BATCH-010",
    for_each=("batch_as_completed", "abatch_as_completed"),
    requires=("batch.order", "invoke.async-parity"),
    deterministic=True,
)
def each_index_is_completed_once(completed: Batch, invoke: Reply, other_prompts: Replies) -> Findings:
    """`batch_as_completed()` and `abatch_as_completed()` give each index once, with the answer of `invoke()`."""
    expected = (invoke, other_prompts.by_label.get("the second prompt", Reply()))
    if completed.failed:
        yield call_failed("yields two pairs of an index and an answer", completed)
    elif not all(reply.text for reply in expected):
        yield inconclusive("the answer has no text")
    elif expected[0].text == expected[1].text:
        yield inconclusive("the model gives the same answer to every prompt", Need.PROMPTS)
    else:
        yield from _of_pairs(completed, expected)


def _of_pairs(completed: Batch, expected: tuple[Reply, ...]) -> Findings:
    values = [() if slot.value is None else slot.value.items for slot in completed.slots]
    pairs = [(value[0].scalar, value[1]) for value in values if len(value) == 2]  # noqa: PLR2004 - index and answer
    answers = dict(pairs)
    if not len(values) == len(answers) == len(expected) or set(answers) != {0, 1}:
        indices = ", ".join(str(index) for index, _ in pairs) or "none"
        found = f"{len(values)} items, and pairs with the indices: {indices}"
        yield Finding("two pairs, with the indices 0 and 1", found, code="indices-differ")
        return
    for index, reply in enumerate(expected):
        actual = answers[index]
        if actual.text != reply.text:
            yield Finding(
                reply.display,
                actual.display,
                code="answer-differs",
                at=first_difference(reply.text, actual.text or ""),
                where=f"index {index}",
                sides=("invoke()", "as completed"),
            )
            return


@check("batch.run-id", MAY, clause="BATCH-009", for_each=("batch_with_run_id",), kinds=(Kind.LLM, Kind.CHAT))
def a_batch_uses_the_run_id(call: CallbackLog) -> Findings:
    """The `run_id` in the config of a batch is the run id of its first input."""
    if call.failed:
        yield call_failed("returns one answer", call)
    elif not call.of_model:
        yield not_applicable("the model reports no run of a batch to callback handlers")
    elif call.of_model[0].run_id != call.run_id:
        yield Finding(f"run id {call.run_id!r}", f"run id {call.of_model[0].run_id!r}", code="run-id-differs")
