"""One question, one answer: invoke and ainvoke."""

from llm_conformance.observe.context import Stage
from llm_conformance.records import Replies, Reply
from llm_conformance.scenarios.registry import scenario


@scenario(owner="invoke.completes", method="invoke")
def invoke(stage: Stage) -> Reply:
    """The first prompt, invoked."""
    return stage.reply(lambda llm: llm.invoke(stage.prompt))


@scenario(owner="ainvoke.completes", method="ainvoke", after=("invoke.completes",), echoes=("repeats",))
def ainvoke(stage: Stage) -> Reply:
    """The first prompt, invoked on a loop."""
    return stage.areply(lambda llm: llm.ainvoke(stage.prompt))


@scenario(owner="isolation.repeats", method="invoke", calls=2, after=("invoke.completes",), echoes=("invoke",))
def repeats(stage: Stage) -> Replies:
    """The first prompt again: on the same instance, and on a fresh one."""
    return stage.replies(
        {
            "the same instance again": (stage.shared, lambda llm: llm.invoke(stage.prompt)),
            "a fresh instance": (stage.fresh(), lambda llm: llm.invoke(stage.prompt)),
        }
    )


@scenario(owner="isolation.repeats", method="invoke", calls=2, after=("invoke.completes",), echoes=("invoke",))
def solo(stage: Stage) -> Replies:
    """The other prompts, each invoked by itself."""
    return stage.replies(
        {
            "the second prompt": (stage.shared, lambda llm: llm.invoke(stage.prompts[1])),
            "the third prompt": (stage.shared, lambda llm: llm.invoke(stage.prompts[2])),
        }
    )


@scenario(owner=None, method="invoke", calls=6, after=("invoke.completes",))
def confirm(stage: Stage) -> Replies:
    """The first prompt six times more, before a model is accused by comparing its answers; no check judges it."""
    return stage.replies({f"time {n} more": (stage.shared, lambda llm: llm.invoke(stage.prompt)) for n in range(1, 7)})


@scenario(owner="input.not-mutated", method="invoke", after=("invoke.completes",), raises=True)
def listed_invoke(stage: Stage) -> Reply:
    """The first prompt as a list of one message, invoked; a model may refuse it, but not change it."""
    messages = [("human", stage.prompt)]
    return stage.reply(lambda llm: llm.invoke(messages), input=messages)
