"""Many questions at once: batch and abatch.

The list of prompts repeats one and is no palindrome, so that a reversed batch shows as well as a de-duplicated one.
"""

from dataclasses import replace
from uuid import UUID

from llm_conformance.observe.callback_recorder import Ear
from llm_conformance.observe.context import Stage
from llm_conformance.records import Batch, Heard
from llm_conformance.scenarios.invalid_input import NONSENSE
from llm_conformance.scenarios.registry import scenario

ORDER = (0, 1, 0, 2)
_RUN_ID = UUID("00000000-0000-4000-8000-0000000000b1")


def _prompts(stage: Stage) -> list[str]:
    return [stage.prompts[index] for index in ORDER]


def _faulty(stage: Stage) -> list[object]:
    return [stage.prompts[0], NONSENSE, stage.prompts[1]]


@scenario(
    owner="batch.completes",
    method="batch",
    calls=4,
    after=("invoke.completes",),
    echoes=("invoke", "solo", "config_forms"),
)
def batch(stage: Stage) -> Batch:
    """Four prompts, two of them the same."""
    prompts = _prompts(stage)
    return stage.batch(lambda llm: llm.batch(prompts), calls=4, inputs=prompts)


@scenario(
    owner="abatch.completes",
    method="abatch",
    calls=4,
    after=("ainvoke.completes",),
    echoes=("batch", "solo", "config_forms"),
)
def abatch(stage: Stage) -> Batch:
    """Four prompts, two of them the same, on a loop."""
    prompts = _prompts(stage)
    return stage.abatch(lambda llm: llm.abatch(prompts), calls=4, inputs=prompts)


@scenario(owner="batch.one", method="batch", after=("batch.completes",))
def batch_one(stage: Stage) -> Batch:
    """A list of one prompt."""
    return stage.batch(lambda llm: llm.batch([stage.prompt]), calls=1)


@scenario(owner="batch.one", method="abatch", after=("abatch.completes",))
def abatch_one(stage: Stage) -> Batch:
    """A list of one prompt, on a loop."""
    return stage.abatch(lambda llm: llm.abatch([stage.prompt]), calls=1)


@scenario(owner="batch.empty", method="batch", calls=0, after=("batch.completes",))
def batch_none(stage: Stage) -> Batch:
    """No prompt at all."""
    return stage.batch(lambda llm: llm.batch([]), calls=0)


@scenario(owner="batch.empty", method="abatch", calls=0, after=("abatch.completes",))
def abatch_none(stage: Stage) -> Batch:
    """No prompt at all, on a loop."""
    return stage.abatch(lambda llm: llm.abatch([]), calls=0)


@scenario(owner="batch.max-concurrency", method="batch", calls=4, after=("batch.completes",))
def batch_capped(stage: Stage) -> Batch:
    """Four prompts, at most two at a time."""
    prompts = _prompts(stage)
    return stage.batch(lambda llm: llm.batch(prompts, {"max_concurrency": 2}), calls=4)


@scenario(owner="batch.max-concurrency", method="abatch", calls=4, after=("abatch.completes",))
def abatch_capped(stage: Stage) -> Batch:
    """Four prompts, at most two at a time, on a loop."""
    prompts = _prompts(stage)
    return stage.abatch(lambda llm: llm.abatch(prompts, {"max_concurrency": 2}), calls=4)


@scenario(
    owner="batch.raises", method="batch", calls=2, after=("batch.completes", "input.refuses-nonsense"), raises=True
)
def batch_refused(stage: Stage) -> Batch:
    """Three inputs, the middle one no prompt."""
    return stage.batch(lambda llm: llm.batch(_faulty(stage)), calls=2, on=stage.fresh())


@scenario(
    owner="batch.raises", method="abatch", calls=2, after=("abatch.completes", "input.refuses-nonsense"), raises=True
)
def abatch_refused(stage: Stage) -> Batch:
    """Three inputs, the middle one no prompt, on a loop."""
    return stage.abatch(lambda llm: llm.abatch(_faulty(stage)), calls=2, on=stage.fresh())


@scenario(owner="batch.return-exceptions", method="batch", calls=2, after=("batch.completes", "input.refuses-nonsense"))
def batch_kept(stage: Stage) -> Batch:
    """The same three inputs, with exceptions returned."""
    return stage.batch(lambda llm: llm.batch(_faulty(stage), return_exceptions=True), calls=2, on=stage.fresh())


@scenario(
    owner="batch.return-exceptions", method="abatch", calls=2, after=("abatch.completes", "input.refuses-nonsense")
)
def abatch_kept(stage: Stage) -> Batch:
    """The same three inputs, with exceptions returned, on a loop."""
    return stage.abatch(lambda llm: llm.abatch(_faulty(stage), return_exceptions=True), calls=2, on=stage.fresh())


@scenario(owner="batch.configs", method="batch", calls=2, after=("batch.completes",))
def batch_configs(stage: Stage) -> Batch:
    """Two prompts with a config for each."""
    prompts, configs = list(stage.prompts[:2]), [{"tags": ["one"]}, {"tags": ["two"]}]
    return stage.batch(lambda llm: llm.batch(prompts, configs), calls=2, inputs=prompts, configs=configs)


@scenario(owner="batch.configs", method="batch", calls=2, after=("batch.completes",), raises=True)
def batch_short_configs(stage: Stage) -> Batch:
    """Two prompts with a list of one config."""
    return stage.batch(lambda llm: llm.batch(list(stage.prompts[:2]), [{"tags": ["one"]}]), calls=2)


@scenario(owner="batch.run-id", method="batch", after=("batch.completes", "callbacks.balance", "config.run-id"))
def batch_with_run_id(stage: Stage) -> Heard:
    """A list of one prompt, with a handler and a run id in its config."""
    ear = Ear()
    config = {"callbacks": [ear.handler], "run_id": _RUN_ID}
    return replace(stage.heard(ear, lambda llm: llm.batch([stage.prompt], config)), given={"run_id": str(_RUN_ID)})
