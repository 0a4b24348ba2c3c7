"""Many questions at once: batch and abatch."""

from llm_conformance.checks.registry import MAY, MUST, SHOULD, check
from llm_conformance.records import (
    Batch,
    CallbackLog,
    ControlledOutcome,
    Finding,
    Findings,
    Kind,
    Milestone,
    Replies,
    Reply,
    first_difference,
    not_applicable,
    not_testable,
)


@check("batch.completes", MUST, clause="BATCH-002")
def batch_answers(batch: Batch) -> Findings:
    """batch() of four prompts comes to its end: it neither raises nor hangs."""
    if batch.failed:
        yield Finding(expected="four answers", actual=batch.ended_with)


@check("abatch.completes", MUST, clause="BATCH-002")
def abatch_answers(abatch: Batch) -> Findings:
    """abatch() of four prompts comes to its end: it neither raises nor hangs."""
    if abatch.failed:
        yield Finding(expected="four answers", actual=abatch.ended_with)


@check("batch.returns-list", MUST, clause="TYPE-005", for_each=("batch", "abatch"))
def a_list_as_long_as_the_input(batch: Batch) -> Findings:
    """batch() and abatch() return a list of the length of their input."""
    if batch.builtin != "list":
        yield Finding(expected="a list", actual=f"a {batch.returned_type}")
    elif len(batch.slots) != 4:  # noqa: PLR2004 - the four prompts of the scenario
        yield Finding(expected="a list of 4 answers", actual=f"a list of {len(batch.slots)}")


@check(
    "batch.order",
    MUST,
    clause="BATCH-002",
    for_each=("batch", "abatch"),
    requires=("batch.returns-list", "invoke.async-parity"),
    deterministic=True,
)
def answers_stand_in_the_order_of_their_prompts(batch: Batch, invoke: Reply, solo: Replies) -> Findings:
    """Each answer of batch() and abatch() is what invoke() gives to the prompt at its place."""
    second, third = solo.by_label["the second prompt"], solo.by_label["the third prompt"]
    if invoke.text == second.text == third.text:
        yield not_testable("the model gives every prompt the same answer")
        return
    for place, (one, slot) in enumerate(zip((invoke, second, invoke, third), batch.slots, strict=False)):
        if slot.text != one.text:
            at = first_difference(one.text, slot.text)
            yield Finding(one.display, slot.display, at=at, where=f"answer {place} of 4")
            return


@check(
    "batch.one",
    MUST,
    clause="BATCH-002",
    for_each=("batch_one", "abatch_one"),
    requires=("batch.order", "invoke.async-parity"),
    deterministic=True,
)
def a_batch_of_one_is_an_invoke(batch: Batch, invoke: Reply) -> Findings:
    """batch([prompt]) returns a list of one answer: what invoke(prompt) returns."""
    if batch.failed:
        yield Finding(expected="a list of one answer", actual=batch.ended_with)
    elif len(batch.slots) != 1:
        yield Finding(expected="a list of one answer", actual=f"{len(batch.slots)} answers")
    elif batch.slots[0].text != invoke.text:
        at = first_difference(invoke.text, batch.slots[0].text)
        yield Finding(invoke.display, batch.slots[0].display, at=at)


@check("batch.empty", MUST, clause="BATCH-001", for_each=("batch_none", "abatch_none"))
def no_prompts_no_answers(batch: Batch) -> Findings:
    """batch([]) and abatch([]) return an empty list."""
    if batch.failed:
        yield Finding(expected="an empty list", actual=batch.ended_with)
    elif batch.builtin != "list" or batch.slots:
        yield Finding(expected="an empty list", actual=f"a {batch.returned_type} of {len(batch.slots)}")


@check(
    "batch.max-concurrency",
    MUST,
    clause="BATCH-002",
    for_each=("batch_capped", "abatch_capped"),
    requires=("batch.order", "invoke.async-parity"),
    deterministic=True,
)
def a_cap_changes_no_answer(capped: Batch, batch: Batch) -> Findings:
    """With max_concurrency in its config, batch() gives the answers that it gives without."""
    if capped.failed:
        yield Finding(expected="four answers with max_concurrency=2", actual=capped.ended_with)
        return
    if len(capped.slots) != len(batch.slots):
        yield Finding(expected=f"{len(batch.slots)} answers", actual=f"{len(capped.slots)} answers")
    for place, (one, slot) in enumerate(zip(batch.slots, capped.slots, strict=False)):
        if slot.text != one.text:
            at = first_difference(one.text, slot.text)
            yield Finding(one.display, slot.display, at=at, where=f"answer {place} of {len(batch.slots)}")
            return


@check("batch.concurrency-limit", SHOULD, clause="BATCH-006", for_each=("peak_of_batch", "peak_of_abatch"))
def no_more_than_the_cap(trial: ControlledOutcome) -> Findings:
    """With max_concurrency=2 the model is never at work on more than two answers of a batch."""
    if trial.failed:
        yield Finding(expected="six answers with max_concurrency=2", actual=trial.ended_with)
    elif (peak := trial.milestones.get(Milestone.PEAK_CONCURRENCY, 0)) > 2:  # noqa: PLR2004 - the cap of the scenario
        yield Finding(expected="at most 2 answers at the same time", actual=f"{peak} at the same time")


@check(
    "batch.raises",
    MUST,
    clause="BATCH-003",
    for_each=("batch_refused", "abatch_refused", "failing_batch", "failing_abatch"),
    requires=("errors.invoke",),
)
def one_failure_fails_the_batch(batch: Batch) -> Findings:
    """Without return_exceptions, an input that fails makes the whole call raise."""
    if batch.raised is None:
        seen = batch.hung.text if batch.hung is not None else f"a {batch.returned_type} of {len(batch.slots)}"
        yield Finding(expected="an exception for the middle input", actual=seen)


@check(
    "batch.return-exceptions",
    MUST,
    clause="BATCH-004",
    for_each=("batch_kept", "abatch_kept", "kept_batch", "kept_abatch"),
    requires=("errors.invoke",),
)
def a_failure_stands_in_its_slot(batch: Batch) -> Findings:
    """With return_exceptions=True nothing is raised: the slot of the input that failed holds its exception."""
    if batch.failed:
        yield Finding(expected="a list with an exception in its middle slot", actual=batch.ended_with)
    elif len(batch.slots) != 3:  # noqa: PLR2004 - the three inputs of the scenario
        yield Finding(expected="a list of 3", actual=f"a {batch.returned_type} of {len(batch.slots)}")
    elif batch.slots[1].raised is None:
        yield Finding(expected="an exception in the middle slot", actual=batch.slots[1].display)


@check(
    "batch.isolates-failures",
    SHOULD,
    clause="BATCH-005",
    for_each=("batch_kept", "abatch_kept", "kept_batch", "kept_abatch"),
    requires=("invoke.usable-after-error", "errors.invoke"),
    kinds=(Kind.LLM, Kind.CHAT),
)
def the_others_keep_their_answers(batch: Batch) -> Findings:
    """With return_exceptions=True the inputs that did not fail have their answers in their slots."""
    lost = [f"slot {place} {slot.ended_with}" for place, slot in enumerate(batch.slots) if place != 1 and slot.failed]
    if lost:
        yield Finding(expected="answers in slots 0 and 2", actual="; ".join(lost))


@check("batch.configs", MUST, clause="BATCH-007", requires=("batch.completes",))
def a_config_for_each_input(batch_configs: Batch, batch_short_configs: Batch) -> Findings:
    """A list of configs applies one to one; a list of another length than the inputs is refused."""
    if batch_configs.failed:
        yield Finding(expected="two answers with two configs", actual=batch_configs.ended_with)
    elif len(batch_configs.slots) != 2:  # noqa: PLR2004 - the two prompts of the scenario
        yield Finding(expected="two answers with two configs", actual=f"{len(batch_configs.slots)} answers")
    if batch_short_configs.hung is not None:
        yield Finding(expected="ValueError for two inputs with one config", actual=batch_short_configs.ended_with)
    elif batch_short_configs.raised is None:
        seen = f"{len(batch_short_configs.slots)} answers"
        yield Finding(expected="ValueError for two inputs with one config", actual=seen)


@check("batch.passes-arguments", MUST, clause="BATCH-008", deterministic=True)
def arguments_reach_every_call(stop_batch: Batch, stop_invoke: Reply) -> Findings:
    """Keyword arguments of batch() reach every call: with stop, each answer is what invoke() gives with it."""
    if stop_invoke.raised is not None:
        yield not_applicable("invoke() refuses stop")
    elif stop_batch.failed:
        yield Finding(expected="answers, as invoke() gives one with stop", actual=stop_batch.ended_with)
    else:
        for place, slot in enumerate(stop_batch.slots):
            if slot.text != stop_invoke.text:
                at = first_difference(stop_invoke.text, slot.text)
                yield Finding(stop_invoke.display, slot.display, at=at, where=f"answer {place}")
                return


@check("batch.run-id", MAY, clause="BATCH-009", for_each=("batch_with_run_id",), kinds=(Kind.LLM, Kind.CHAT))
def a_batch_uses_the_run_id(call: CallbackLog) -> Findings:
    """A run id in the config of a batch is that of its first input; string models of langchain-core ignore it."""
    given = call.run_id
    if call.failed:
        yield Finding(expected="one answer", actual=call.ended_with)
    elif not call.of_model:
        yield not_applicable("it tells handlers of no run of a model in a batch")
    elif call.of_model[0].run_id != given:
        yield Finding(expected=f"run id {given!r}", actual=f"run id {call.of_model[0].run_id!r}")
