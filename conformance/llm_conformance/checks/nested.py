"""The event stream of a model that is a step of a chain."""

from llm_conformance.checks.events import sequence
from llm_conformance.checks.registry import MAY, MUST, SHOULD, check
from llm_conformance.records import (
    CallbackLog,
    Events,
    Finding,
    Findings,
    Kind,
    Stream,
    Text,
    first_difference,
    not_testable,
    output_text,
    stream_texts,
)

NESTED = ("nested_v1", "nested_v2")
_MODELS = (Kind.LLM, Kind.CHAT)


@check("nested.completes", MUST, clause="EVENT-004", for_each=NESTED, requires=("events.completes",))
def a_chain_ends(run: Events) -> Findings:
    """astream_events() of a chain with the model in it takes a config, and comes to its end."""
    if run.failed:
        yield Finding(expected="an event stream that ends", actual=run.ended_with)


@check("nested.balance", MUST, clause="EVENT-006", for_each=NESTED, kinds=_MODELS)
def a_nested_model_ends(run: Events) -> Findings:
    """On success the run of a model in a chain has a start and one end."""
    own = run.of_model
    if not own:
        yield not_testable("no run of the model is in the events of the chain")
        return
    phases = [event.phase for event in own]
    if phases.count("start") != 1 or phases.count("end") != 1:
        yield Finding(expected="one start and one end", actual=sequence(own))


@check("nested.parents", MUST, clause="EVENT-008")
def parents_lead_from_the_root(nested_v2: Events) -> Findings:
    """In v2 parent_ids lead from the root to the immediate parent, each of which has started before."""
    own = nested_v2.of_model
    if own and own[0].parent_ids[:1] != (nested_v2.root,):
        seen = f"{own[0].summary}: {list(own[0].parent_ids)}"
        yield Finding(expected=f"parent_ids that begin with the root, {nested_v2.root!r}", actual=seen)
        return
    started: dict[str, tuple[str, ...]] = {}
    for index, event in enumerate(nested_v2.events):
        above = event.parent_ids
        if above and (above[-1] not in started or above != (*started[above[-1]], above[-1])):
            seen = f"event {index}, {event.summary}: {list(above)}"
            yield Finding(expected="the parents of the parent, then the parent, which has started before", actual=seen)
            return
        started.setdefault(event.run_id, above)


@check(
    "nested.text",
    MUST,
    clause="EVENT-013",
    for_each=NESTED,
    kinds=_MODELS,
    requires=("nested.balance", "stream.concat", "stream.async-parity"),
)
def chunks_of_a_nested_model_add_up(run: Events) -> Findings:
    """The chunks of the stream events of a model in a chain, if it has any, add up to the text of its end's output."""
    chunks, text = stream_texts(run.of_model), output_text(run.of_model)
    if text is None:
        yield not_testable("the output of the model's end has no text")
    elif chunks and "".join(chunks) != text:
        yield Finding(Text((text,)), Text(chunks), at=first_difference(text, "".join(chunks)))


@check(
    "nested.streams",
    SHOULD,
    clause="EVENT-017",
    for_each=NESTED,
    kinds=_MODELS,
    requires=("nested.balance", "callbacks.tokens", "events.streams"),
)
def a_model_that_reports_is_told_in_a_chain(run: Events, heard_astream: CallbackLog) -> Findings:
    """A model that reports its tokens to handlers has stream events in a chain."""
    if not heard_astream.tokens:
        yield not_testable("it reports no tokens")
    elif run.of_model and not stream_texts(run.of_model):
        seen = f"{sequence(run.of_model)}, though handlers hear {len(heard_astream.tokens)} tokens"
        yield Finding(expected="stream events of the model", actual=seen)


@check("nested.parity", MUST, clause="EVENT-014", for_each=NESTED, deterministic=True)
def a_chain_streams_what_the_model_streams(run: Events, astream: Stream) -> Findings:
    """What comes out of a chain whose other steps change nothing is what astream() of the model says."""
    if run.chunks and "".join(run.chunks) != astream.text:
        yield Finding(astream.display, Text(run.chunks), at=first_difference(astream.text, "".join(run.chunks)))
    elif not run.chunks and astream.text:
        yield Finding(expected=astream.display, actual="no stream event of the chain")


@check("nested.tags", MUST, clause="CONF-002", for_each=NESTED)
def nested_runs_inherit_the_tags(run: Events) -> Findings:
    """The tags of the chain's config are in every event, also in those of the steps."""
    for index, event in enumerate(run.events):
        if "t1" not in event.tags:
            seen = f"event {index}, {event.summary}: {list(event.tags)}"
            yield Finding(expected="tag 't1' in every event", actual=seen)
            return


@check("nested.metadata", MUST, clause="CONF-003", for_each=NESTED)
def nested_runs_inherit_the_metadata(run: Events) -> Findings:
    """The metadata of the chain's config is in every event, also in those of the steps."""
    for index, event in enumerate(run.events):
        given = event.metadata.get("m")
        if given is None or given.scalar != 1:
            seen = f"event {index}, {event.summary}: keys {list(event.metadata)}"
            yield Finding(expected="metadata m=1 in every event", actual=seen)
            return


@check("nested.run-name", MUST, clause="CONF-004", for_each=NESTED)
def the_run_name_is_the_roots_alone(run: Events) -> Findings:
    """The run name of the chain's config names the chain, and none of its steps."""
    for event in run.events:
        if (event.name == "named run") != (event.run_id == run.root):
            expected = "'named run' at the root alone"
            yield Finding(expected=expected, actual=f"{event.summary}{' (the root)' * (event.run_id == run.root)}")
            return


@check("nested.raises", MUST, clause="EVENT-015", for_each=("nested_refused_v1", "nested_refused_v2"), kinds=_MODELS)
def a_failure_in_a_chain_is_raised(run: Events) -> Findings:
    """When the model in a chain fails, the exception comes out of the iterator, and the chain has no end event."""
    if run.raised is None:
        yield Finding(
            expected="an exception for the input 42", actual=run.ended_with + f" after {len(run.events)} events"
        )
    elif any(event.phase == "end" for event in run.of_root):
        yield Finding(expected="no end of a root that failed", actual=sequence(run.events))


@check("nested.silent-in-function", MAY, clause="EVENT-018", kinds=(Kind.LLM,))
def a_model_that_is_invoked_does_not_stream(within_a_function: Events) -> Findings:
    """A string model that a function of a chain invokes has no stream events."""
    own = within_a_function.of_model
    if within_a_function.failed:
        yield Finding(expected="an event stream that ends", actual=within_a_function.ended_with)
    elif not own or own[0].parent_ids == (within_a_function.root,):
        yield not_testable("no run of the model inside the function is told of")
    elif stream_texts(own):
        yield Finding(expected="a start and an end", actual=sequence(own))
