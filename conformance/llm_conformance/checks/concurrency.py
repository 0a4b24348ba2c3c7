"""Many streams of one instance at the same time: each says its own text, and nobody else's."""

from llm_conformance.checks.registry import MUST, check
from llm_conformance.records import ControlledOutcomes, Finding, Findings, Search, Text, first_difference


@check("concurrency.threads", MUST, clause="STREAM-013", requires=("stream.exact",))
def streams_in_threads_do_not_mix(crowd_of_threads: ControlledOutcomes) -> Findings:
    """2, 10 and 100 streams of one instance, each read in a thread, each give their own answer."""
    yield from _mixed(crowd_of_threads)


@check("concurrency.tasks", MUST, clause="STREAM-013", requires=("stream.exact", "loop.not-blocked"))
def streams_in_tasks_do_not_mix(crowd_of_tasks: ControlledOutcomes) -> Findings:
    """2, 10 and 100 streams of one instance, each read in a task, each give their own answer."""
    yield from _mixed(crowd_of_tasks)


@check(
    "concurrency.any-order",
    MUST,
    clause="STREAM-013",
    for_each=("any_order", "any_order_on_loop"),
    requires=(
        "stream.exact",
        "stream.is-iterator",
        "astream.is-async-iterator",
        "concurrency.threads",
        "concurrency.tasks",
        "close.stream",
        "close.astream",
        "close.isolated",
        "cancel.astream",
        "cancel.isolated",
        "cancel.usable",
    ),
)
def streams_in_any_order_do_not_mix(search: Search) -> Findings:
    """Streams of one instance each give their own answer, in whichever order they are opened, pulled and left."""
    trial = search.counterexample
    if search.flaky:
        yield Finding(
            expected="the same answers to the same steps",
            actual="not repeatable: an answer that was wrong once, and right the next time",
            where=", ".join(search.steps),
        )
    elif trial is not None:
        at = None if trial.failed else first_difference("".join(trial.tokens), trial.text)
        seen = trial.ended_with if trial.failed else trial.display
        yield Finding(Text(trial.tokens), seen, at=at, where=", ".join(search.steps))


def _mixed(trials: ControlledOutcomes) -> Findings:
    wrong = {name: one for name, one in trials.by_label.items() if one.failed or one.text != "".join(one.tokens)}
    for name, trial in list(wrong.items())[:3]:
        said = Text(trial.tokens)
        at = None if trial.failed else first_difference(said.whole, trial.text)
        yield Finding(said, trial.ended_with if trial.failed else trial.display, at=at, where=name)
