"""What the events of the root carry: chunks, the output, and that both say what astream() says."""

from llm_conformance.checks.events import ALL, BOTH
from llm_conformance.checks.registry import MUST, SHOULD, check
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
    not_testable,
    one_line,
    output_info,
)


@check("events.data", MUST, clause="EVENT-011", for_each=ALL)
def each_phase_carries_its_own(run: Events) -> Findings:
    """Stream events carry data.chunk, end events data.output; a start carries neither."""
    for index, event in enumerate(run.events):
        wanted = {"stream": "chunk", "end": "output"}.get(event.phase)
        if wanted is not None and wanted not in event.data:
            yield Finding(expected=f"data.{wanted}", actual=f"event {index}, {event.summary}: keys {list(event.data)}")
            return
        if event.phase == "start" and {"chunk", "output"} & set(event.data):
            seen = f"event {index}, {event.summary}: keys {list(event.data)}"
            yield Finding(expected="a start without chunk and output", actual=seen)
            return


@check("events.end-without-input", SHOULD, clause="EVENT-012", for_each=BOTH)
def the_roots_end_repeats_no_input(run: Events) -> Findings:
    """The root's end has no data.input: the caller has it already."""
    for event in run.of_root:
        if event.phase == "end" and "input" in event.data:
            yield Finding(expected="the root's end without data.input", actual=f"{event.summary} with it")


@check("events.text", MUST, clause="EVENT-013", for_each=BOTH, requires=("events.data", "stream.yields-messages"))
def chunks_of_events_add_up(run: Events) -> Findings:
    """The chunks of a run's stream events, added up, are the text of its end's output."""
    if run.chunks and run.output_text is not None and "".join(run.chunks) != run.output_text:
        at = first_difference(run.output_text, "".join(run.chunks))
        yield Finding(Text((run.output_text,)), Text(run.chunks), at=at)


@check(
    "events.generation-info",
    SHOULD,
    clause="EVENT-022",
    for_each=("events_v2", "nested_v2"),
    kinds=(Kind.LLM, Kind.CHAT),
    requires=("events.data", "events.text", "nested.text", "stream.yields-messages"),
)
def the_output_keeps_what_was_said_of_it(run: Events) -> Findings:
    """In v2 the output keeps what the provider said of the last chunk, as why it ended, or what it cost."""
    told, kept = chunk_infos(run.of_model), output_info(run.of_model)
    if not told:
        yield not_testable("nothing is said of a chunk beside its text")
        return
    *earlier, last = told
    for key, value in last.items():
        if value.base == "NoneType":
            continue
        # What several chunks say is added up by rules of the framework.
        changed = key in kept and kept[key] != value and not any(key in info for info in earlier)
        if key not in kept or changed:
            seen = f"{key!r}: {one_line(kept[key].display)}" if changed else f"keys {list(kept)}"
            yield Finding(expected=f"{key!r}: {one_line(value.display)}, as the last chunk says", actual=seen)
            return


@check("events.output", MUST, clause="EVENT-014", for_each=BOTH, deterministic=True)
def the_output_is_the_answer(run: Events, astream: Stream) -> Findings:
    """The text of the root's output is what astream() says."""
    if run.output_text is None:
        yield not_testable("the output of the root's end has no text")
    elif not run.chunks and run.output_text != astream.text:
        at = first_difference(astream.text, run.output_text)
        yield Finding(astream.display, Text((run.output_text,)), at=at)


@check("events.parity", MUST, clause="EVENT-014", for_each=BOTH, requires=("events.text",), deterministic=True)
def events_stream_what_astream_streams(run: Events, astream: Stream) -> Findings:
    """The chunks of the root's stream events, added up, are the chunks of astream(), added up."""
    if run.chunks and "".join(run.chunks) != astream.text:
        yield Finding(astream.display, Text(run.chunks), at=first_difference(astream.text, "".join(run.chunks)))


@check("events.streams", MUST, clause="EVENT-017", for_each=BOTH, requires=("events.names", "events.order"))
def a_streaming_root_has_stream_events(run: Events, astream: Stream) -> Findings:
    """A root whose astream() gives several chunks has stream events."""
    if len([text for text in astream.texts if text]) > 1 and not run.chunks:
        yield Finding(expected=astream.display, actual="no stream event of the root")


@check("events.fallback", SHOULD, clause="EVENT-016", for_each=BOTH)
def one_chunk_is_one_event_at_most(run: Events, astream: Stream) -> Findings:
    """A root whose astream() gives its answer as one chunk has one stream event; in v2 it may have none."""
    if len(astream.chunks) == 1 and len(run.chunks) > 1:
        yield Finding(expected=astream.display, actual=Text(run.chunks))


@check(
    "events.passes-arguments",
    MUST,
    clause="STOP-004",
    requires=("events.text", "events.output", "events.parity"),
    deterministic=True,
)
def arguments_reach_the_model(stop_events: Events, stop_astream: Stream, invoke: Reply) -> Findings:
    """Keyword arguments of astream_events() reach the model: with stop, its events say what astream() says with it."""
    if not stop_astream.stop or stop_astream.failed or stop_astream.text == invoke.text:
        yield not_testable("stop has no effect on astream()")
    elif stop_events.failed:
        yield Finding(expected=stop_astream.display, actual=stop_events.ended_with)
    else:
        said = "".join(stop_events.chunks) or stop_events.output_text or ""
        if said != stop_astream.text:
            at = first_difference(stop_astream.text, said)
            yield Finding(stop_astream.display, Text(stop_events.chunks or (said,)), at=at)
