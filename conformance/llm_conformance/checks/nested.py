"""The events of a chain in which the model is a step."""

from __future__ import annotations

from llm_conformance.checks.events import raises_without_end, sequence
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.registry import MAY, MUST, SHOULD, check
from llm_conformance.checks.vacuity import no_text
from llm_conformance.records import (
    CallbackLog,
    Events,
    Finding,
    Findings,
    Kind,
    Stream,
    Text,
    first_difference,
    inconclusive,
    not_applicable,
    output_text,
    stream_texts,
)

NESTED = ("nested_v1", "nested_v2")
_MODELS = (Kind.LLM, Kind.CHAT)


@check("nested.completes", MUST, clause="EVENT-004", for_each=NESTED, requires=("events.completes",))
def events_of_a_chain_complete(run: Events) -> Findings:
    """`astream_events()` of a chain with the model in it accepts a config and ends without raising or hanging."""
    if run.failed:
        yield call_failed("ends without an exception", run)


@check("nested.balance", MUST, clause="EVENT-006", for_each=NESTED, kinds=_MODELS)
def a_nested_model_starts_and_ends(run: Events) -> Findings:
    """On success the run of a model in a chain has exactly one start event and one end event."""
    own = run.of_model
    if not own:
        yield inconclusive("the events of the chain have no run of the model")
        return
    phases = [event.phase for event in own]
    if phases.count("start") != 1 or phases.count("end") != 1:
        yield Finding("one start and one end of the model", sequence(own), code="unbalanced")


@check("nested.parents", MUST, clause="EVENT-008")
def parent_ids_lead_from_the_root(nested_v2: Events) -> Findings:
    """In v2 `parent_ids` lead from the root to the immediate parent, and each parent starts before its children."""
    own = nested_v2.of_model
    if nested_v2.events and not any(event.parent_ids for event in nested_v2.events):
        yield inconclusive("no event has parent_ids")
    if own and own[0].parent_ids[:1] != (nested_v2.root,):
        expected = f"parent_ids that begin with the root, {nested_v2.root!r}"
        yield Finding(expected, f"parent_ids {list(own[0].parent_ids)} in {own[0].summary}", code="root-missing")
        return
    started: dict[str, tuple[str, ...]] = {}
    for index, event in enumerate(nested_v2.events):
        parents = event.parent_ids
        if parents and (parents[-1] not in started or parents != (*started[parents[-1]], parents[-1])):
            yield Finding(
                "parent_ids of a parent that has started: its own parent_ids, then its run id",
                f"parent_ids {list(parents)} in {event.summary}",
                code="chain-broken",
                where=f"event {index}",
            )
            return
        started.setdefault(event.run_id, parents)


@check(
    "nested.text",
    MUST,
    clause="EVENT-013",
    for_each=NESTED,
    kinds=_MODELS,
    requires=("nested.balance", "stream.concat", "stream.async-parity", "stream.yields-messages"),
)
def chunks_of_a_nested_model_add_up_to_its_output(run: Events) -> Findings:
    """If a model in a chain has stream events, their chunks, joined, are the text of the output in its end event."""
    chunks, text = stream_texts(run.of_model), output_text(run.of_model)
    if text is None:
        yield inconclusive("the output of the model's end has no text")
    elif not "".join(chunks) and not text:
        yield inconclusive("the answer has no text")
    elif not chunks:
        yield not_applicable("the model has no stream events in the chain")
    elif "".join(chunks) != text:
        yield Finding(
            Text((text,)),
            Text(chunks),
            code="text-differs",
            at=first_difference(text, "".join(chunks)),
            sides=("end event", "stream events"),
        )


@check(
    "nested.streams",
    SHOULD,
    clause="EVENT-017",
    for_each=NESTED,
    kinds=_MODELS,
    requires=("nested.balance", "callbacks.tokens", "events.streams"),
)
def a_model_that_reports_tokens_has_stream_events(run: Events, callbacks_astream: CallbackLog) -> Findings:
    """A model that reports its tokens to callback handlers has stream events in a chain."""
    if not callbacks_astream.tokens:
        yield inconclusive("the model reports no tokens to callback handlers")
    elif run.of_model and not stream_texts(run.of_model) and not output_text(run.of_model):
        yield inconclusive("the events of the model show no text of an answer")
    elif run.of_model and not stream_texts(run.of_model):
        count = len(callbacks_astream.tokens)
        yield Finding(
            "stream events of the model",
            f"{sequence(run.of_model)}, and {count} token{'s' * (count != 1)} reported to a handler of `astream()`",
            code="no-stream-events",
        )


@check("nested.parity", MUST, clause="EVENT-014", vacuous=(no_text,), for_each=NESTED, deterministic=True)
def a_chain_streams_what_its_model_streams(run: Events, astream: Stream) -> Findings:
    """A chain whose other steps pass the text on unchanged streams the text that `astream()` of the model yields."""
    if run.chunks and "".join(run.chunks) != astream.text:
        at = first_difference(astream.text, "".join(run.chunks))
        yield Finding(astream.display, Text(run.chunks), code="text-differs", at=at, sides=("astream()", "chain"))
    elif not run.chunks and astream.text:
        yield Finding(astream.display, "no stream event of the chain", code="no-stream-events")


@check("nested.tags", MUST, clause="CONF-002", for_each=NESTED)
def nested_runs_inherit_the_tags(run: Events) -> Findings:
    """Every event of a chain, and of its steps, has the tags of the chain's config."""
    for index, event in enumerate(run.events):
        if "t1" not in event.tags:
            actual = f"tags {list(event.tags)} in {event.summary}"
            yield Finding("tag 't1' in every event", actual, code="tag-missing", where=f"event {index}")
            return


@check("nested.metadata", MUST, clause="CONF-003", for_each=NESTED)
def nested_runs_inherit_the_metadata(run: Events) -> Findings:
    """Every event of a chain, and of its steps, has the metadata of the chain's config."""
    for index, event in enumerate(run.events):
        value = event.metadata.get("llm_conformance")
        if value is None or value.scalar != 1:
            actual = f"metadata with keys {list(event.metadata)} in {event.summary}"
            yield Finding(
                "metadata llm_conformance=1 in every event", actual, code="metadata-missing", where=f"event {index}"
            )
            return


@check("nested.run-name", MUST, clause="CONF-004", for_each=NESTED)
def only_the_root_has_the_run_name(run: Events) -> Findings:
    """The `run_name` of the chain's config names the chain, and none of its steps."""
    for event in run.events:
        is_root = event.run_id == run.root
        if (event.name == "named run") != is_root:
            actual = f"{event.summary} at {'the root' if is_root else 'a step'}"
            code = "root-not-named" if is_root else "step-named"
            yield Finding("the name 'named run' at the root only", actual, code=code)
            return


@check(
    "nested.raises",
    MUST,
    clause="EVENT-015",
    for_each=("nested_invalid_input[*]",),
    kinds=_MODELS,
)
def a_failed_chain_raises_and_has_no_end(run: Events) -> Findings:
    """If the model in a chain fails, `astream_events()` raises its exception, and the chain has no end event."""
    yield from raises_without_end(run)


@check("nested.silent-in-function", MAY, clause="EVENT-018", kinds=(Kind.LLM,))
def a_model_invoked_in_a_function_does_not_stream(inside_function: Events) -> Findings:
    """A string model that a function in a chain invokes has no stream events."""
    own = inside_function.of_model
    if inside_function.failed:
        yield call_failed("ends without an exception", inside_function)
    elif not own or own[0].parent_ids == (inside_function.root,):
        yield inconclusive("the events have no run of the model inside the function")
    elif stream_texts(own):
        yield Finding("start and end of the model, without stream events", sequence(own), code="stream-events")
