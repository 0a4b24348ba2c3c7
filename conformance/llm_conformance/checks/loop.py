"""The event loop while a model works: free, and for several calls at once."""

from llm_conformance.model import Finding, Findings, Trial
from llm_conformance.registry import MAY, MUST, check


@check("loop.free", MUST, clause="LIVE-003", each=("free_ainvoke", "free_abatch", "free_astream"))
def the_loop_goes_on(trial: Trial) -> Findings:
    """While the model is held, the event loop goes on: a call made by the loop itself lets the model go on."""
    if trial.hung is not None:
        yield Finding(expected="a loop that goes on while the model waits", seen=f"blocked: {trial.hung.shown}")
    elif trial.raised is not None:
        yield Finding(expected="an answer", seen=trial.ending)


@check("loop.free-in-events", MUST, clause="LIVE-003", each=("free_v1", "free_v2"), after=("loop.free",))
def the_loop_goes_on_while_events_are_told(trial: Trial) -> Findings:
    """The same while astream_events() is read."""
    if trial.hung is not None:
        yield Finding(expected="a loop that goes on while the model waits", seen=f"blocked: {trial.hung.shown}")
    elif trial.raised is not None:
        yield Finding(expected="an answer", seen=trial.ending)


@check("loop.overlaps", MAY, clause="LIVE-004")
def calls_overlap(overlapping: Trial) -> Findings:
    """astream() calls at the same time overlap: the model is asked for all of them before the first has ended."""
    if overlapping.broken:
        yield Finding(expected="three answers at the same time", seen=overlapping.ending)
    elif (many := overlapping.counts.get("at once", 0)) < 3:  # noqa: PLR2004 - the three calls of the scenario
        yield Finding(expected="three calls that the model works on at once", seen=f"{many} at once")
