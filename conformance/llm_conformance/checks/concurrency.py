"""Many streams of one instance at the same time: each says its own text, and nobody else's."""

from llm_conformance.checks.registry import MUST, check
from llm_conformance.records import Finding, Findings, Search, Text, Trials, first_difference


@check("together.threads", MUST, clause="STREAM-013", after=("stream.exact",))
def streams_in_threads_do_not_mix(crowd_of_threads: Trials) -> Findings:
    """2, 10 and 100 streams of one instance, each read in a thread, each give their own answer."""
    yield from _mixed(crowd_of_threads)


@check("together.tasks", MUST, clause="STREAM-013", after=("stream.exact", "loop.free"))
def streams_in_tasks_do_not_mix(crowd_of_tasks: Trials) -> Findings:
    """2, 10 and 100 streams of one instance, each read in a task, each give their own answer."""
    yield from _mixed(crowd_of_tasks)


@check(
    "together.any-order",
    MUST,
    clause="STREAM-013",
    each=("any_order", "any_order_on_loop"),
    after=(
        "stream.exact",
        "stream.is-iterator",
        "astream.is-async-iterator",
        "together.threads",
        "together.tasks",
        "close.stops",
        "close.stops-on-loop",
        "close.others-go-on",
        "cancel.ends-task",
        "cancel.others-go-on",
        "cancel.usable",
    ),
)
def streams_in_any_order_do_not_mix(search: Search) -> Findings:
    """Streams of one instance each give their own answer, in whichever order they are opened, pulled and left."""
    trial = search.smallest
    if search.wavers:
        yield Finding(
            expected="the same answers to the same steps",
            actual="not repeatable: an answer that was wrong once, and right the next time",
            where=", ".join(search.steps),
        )
    elif trial is not None:
        at = None if trial.broken else first_difference("".join(trial.said), trial.text)
        seen = trial.ending if trial.broken else trial.shown
        yield Finding(Text(trial.said), seen, at=at, where=", ".join(search.steps))


def _mixed(trials: Trials) -> Findings:
    wrong = {name: one for name, one in trials.by.items() if one.broken or one.text != "".join(one.said)}
    for name, trial in list(wrong.items())[:3]:
        said = Text(trial.said)
        at = None if trial.broken else first_difference(said.whole, trial.text)
        yield Finding(said, trial.ending if trial.broken else trial.shown, at=at, where=name)
