"""Differences when a consumer stops early, or one of several parallel steps fails."""

from collections.abc import Iterator
from dataclasses import replace

from reference.differential.known.difference import difference
from reference.differential.known.questions import (
    exits_early,
    fails_midway,
    fails_twice,
    falls_back,
    may_fail,
    parallel,
    streamed_node,
    threads,
)
from reference.differential.normal import Observation, RunEvent
from reference.differential.plan import ASYNC_CALLS, Fallbacks, Model, Plan, Retry


@difference("closed", lambda plan: exits_early("stream", "transform")(plan) and falls_back(plan))
def closing_a_stream_with_fallbacks_does_not_close_the_model(
    plan: Plan, ours: Observation, theirs: Observation
) -> Observation:
    """Here the model is closed and its run is reported; there the model stays suspended and its end is not reported."""
    if not any(generation[-1] == "open" for generation in theirs.generations):
        return ours
    assert {generation[-1] for generation in ours.generations} == {"GeneratorExit"}
    return replace(ours, generations=theirs.generations, callbacks=theirs.callbacks)


@difference(
    "S1", lambda plan: exits_early("stream", "transform")(plan) and not isinstance(streamed_node(plan.root), Model)
)
def closing_a_synchronous_chain_runs_the_model_to_its_end(
    plan: Plan, ours: Observation, theirs: Observation
) -> Observation:
    """Here the model stops and each open run fails with GeneratorExit; there it generates everything."""
    assert ours.generated_after_exit == 0
    assert {generation[-1] for generation in theirs.generations} <= {"end"} | {
        generation[-1] for generation in ours.generations
    }
    if ours.generations != theirs.generations:
        assert "GeneratorExit" in {generation[-1] for generation in ours.generations}
    return replace(
        ours,
        generations=theirs.generations,
        callbacks=theirs.callbacks,
        generated_after_exit=theirs.generated_after_exit,
    )


@difference("S17", exits_early("events v1"))
def closing_the_events_of_v1_does_not_stop_the_model(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    """Here it stops; there it generates everything in the background, and the handlers get all events."""
    assert threads(plan) or ours.generated_after_exit == 0
    assert {generation[-1] for generation in theirs.generations} <= {"end"}
    if plan.linear:
        for label, events in ours.callbacks.items():
            without_errors = [each for each in events if not each.what.endswith("_error")]
            assert [each.what for each in theirs.callbacks[label][: len(without_errors)]] == [
                each.what for each in without_errors
            ]
    return replace(
        ours,
        generations=theirs.generations,
        callbacks=theirs.callbacks,
        generated_after_exit=theirs.generated_after_exit,
        leftover_tasks=theirs.leftover_tasks,
    )


@difference("parallel", parallel)
def parallel_steps_run_on_after_their_call_has_ended(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    """If one fails or the consumer stops, the others are cancelled here.

    There they continue, at least until their next chunk, in tasks that are not awaited.
    """
    caught = may_fail(plan) and any(isinstance(node, Fallbacks | Retry) for node in plan.nodes)
    failed = caught or any(raised for _, raised in ours.outcomes)
    if not (plan.early_exit or failed) or (plan.call == "events v1" and plan.early_exit):
        return ours
    assert ours.leftover_tasks == 0
    assert ours.generated_after_exit == 0 or threads(plan)
    if failed and plan.call in ASYNC_CALLS and fails_twice(plan):
        # Which of two fails first depends on timing, on both.
        assert [raised is None for _, raised in ours.outcomes] == [raised is None for _, raised in theirs.outcomes]
        ours = replace(ours, outcomes=theirs.outcomes)
    if failed and plan.call.startswith("events"):
        # Their events continue, too.
        assert [raised for _, raised in ours.outcomes] == [raised for _, raised in theirs.outcomes]
        ours = replace(ours, outcomes=theirs.outcomes)
    return replace(
        ours,
        generations=theirs.generations,
        callbacks=theirs.callbacks,
        generated_after_exit=theirs.generated_after_exit,
        leftover_tasks=theirs.leftover_tasks,
    )


@difference("unclosed stream", lambda plan: plan.early_exit is not None and plan.call in ASYNC_CALLS)
def a_synchronous_stream_is_closed_by_the_garbage_collector(
    plan: Plan, ours: Observation, theirs: Observation
) -> Observation:
    """Under an asynchronous call. Here its thread closes it."""
    if len(ours.generations) != len(theirs.generations):
        return ours
    generations = tuple(
        (*mine[:-1], "open") if mine[0] == "_stream" and (mine[-1], other[-1]) == ("GeneratorExit", "open") else mine
        for mine, other in zip(ours.generations, theirs.generations, strict=True)
    )
    return replace(ours, generations=generations)


@difference(
    "S18", lambda plan: plan.early_exit is not None and plan.early_exit.how != "cancel" and plan.call == "events v2"
)
def a_model_does_not_wait_for_the_consumer_of_its_events(
    plan: Plan, ours: Observation, theirs: Observation
) -> Observation:
    """Here it is at most a few chunks ahead of the consumer; there it generates as much as it can."""
    if ours.generations == theirs.generations:
        return ours
    generated, their_generated = (sum(generation[4] for generation in each.generations) for each in (ours, theirs))
    assert generated <= their_generated
    assert {generation[-1] for generation in ours.generations} <= {"GeneratorExit", "CancelledError", "end", "open"}
    return replace(ours, generations=theirs.generations, callbacks=theirs.callbacks)


@difference("partial", lambda plan: (plan.early_exit is not None and plan.early_exit.how != "cancel") or parallel(plan))
def a_closed_model_omits_its_last_chunk(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    """`on_llm_error` gets all chunks here; there the last one before the close is missing."""
    callbacks = {}
    for label, events in ours.callbacks.items():
        errors = [event for event in theirs.callbacks.get(label, ()) if event.what == "on_llm_error"]
        rewritten = []
        for event in events:
            match = next((e for e in errors if (e.run, e.data[0]) == (event.run, event.data[0])), None)
            if event.what == "on_llm_error" and match and event.data[0] == [("GeneratorExit", "")]:
                errors.remove(match)
                assert _text_of(event).startswith(_text_of(match))
                event = replace(event, data=match.data)  # noqa: PLW2901
            rewritten.append(event)
        callbacks[label] = tuple(rewritten)
    return replace(ours, callbacks=callbacks)


def _text_of(event: RunEvent) -> str:
    generations = event.data[1]["response"]["generations"]
    return str(generations[0][0][0]) if generations else ""


@difference("unreported close", lambda plan: _closed(plan) and falls_back(plan))
def a_closed_run_with_fallbacks_has_no_end(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    """Here its end is reported like that of any other run; there handlers get only its start."""
    callbacks = {}
    for label, events in ours.callbacks.items():
        ended = {event.run for event in theirs.callbacks.get(label, ()) if event.what.endswith(("_end", "_error"))}
        callbacks[label] = tuple(
            event for event in events if not _is_closed(event) or event.run in ended or "llm" in event.what
        )
    return replace(ours, callbacks=callbacks)


@difference("report order", lambda plan: plan.early_exit is not None and plan.call in ASYNC_CALLS and plan.linear)
def the_outermost_run_is_reported_first_on_a_close(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    """When a stream is closed. Here the innermost is first, as on both after a cancellation or a failing step."""
    callbacks = {}
    for label, events in ours.callbacks.items():
        mine = [event for event in events if _is_closed(event)]
        ended = [event.run for event in mine]
        assert all(
            event.run not in ended[ended.index(parent) :]
            for event in mine
            for parent in event.parents
            if parent in ended
        )
        closed = _outermost_first(mine)
        callbacks[label] = tuple(next(closed) if _is_closed(event) else event for event in events)
    return replace(ours, callbacks=callbacks)


def _outermost_first(events: list[RunEvent]) -> Iterator[RunEvent]:
    def below(runs: list[RunEvent]) -> Iterator[RunEvent]:
        for run in runs:
            yield run
            yield from below([event for event in events if event.parents[-1:] == (run.run,)])

    known = {event.run for event in events}
    return below([event for event in events if known.isdisjoint(event.parents)])


def _is_closed(event: RunEvent) -> bool:
    return event.what.endswith("_error") and event.data[0] == [("GeneratorExit", "")]


@difference("unclosed model", fails_midway)
def a_model_before_a_failing_step_is_not_closed(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    """Here it is closed before its chain fails; there the garbage collector closes it, on a loop with a cancellation.

    Only the observation of langchain-core shows when that happens and that the last chunk is missing.
    """
    callbacks = {}
    for label, events in ours.callbacks.items():
        mine = sorted((event for event in events if _is_closed(event)), key=_run)
        closed = [event for event in theirs.callbacks.get(label, ()) if _is_closed(event) or _is_cancelled(event)]
        if [event.run for event in mine] == [event.run for event in sorted(closed, key=_run)]:
            pairs = zip(mine, sorted(closed, key=_run), strict=True)
            assert all(_text_of(one).startswith(_text_of(other)) for one, other in pairs if one.what == "on_llm_error")
            rest = iter([event for event in events if not _is_closed(event)])
            rewritten = [event if event in closed else next(rest, None) for event in theirs.callbacks[label]]
            events = (*(event for event in rewritten if event is not None), *rest)  # noqa: PLW2901
        callbacks[label] = events
    return replace(ours, callbacks=callbacks)


def _closed(plan: Plan) -> bool:
    return plan.early_exit is not None and plan.early_exit.how != "cancel" and plan.call in ASYNC_CALLS


def _run(event: RunEvent) -> str:
    return event.run


def _is_cancelled(event: RunEvent) -> bool:
    return event.what.endswith("_error") and event.data[0] == [("CancelledError", "")]
