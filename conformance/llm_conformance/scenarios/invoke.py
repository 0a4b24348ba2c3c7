"""One question, one answer: invoke and ainvoke."""

from llm_conformance.observe.context import Context
from llm_conformance.records import Replies, Reply
from llm_conformance.scenarios.registry import scenario


@scenario(reported_by="invoke.completes", method="invoke")
def invoke(stage: Context) -> Reply:
    """The first prompt, invoked."""
    return stage.reply(lambda llm: llm.invoke(stage.prompt))


@scenario(reported_by="ainvoke.completes", method="ainvoke", requires=("invoke.completes",), same_failure_as=("repeats",))
def ainvoke(stage: Context) -> Reply:
    """The first prompt, invoked on a loop."""
    return stage.areply(lambda llm: llm.ainvoke(stage.prompt))


@scenario(reported_by="isolation.repeats", method="invoke", model_calls=2, requires=("invoke.completes",), same_failure_as=("invoke",))
def repeats(stage: Context) -> Replies:
    """The first prompt again: on the same instance, and on a fresh one."""
    return stage.replies(
        {
            "the same instance again": (stage.instance, lambda llm: llm.invoke(stage.prompt)),
            "a fresh instance": (stage.new_instance(), lambda llm: llm.invoke(stage.prompt)),
        }
    )


@scenario(reported_by="isolation.repeats", method="invoke", model_calls=2, requires=("invoke.completes",), same_failure_as=("invoke",))
def solo(stage: Context) -> Replies:
    """The other prompts, each invoked by itself."""
    return stage.replies(
        {
            "the second prompt": (stage.instance, lambda llm: llm.invoke(stage.prompts[1])),
            "the third prompt": (stage.instance, lambda llm: llm.invoke(stage.prompts[2])),
        }
    )


@scenario(reported_by=None, method="invoke", model_calls=6, requires=("invoke.completes",))
def confirm(stage: Context) -> Replies:
    """The first prompt six times more, before a model is accused by comparing its answers; no check judges it."""
    return stage.replies({f"time {n} more": (stage.instance, lambda llm: llm.invoke(stage.prompt)) for n in range(1, 7)})


@scenario(reported_by="input.not-mutated", method="invoke", requires=("invoke.completes",), may_raise=True)
def listed_invoke(stage: Context) -> Reply:
    """The first prompt as a list of one message, invoked; a model may refuse it, but not change it."""
    messages = [("human", stage.prompt)]
    return stage.reply(lambda llm: llm.invoke(messages), input=messages)
