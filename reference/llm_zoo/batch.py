"""Batches that lose, mix up or reject what single calls accept."""

import asyncio
from typing import Any

from llm_reference import EchoLLM
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.defect import defect

_GROUP = 20


@defect(
    "batch-reversed",
    story="Results are taken from a stack of pending inputs: each caller gets the answer to another prompt.",
    citation="D135: langchain-ai/langchain#21326, langchain-ai/langchain#30335",
    caught_by=("batch.order",),
)
class BatchReversed(EchoLLM):
    def batch(self, *args: Any, **kwargs: Any) -> Any:
        return super().batch(*args, **kwargs)[::-1]


@defect(
    "batch-deduplicated",
    story="Equal prompts are sent once and answered once: the list of answers is shorter than the list of prompts.",
    citation="TYPE-005",
    caught_by=("batch.returns-list",),
)
class BatchDeduplicated(EchoLLM):
    def batch(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        return super().batch(list(dict.fromkeys(inputs)), *args, **kwargs)


@defect(
    "batch-groups-overwritten",
    story="`batch()` sends its prompts in groups of 20 and numbers the answers of each group from 0: from the 21st "
    "prompt on, a caller gets the answer to another prompt.",
    citation="D143: refuel-ai/autolabel#15",
    caught_by=("batch.many",),
    script=True,
)
class BatchGroupsOverwritten(ScriptedModel):
    def batch(self, inputs: Any, config: Any = None, **kwargs: Any) -> Any:
        answers: dict[int, Any] = {}
        for start in range(0, len(inputs), _GROUP):
            configs = config[start : start + _GROUP] if isinstance(config, list) else config
            answers |= enumerate(super().batch(inputs[start : start + _GROUP], configs, **kwargs))
        return [answers[place % _GROUP] for place in range(len(inputs))]


@defect(
    "batch-recurses",
    story="With `max_concurrency`, `batch()` splits its inputs into groups and calls itself for each group with the "
    "same config: the call raises RecursionError.",
    citation="D136: langchain-ai/langchain#12643",
    caught_by=("batch.max-concurrency",),
)
class BatchRecurses(EchoLLM):
    def batch(self, inputs: Any, config: Any = None, **kwargs: Any) -> Any:
        limit = config.get("max_concurrency") if isinstance(config, dict) else None
        if limit is None:
            return super().batch(inputs, config, **kwargs)
        groups = [inputs[start : start + limit] for start in range(0, len(inputs), limit)]
        return [text for group in groups for text in self.batch(group, config, **kwargs)]


@defect(
    "batch-remainder-lost",
    story="With `max_concurrency`, `batch()` sends its inputs in whole groups: those that are left over after the last "
    "one get no answer.",
    citation="BATCH-002",
    caught_by=("batch.max-concurrency",),
)
class BatchRemainderLost(EchoLLM):
    def batch(self, inputs: Any, config: Any = None, **kwargs: Any) -> Any:
        limit = config.get("max_concurrency") if isinstance(config, dict) else None
        groups = max(1, len(inputs) // limit) if limit else 1
        return super().batch(inputs[: groups * limit] if limit else inputs, config, **kwargs)


@defect(
    "batch-of-many-raises",
    story="With streaming switched on, a batch of several prompts raises, because the model streams only one prompt at "
    "a time.",
    citation="BATCH-002",
    caught_by=("batch.completes",),
)
class BatchOfManyRaises(EchoLLM):
    def batch(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        if len(inputs) > 1:
            raise ValueError("cannot stream results with multiple prompts")
        return super().batch(inputs, *args, **kwargs)


@defect(
    "abatch-starts-a-loop",
    story="`abatch()` starts an event loop inside the running one: it raises RuntimeError wherever it can be called.",
    citation="BATCH-002",
    caught_by=("abatch.completes",),
)
class AbatchStartsALoop(EchoLLM):
    async def abatch(self, *args: Any, **kwargs: Any) -> Any:
        answers = super().abatch(*args, **kwargs)
        try:
            return asyncio.run(answers)
        finally:
            answers.close()


@defect(
    "batch-of-one-unwrapped",
    story="A batch of one prompt returns the answer, not a list with the answer: the caller iterates over single "
    "letters.",
    citation="BATCH-002",
    caught_by=("batch.one",),
)
class BatchOfOneUnwrapped(EchoLLM):
    def batch(self, *args: Any, **kwargs: Any) -> Any:
        answers = super().batch(*args, **kwargs)
        return answers[0] if len(answers) == 1 else answers


@defect(
    "empty-batch-raises",
    story="A batch without prompts raises IndexError: every caller has to test for an empty list first.",
    citation="BATCH-001",
    caught_by=("batch.empty",),
)
class EmptyBatchRaises(EchoLLM):
    def batch(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        return super().batch([inputs[0], *inputs[1:]], *args, **kwargs)


@defect(
    "batch-error-returned",
    story="Without `return_exceptions`, exceptions are returned in the list of answers: the batch seems to succeed, "
    "and the caller stores an exception as an answer.",
    citation="BATCH-003",
    caught_by=("batch.raises",),
)
class BatchErrorReturned(EchoLLM):
    def batch(self, *args: Any, **kwargs: Any) -> Any:
        return super().batch(*args, **{**kwargs, "return_exceptions": True})


@defect(
    "return-exceptions-ignored",
    story="`return_exceptions=True` is accepted and ignored: one bad input in a thousand loses all other answers.",
    citation="BATCH-004",
    caught_by=("batch.return-exceptions",),
)
class ReturnExceptionsIgnored(EchoLLM):
    def batch(self, *args: Any, **kwargs: Any) -> Any:
        return super().batch(*args, **{**kwargs, "return_exceptions": False})


@defect(
    "failure-spreads",
    story="With `return_exceptions=True`, one input that fails puts its exception into every slot of the batch.",
    citation="BATCH-005",
    caught_by=("batch.isolates-failures",),
)
class FailureSpreads(EchoLLM):
    def batch(self, *args: Any, **kwargs: Any) -> Any:
        answers = super().batch(*args, **kwargs)
        failed = [one for one in answers if isinstance(one, Exception)]
        return failed[:1] * len(answers) if failed else answers


@defect(
    "short-config-list-zipped",
    story="A list of configs that is too short is zipped with the inputs: the last inputs are dropped silently.",
    citation="BATCH-007",
    caught_by=("batch.configs",),
)
class ShortConfigListZipped(EchoLLM):
    def batch(self, inputs: Any, config: Any = None, **kwargs: Any) -> Any:
        many = len(config) if isinstance(config, list) else len(inputs)
        return super().batch(inputs[:many], config, **kwargs)


@defect(
    "batch-drops-arguments",
    story="`batch()` accepts keyword arguments and does not pass them on: the caller's stop words have no effect.",
    citation="BATCH-008",
    caught_by=("batch.passes-arguments",),
)
class BatchDropsArguments(EchoLLM):
    def batch(self, inputs: Any, config: Any = None, *, return_exceptions: bool = False, **_kwargs: Any) -> Any:
        return super().batch(inputs, config, return_exceptions=return_exceptions)


@defect(
    "abatch-drops-arguments",
    story="`abatch()` accepts keyword arguments and does not pass them on: stop words have no effect.",
    citation="BATCH-008",
    caught_by=("abatch.passes-arguments",),
)
class AbatchDropsArguments(EchoLLM):
    async def abatch(self, inputs: Any, config: Any = None, *, return_exceptions: bool = False, **_kwargs: Any) -> Any:
        return await super().abatch(inputs, config, return_exceptions=return_exceptions)


@defect(
    "first-config-for-all",
    story="`abatch()` takes a list of configs, and uses the first one for all inputs: all traces are one user's.",
    citation="BATCH-007",
    caught_by=("batch.each-config",),
)
class FirstConfigForAll(EchoLLM):
    async def abatch(self, inputs: Any, config: Any = None, **kwargs: Any) -> Any:
        first = config[0] if isinstance(config, list) and config else config
        return await super().abatch(inputs, first, **kwargs)


@defect(
    "batch-inputs-mutated",
    story="`batch()` formats the list of inputs in place: the caller's own prompts change.",
    citation="D130: langchain-ai/langchain#6457",
    caught_by=("batch.not-mutated",),
)
class BatchInputsMutated(EchoLLM):
    def batch(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        answers = super().batch(list(inputs), *args, **kwargs)
        inputs[:] = [f"{one}\n" for one in inputs]
        return answers


@defect(
    "messages-mutated-in-abatch",
    story="`abatch()` puts a system message at the head of each conversation of the caller: the second batch says it "
    "twice.",
    citation="CONF-010",
    caught_by=("input.not-mutated",),
)
class MessagesMutatedInAbatch(EchoLLM):
    async def abatch(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        answers = await super().abatch([_copied(one) for one in inputs], *args, **kwargs)
        for one in inputs:
            if isinstance(one, list):
                one.insert(0, ("system", "Be brief."))
        return answers


def _copied(value: Any) -> Any:
    return [*value] if isinstance(value, list) else value
