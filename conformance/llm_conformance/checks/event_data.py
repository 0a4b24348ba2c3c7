"""The data of the root's events: chunks and output, and that both agree with `astream()`."""

from __future__ import annotations

from llm_conformance.checks.events import ALL, BOTH
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.registry import MAY, MUST, SHOULD, check
from llm_conformance.checks.vacuity import no_stream_events, no_text, one_chunk
from llm_conformance.records import (
    Events,
    Finding,
    Findings,
    Kind,
    Reply,
    Stream,
    Text,
    chunk_infos,
    first_difference,
    inconclusive,
    not_applicable,
    one_line,
    output_info,
)


@check("events.data", MUST, clause="EVENT-011", for_each=ALL)
def each_phase_has_its_data(run: Events) -> Findings:
    """Stream events have `data["chunk"]`, end events have `data["output"]`, and start events have neither."""
    for index, event in enumerate(run.events):
        actual = f"data with keys {list(event.data)} in {event.summary}"
        wanted = {"stream": "chunk", "end": "output"}.get(event.phase)
        if wanted is not None and wanted not in event.data:
            yield Finding(f"data.{wanted}", actual, code=f"{wanted}-missing", where=f"event {index}")
            return
        if event.phase == "start" and {"chunk", "output"} & set(event.data):
            expected = "a start event without data.chunk and data.output"
            yield Finding(expected, actual, code="start-with-result", where=f"event {index}")
            return


@check("events.end-without-input", MAY, clause="EVENT-012", for_each=BOTH)
def the_roots_end_has_no_input(run: Events) -> Findings:
    """The root's end event has no `data["input"]`."""
    if run.events and not any(event.phase == "end" for event in run.of_root):
        yield inconclusive("the root has no end event")
    for event in run.of_root:
        if event.phase == "end" and "input" in event.data:
            expected = "no data.input in the root's end"
            yield Finding(expected, f"data.input in {event.summary}", code="input-in-end")


@check(
    "events.text",
    MUST,
    clause="EVENT-013",
    vacuous=(no_stream_events, no_text),
    for_each=BOTH,
    requires=("events.data", "stream.yields-messages"),
)
def chunks_of_events_add_up_to_the_output(run: Events) -> Findings:
    """The chunks of the root's stream events, joined, are the text of the output in the root's end event."""
    if run.output_text is None:
        yield inconclusive("the output of the root's end has no text")
    elif run.chunks and "".join(run.chunks) != run.output_text:
        at = first_difference(run.output_text, "".join(run.chunks))
        yield Finding(
            Text((run.output_text,)), Text(run.chunks), code="text-differs", at=at, sides=("end event", "stream events")
        )


@check(
    "events.generation-info",
    SHOULD,
    clause="EVENT-022",
    for_each=("events_v2", "nested_v2"),
    kinds=(Kind.LLM, Kind.CHAT),
    requires=("events.data", "events.text", "nested.text", "stream.yields-messages"),
)
def the_output_keeps_the_generation_info(run: Events) -> Findings:
    """In v2 the output has the generation info of the last chunk, such as the finish reason and the usage."""
    infos, kept = chunk_infos(run.of_model), output_info(run.of_model)
    if not infos:
        yield inconclusive("no chunk has generation info")
        return
    *earlier, last = infos
    for key, value in last.items():
        if value.base == "NoneType":
            continue
        # The framework adds up what several chunks have under one key, by its own rules.
        changed = key in kept and kept[key] != value and not any(key in info for info in earlier)
        if key not in kept or changed:
            actual = f"{key!r}: {one_line(kept[key].display)}" if changed else f"info with keys {list(kept)}"
            yield Finding(
                f"{key!r}: {one_line(value.display)} in the output, as in the last chunk",
                f"{actual} in the output",
                code="info-changed" if changed else "info-missing",
            )
            return


@check("events.output", MUST, clause="EVENT-014", vacuous=(no_text,), for_each=BOTH, deterministic=True)
def the_output_is_the_answer(run: Events, astream: Stream) -> Findings:
    """Without stream events, the output in the root's end event is the text that `astream()` yields."""
    if run.output_text is None:
        yield inconclusive("the output of the root's end has no text")
    elif run.chunks:
        yield not_applicable("the root has stream events")
    elif run.output_text != astream.text:
        at = first_difference(astream.text, run.output_text)
        yield Finding(
            astream.display, Text((run.output_text,)), code="text-differs", at=at, sides=("astream()", "end event")
        )


@check(
    "events.parity",
    MUST,
    clause="EVENT-014",
    vacuous=(no_stream_events, no_text),
    for_each=BOTH,
    requires=("events.text",),
    deterministic=True,
)
def events_carry_what_astream_yields(run: Events, astream: Stream) -> Findings:
    """The chunks of the root's stream events, joined, are the joined chunks of `astream()`."""
    if run.chunks and "".join(run.chunks) != astream.text:
        at = first_difference(astream.text, "".join(run.chunks))
        yield Finding(
            astream.display, Text(run.chunks), code="text-differs", at=at, sides=("astream()", "stream events")
        )


@check(
    "events.streams",
    MUST,
    clause="EVENT-017",
    vacuous=(one_chunk,),
    for_each=BOTH,
    requires=("events.names", "events.order"),
)
def a_streaming_root_has_stream_events(run: Events, astream: Stream) -> Findings:
    """If `astream()` yields several chunks, the root has stream events."""
    if len([text for text in astream.texts if text]) > 1 and not run.chunks:
        if run.output_text:
            yield Finding(astream.display, "no stream event of the root", code="no-stream-events")
        else:
            # A model may give another answer in each call.
            yield inconclusive("the events show no text of an answer, so the answer of this call may be empty")


@check("events.fallback", SHOULD, clause="EVENT-016", for_each=BOTH, deterministic=True)
def one_chunk_is_at_most_one_stream_event(run: Events, astream: Stream) -> Findings:
    """If `astream()` yields its answer as one chunk, the root has at most one stream event."""
    if len(astream.chunks) != 1:
        yield not_applicable("the model does not yield its answer as one chunk")
    elif len(run.chunks) > 1:
        yield Finding(
            astream.display, Text(run.chunks), code="several-stream-events", sides=("astream()", "stream events")
        )


@check(
    "events.passes-arguments",
    MUST,
    clause="STOP-004",
    requires=("events.text", "events.output", "events.parity"),
    deterministic=True,
)
def keyword_arguments_reach_the_model(stop_events: Events, stop_astream: Stream, invoke: Reply) -> Findings:
    """`astream_events()` passes keyword arguments on: with `stop`, its text is what `astream()` yields with `stop`."""
    if not stop_astream.stop or stop_astream.failed or stop_astream.text == invoke.text:
        yield inconclusive("`stop` has no effect on `astream()`")
    elif stop_events.failed:
        yield call_failed(stop_astream.display, stop_events)
    else:
        text = "".join(stop_events.chunks) or stop_events.output_text or ""
        if text != stop_astream.text:
            yield Finding(
                stop_astream.display,
                Text(stop_events.chunks or (text,)),
                code="text-differs",
                at=first_difference(stop_astream.text, text),
                sides=("astream()", "events"),
            )
