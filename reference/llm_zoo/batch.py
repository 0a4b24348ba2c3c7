"""Batches that lose, mix up or forbid what single calls allow."""

# callers know the first parameter as "input"

import asyncio
from typing import Any

from llm_reference import EchoLLM
from llm_zoo.defect import defect


@defect(
    "batch-reversed",
    story="Results are collected from a stack of pending inputs: each caller gets somebody else's answer.",
    citation="D135: langchain-ai/langchain#21326, langchain-ai/langchain#30335",
    caught_by=("batch.order",),
)
class BatchReversed(EchoLLM):
    """Puts answers down as they come up."""

    def batch(self, *args: Any, **kwargs: Any) -> Any:
        """The answers of the reference from last to first; a batch of one is none."""
        return super().batch(*args, **kwargs)[::-1]


@defect(
    "batch-deduplicated",
    story="Equal prompts are asked once and answered once: the list of answers is shorter than that of the prompts.",
    citation="TYPE-005",
    caught_by=("batch.returns-list",),
)
class BatchDeduplicated(EchoLLM):
    """Saves a call, and loses an answer."""

    def batch(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The answers to the different inputs."""
        return super().batch(list(dict.fromkeys(inputs)), *args, **kwargs)


@defect(
    "batch-recurses",
    story="With max_concurrency, batch() cuts its inputs into groups and calls itself for each, with the same config: "
    "RecursionError.",
    citation="D136: langchain-ai/langchain#12643",
    caught_by=("batch.max-concurrency",),
)
class BatchRecurses(EchoLLM):
    """Never gets to the bottom of it."""

    def batch(self, inputs: Any, config: Any = None, **kwargs: Any) -> Any:
        """A batch for each group."""
        limit = config.get("max_concurrency") if isinstance(config, dict) else None
        if limit is None:
            return super().batch(inputs, config, **kwargs)
        groups = [inputs[start : start + limit] for start in range(0, len(inputs), limit)]
        return [text for group in groups for text in self.batch(group, config, **kwargs)]


@defect(
    "batch-of-many-refused",
    story="With streaming switched on, a batch of several prompts raises: only one prompt can be streamed at a time.",
    citation="BATCH-002",
    caught_by=("batch.completes",),
)
class BatchOfManyRefused(EchoLLM):
    """Takes one at a time."""

    def batch(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The answer to one input."""
        if len(inputs) > 1:
            raise ValueError("cannot stream results with multiple prompts")
        return super().batch(inputs, *args, **kwargs)


@defect(
    "abatch-starts-a-loop",
    story="abatch() starts a loop of its own inside the running one: RuntimeError wherever it can be called.",
    citation="BATCH-002",
    caught_by=("abatch.completes",),
)
class AbatchStartsALoop(EchoLLM):
    """Was tried in a script, not in a server."""

    async def abatch(self, *args: Any, **kwargs: Any) -> Any:
        """Never the answers."""
        answers = super().abatch(*args, **kwargs)
        try:
            return asyncio.run(answers)
        finally:
            answers.close()


@defect(
    "batch-of-one-unwrapped",
    story="A batch of one prompt returns the answer itself, not a list of it: the caller's loop runs over letters.",
    citation="BATCH-002",
    caught_by=("batch.one",),
)
class BatchOfOneUnwrapped(EchoLLM):
    """Is too helpful."""

    def batch(self, *args: Any, **kwargs: Any) -> Any:
        """A list, mostly."""
        answers = super().batch(*args, **kwargs)
        return answers[0] if len(answers) == 1 else answers


@defect(
    "batch-of-none-raises",
    story="A batch of no prompts raises IndexError, so that every caller has to ask first whether there is one.",
    citation="BATCH-001",
    caught_by=("batch.empty",),
)
class BatchOfNoneRaises(EchoLLM):
    """Looks at its first input in any case."""

    def batch(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The answers, where there are inputs."""
        return super().batch([inputs[0], *inputs[1:]], *args, **kwargs)


@defect(
    "batch-error-lost",
    story="Exceptions stand in the list of answers though nobody asked for them there: "
    "the batch seems to succeed, and the caller stores an exception as an answer.",
    citation="BATCH-003",
    caught_by=("batch.raises",),
)
class BatchErrorLost(EchoLLM):
    """Always returns exceptions."""

    def batch(self, *args: Any, **kwargs: Any) -> Any:
        """The answers and the exceptions."""
        return super().batch(*args, **{**kwargs, "return_exceptions": True})


@defect(
    "return-exceptions-ignored",
    story="return_exceptions=True is taken and ignored: one bad input in a thousand loses all other answers.",
    citation="BATCH-004",
    caught_by=("batch.return-exceptions",),
)
class ReturnExceptionsIgnored(EchoLLM):
    """Never returns exceptions."""

    def batch(self, *args: Any, **kwargs: Any) -> Any:
        """The answers, or an exception."""
        return super().batch(*args, **{**kwargs, "return_exceptions": False})


@defect(
    "failure-spreads",
    story="With return_exceptions=True one input that fails puts its exception into every slot of the batch.",
    citation="BATCH-005",
    caught_by=("batch.isolates-failures",),
)
class FailureSpreads(EchoLLM):
    """Sends all prompts in one request, which fails as one."""

    def batch(self, *args: Any, **kwargs: Any) -> Any:
        """The answers, or the exception as often as there are inputs."""
        answers = super().batch(*args, **kwargs)
        failed = [one for one in answers if isinstance(one, Exception)]
        return failed[:1] * len(answers) if failed else answers


@defect(
    "configs-cut-short",
    story="A list of configs that is too short is zipped with the inputs: the last inputs are dropped, silently.",
    citation="BATCH-007",
    caught_by=("batch.configs",),
)
class ConfigsCutShort(EchoLLM):
    """Stops at the end of the shorter list."""

    def batch(self, inputs: Any, config: Any = None, **kwargs: Any) -> Any:
        """An answer for each pair."""
        many = len(config) if isinstance(config, list) else len(inputs)
        return super().batch(inputs[:many], config, **kwargs)


@defect(
    "batch-drops-arguments",
    story="batch() takes keyword arguments and passes none of them on: the stop words of the caller have no effect.",
    citation="BATCH-008",
    caught_by=("batch.passes-arguments",),
)
class BatchDropsArguments(EchoLLM):
    """Swallows what it does not know."""

    def batch(self, inputs: Any, config: Any = None, *, return_exceptions: bool = False, **_kwargs: Any) -> Any:
        """The answers to the bare prompts."""
        return super().batch(inputs, config, return_exceptions=return_exceptions)


@defect(
    "inputs-edited",
    story="The list of inputs is formatted in place: the caller's own prompts are no longer what they were.",
    citation="D130: langchain-ai/langchain#6457",
    caught_by=("batch.not-mutated",),
)
class InputsEdited(EchoLLM):
    """Works on what it was lent."""

    def batch(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The answers of the reference; the inputs end with a line break from now on."""
        answers = super().batch(list(inputs), *args, **kwargs)
        inputs[:] = [f"{one}\n" for one in inputs]
        return answers
