"""How the two differ when a caller leaves, or a step fails beside others."""

from collections.abc import Iterator
from dataclasses import replace

from reference.differential.known.difference import difference
from reference.differential.known.questions import (
    asked,
    breaks,
    fails_twice,
    falls_back,
    leaves,
    may_fail,
    parallel,
    threads,
)
from reference.differential.normal import Seen, Told
from reference.differential.plan import ASYNC_CALLS, Fallbacks, Model, Plan, Retry


@difference("closed", lambda plan: leaves("stream", "transform")(plan) and falls_back(plan))
def a_stream_with_fallbacks_leaves_the_model_as_it_is(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here the model is closed, and its run is told; there it hangs where it was, and nobody hears of its end."""
    if not any(take[-1] == "still on" for take in theirs.takes):
        return ours
    assert {take[-1] for take in ours.takes} == {"GeneratorExit"}
    return replace(ours, takes=theirs.takes, heard=theirs.heard)


@difference("S1", lambda plan: leaves("stream", "transform")(plan) and not isinstance(asked(plan.root), Model))
def closing_a_synchronous_chain_runs_the_model_to_its_end(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here the model stops, and each open run is told of GeneratorExit; there it says all, and the runs end well."""
    assert ours.ran_on == 0
    assert {take[-1] for take in theirs.takes} <= {"end"} | {take[-1] for take in ours.takes}
    if ours.takes != theirs.takes:
        assert "GeneratorExit" in {take[-1] for take in ours.takes}
    return replace(ours, takes=theirs.takes, heard=theirs.heard, ran_on=theirs.ran_on)


@difference("S17", leaves("events v1"))
def leaving_the_events_of_v1_does_not_stop_the_model(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here it stops; there it says all, in the background, and all handlers hear of it."""
    assert threads(plan) or ours.ran_on == 0
    assert {take[-1] for take in theirs.takes} <= {"end"}
    if plan.linear:
        for label, told in ours.heard.items():
            went_well = [each for each in told if not each.what.endswith("_error")]
            assert [each.what for each in theirs.heard[label][: len(went_well)]] == [each.what for each in went_well]
    return replace(ours, takes=theirs.takes, heard=theirs.heard, ran_on=theirs.ran_on, left=theirs.left)


@difference("parallel", parallel)
def steps_beside_each_other_go_on_when_their_call_is_over(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """When one fails, or the caller leaves, the others are cancelled here.

    There they go on, until their next piece at least, in tasks that nobody waits for.
    """
    caught = may_fail(plan) and any(isinstance(node, Fallbacks | Retry) for node in plan.nodes)
    failed = caught or any(raised for _, raised in ours.outcomes)
    if not (plan.leave or failed) or (plan.call == "events v1" and plan.leave):
        return ours
    assert ours.left == 0
    assert ours.ran_on == 0 or threads(plan)
    if failed and plan.call in ASYNC_CALLS and fails_twice(plan):
        # Which of two fails first is a matter of time on both.
        assert [raised is None for _, raised in ours.outcomes] == [raised is None for _, raised in theirs.outcomes]
        ours = replace(ours, outcomes=theirs.outcomes)
    if failed and plan.call.startswith("events"):
        # So their events go on, too.
        assert [raised for _, raised in ours.outcomes] == [raised for _, raised in theirs.outcomes]
        ours = replace(ours, outcomes=theirs.outcomes)
    return replace(ours, takes=theirs.takes, heard=theirs.heard, ran_on=theirs.ran_on, left=theirs.left)


@difference("unclosed stream", lambda plan: plan.leave is not None and plan.call in ASYNC_CALLS)
def a_synchronous_stream_is_left_to_the_garbage_collector(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Under an asynchronous call; here it is closed in its thread."""
    if len(ours.takes) != len(theirs.takes):
        return ours
    takes = tuple(
        (*mine[:-1], "still on")
        if mine[0] == "_stream" and (mine[-1], other[-1]) == ("GeneratorExit", "still on")
        else mine
        for mine, other in zip(ours.takes, theirs.takes, strict=True)
    )
    return replace(ours, takes=takes)


@difference("S18", lambda plan: plan.leave is not None and plan.leave.how != "cancel" and plan.call == "events v2")
def a_model_waits_for_the_reader_of_its_events(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here it is never far ahead of who reads; there it goes as far as it can."""
    if ours.takes == theirs.takes:
        return ours
    made, their_made = (sum(take[4] for take in each.takes) for each in (ours, theirs))
    assert made <= their_made
    assert {take[-1] for take in ours.takes} <= {"GeneratorExit", "CancelledError", "end", "still on"}
    return replace(ours, takes=theirs.takes, heard=theirs.heard)


@difference("partial", lambda plan: (plan.leave is not None and plan.leave.how != "cancel") or parallel(plan))
def a_model_that_was_left_has_not_said_its_last_chunk(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """on_llm_error is told here of all that was given; there the chunk is missing with which the caller left."""
    heard = {}
    for label, all_told in ours.heard.items():
        errors = [told for told in theirs.heard.get(label, ()) if told.what == "on_llm_error"]
        anew = []
        for told in all_told:
            same = next((e for e in errors if (e.run, e.data[0]) == (told.run, told.data[0])), None)
            if told.what == "on_llm_error" and same and told.data[0] == [("GeneratorExit", "")]:
                errors.remove(same)
                assert _text_of(told).startswith(_text_of(same))
                told = replace(told, data=same.data)  # noqa: PLW2901
            anew.append(told)
        heard[label] = tuple(anew)
    return replace(ours, heard=heard)


def _text_of(told: Told) -> str:
    generations = told.data[1]["response"]["generations"]
    return str(generations[0][0][0]) if generations else ""


@difference("unreported close", lambda plan: _closed(plan) and falls_back(plan))
def a_closed_run_with_fallbacks_has_no_end(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Its handlers are told of its end here as of any other's; there its start is all that they hear of it."""
    heard = {}
    for label, all_told in ours.heard.items():
        ended = {told.run for told in theirs.heard.get(label, ()) if told.what.endswith(("_end", "_error"))}
        heard[label] = tuple(told for told in all_told if not _is_left(told) or told.run in ended or "llm" in told.what)
    return replace(ours, heard=heard)


@difference("report order", lambda plan: plan.leave is not None and plan.call in ASYNC_CALLS and plan.linear)
def the_outermost_run_is_told_first_that_its_caller_left(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """When a stream is closed. Here the innermost is, as on both when the caller is cancelled, or a step fails."""
    heard = {}
    for label, all_told in ours.heard.items():
        mine = [told for told in all_told if _is_left(told)]
        ended = [told.run for told in mine]
        assert all(
            told.run not in ended[ended.index(parent) :] for told in mine for parent in told.parents if parent in ended
        )
        left = _outermost_first(mine)
        heard[label] = tuple(next(left) if _is_left(told) else told for told in all_told)
    return replace(ours, heard=heard)


def _outermost_first(all_told: list[Told]) -> Iterator[Told]:
    def below(runs: list[Told]) -> Iterator[Told]:
        for run in runs:
            yield run
            yield from below([told for told in all_told if told.parents[-1:] == (run.run,)])

    known = {told.run for told in all_told}
    return below([told for told in all_told if known.isdisjoint(told.parents)])


def _is_left(told: Told) -> bool:
    return told.what.endswith("_error") and told.data[0] == [("GeneratorExit", "")]


@difference("unclosed model", breaks)
def a_model_is_left_behind_by_a_step_that_fails(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here it is closed before its chain is told; there the garbage collector closes it, on a loop by a cancellation.

    When that comes, and the last chunk that is missing then, are in the other side alone.
    """
    heard = {}
    for label, all_told in ours.heard.items():
        mine = sorted((told for told in all_told if _is_left(told)), key=_run)
        left = [told for told in theirs.heard.get(label, ()) if _is_left(told) or _is_cancelled(told)]
        if [told.run for told in mine] == [told.run for told in sorted(left, key=_run)]:
            pairs = zip(mine, sorted(left, key=_run), strict=True)
            assert all(_text_of(one).startswith(_text_of(other)) for one, other in pairs if one.what == "on_llm_error")
            rest = iter([told for told in all_told if not _is_left(told)])
            anew = [told if told in left else next(rest, None) for told in theirs.heard[label]]
            all_told = (*(told for told in anew if told is not None), *rest)  # noqa: PLW2901
        heard[label] = all_told
    return replace(ours, heard=heard)


def _closed(plan: Plan) -> bool:
    return plan.leave is not None and plan.leave.how != "cancel" and plan.call in ASYNC_CALLS


def _run(told: Told) -> str:
    return told.run


def _is_cancelled(told: Told) -> bool:
    return told.what.endswith("_error") and told.data[0] == [("CancelledError", "")]
