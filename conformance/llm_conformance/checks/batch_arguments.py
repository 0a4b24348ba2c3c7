"""What a batch passes on to each of its calls: the keyword arguments, and the config at the index of the input."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.registry import MUST, check
from llm_conformance.checks.vacuity import no_text
from llm_conformance.records import (
    Batch,
    CallbackLog,
    Finding,
    Findings,
    Kind,
    Reply,
    first_difference,
    inconclusive,
    not_applicable,
)


@check("batch.configs", MUST, clause="BATCH-007", requires=("batch.completes",))
def a_list_of_configs_applies_one_to_one(batch_configs: Batch, batch_short_configs: Batch) -> Findings:
    """`batch()` applies a list of configs one to one, and raises if the list is shorter than the list of inputs."""
    if batch_configs.failed:
        yield call_failed("returns two answers for two inputs with two configs", batch_configs)
    elif len(batch_configs.slots) != 2:  # noqa: PLR2004 - the two prompts of the scenario
        expected = "a list of 2 answers for two inputs with two configs"
        yield Finding(expected, f"a list of {len(batch_configs.slots)}", code="length-differs")
    expected = "a ValueError for two inputs with one config"
    if batch_short_configs.hung is not None:
        yield call_failed(expected, batch_short_configs, during="short-configs")
    elif batch_short_configs.raised is None:
        actual = f"a list of {len(batch_short_configs.slots)}"
        yield Finding(expected, actual, code="short-configs-accepted")


@check("batch.each-config", MUST, clause="BATCH-007", for_each=("batch_each_config[*]",), kinds=(Kind.LLM, Kind.CHAT))
def each_input_has_its_own_config(call: CallbackLog) -> Findings:
    """With a list of configs, each config is used: there is a run with its tags."""
    expected = "a run with the tag 'one', and another with the tag 'two'"
    if call.failed:
        yield call_failed("returns two answers for two inputs with two configs", call)
        return
    counts = {tag: sum(tag in start.tags for start in call.starts) for tag in ("one", "two")}
    missing = [tag for tag, count in counts.items() if not count]
    # The runs within a run have its tags: a model that calls another one reports two runs for an input.
    if len(missing) == len(counts):
        yield not_applicable("the model reports no run with tags to callback handlers")
    elif missing and sum(counts.values()) == 1:
        yield inconclusive("only one run has a tag of the configs: the model may report one run for both inputs")
    elif missing:
        (tag,) = counts.keys() - missing
        actual = f"{counts[tag]} runs with the tag {tag!r}, and none with {missing[0]!r}"
        hint = "one config is used for all inputs: give each call the config at the index of its input"
        yield Finding(expected, actual, code="config-repeated", hint=hint)


@check("batch.passes-arguments", MUST, clause="BATCH-008", vacuous=(no_text,), deterministic=True)
def keyword_arguments_reach_every_call(stop_batch: Batch, stop_invoke: Reply, invoke: Reply) -> Findings:
    """`batch()` passes keyword arguments to every call: with `stop`, each answer is what `invoke()` returns with it."""
    yield from _passes_stop("batch", stop_batch, stop_invoke, invoke)


@check(
    "abatch.passes-arguments",
    MUST,
    clause="BATCH-008",
    vacuous=(no_text,),
    requires=("batch.passes-arguments", "invoke.async-parity", "isolation.concurrent-invokes"),
    deterministic=True,
)
def keyword_arguments_reach_every_asynchronous_call(stop_abatch: Batch, stop_invoke: Reply, invoke: Reply) -> Findings:
    """`abatch()` passes keyword arguments to every call: with `stop`, each answer is that of `invoke()` with it."""
    yield from _passes_stop("abatch", stop_abatch, stop_invoke, invoke)


def _passes_stop(method: str, batch: Batch, stop_invoke: Reply, invoke: Reply) -> Findings:
    if stop_invoke.raised is not None:
        yield not_applicable("`invoke()` rejects `stop`")
    elif stop_invoke.hung is not None:
        yield inconclusive("`invoke()` with `stop` does not return")
    elif batch.failed:
        yield call_failed("returns answers with `stop`, as `invoke()` does", batch)
    else:
        for index, slot in enumerate(batch.slots):
            if slot.text != stop_invoke.text:
                yield Finding(
                    stop_invoke.display,
                    slot.display,
                    code="answer-differs",
                    at=first_difference(stop_invoke.text, slot.text),
                    where=f"result[{index}]",
                    hint=f"`{method}()` does not pass its keyword arguments on to each call",
                    sides=("invoke()", method),
                )
                return
        if stop_invoke.text == invoke.text:
            yield inconclusive("`stop` has no effect on `invoke()`")
