"""The config of a call: that it is taken, left as it was, and shows in the events."""

from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import Batch, CallOutcome, Events, Finding, Findings, Replies


@check("config.optional", MUST, clause="CONF-001")
def a_config_may_be_nothing(config_forms: Replies) -> Findings:
    """The config is optional: None and {} are taken, by position and by name."""
    for form, reply in config_forms.by_label.items():
        if reply.failed:
            yield Finding(expected="an answer", actual=reply.ended_with, where=form)


@check(
    "config.accepted",
    MUST,
    clause="CONF-001",
    for_each=("configured_invoke", "configured_stream", "configured_astream", "configured_v1", "configured_v2"),
)
def a_full_config_is_taken(call: CallOutcome) -> Findings:
    """A config with tags, metadata, a run name and a run id is taken by every call."""
    if call.failed:
        yield Finding(expected="a call that takes its config", actual=call.ended_with)


@check(
    "config.not-mutated",
    MUST,
    clause="CONF-001",
    for_each=(
        "configured_invoke",
        "configured_stream",
        "configured_astream",
        "configured_v1",
        "configured_v2",
        "merged",
    ),
)
def the_callers_config_stays_as_it_was(call: CallOutcome) -> Findings:
    """The config that the caller passed is not changed, nor what is in it."""
    if call.mutated:
        yield Finding(expected="the caller's config as it was", actual=f"changed: {', '.join(call.mutated)}")


@check(
    "input.not-mutated",
    MUST,
    clause="CONF-010",
    for_each=(
        "listed_invoke",
        "listed_stream",
        "stop_invoke",
        "stop_ainvoke",
        "stop_stream",
        "stop_astream",
        "stop_events",
        "stop_batch",
        "stop_bound",
    ),
)
def the_callers_arguments_stay_as_they_were(call: CallOutcome) -> Findings:
    """The list of messages and the stop list that the caller passed are not changed."""
    if call.hung is not None:
        yield Finding(expected="an answer, or an exception", actual=call.ended_with)
    elif call.mutated:
        yield Finding(expected="the caller's lists as they were", actual=f"changed: {', '.join(call.mutated)}")


@check(
    "batch.not-mutated",
    MUST,
    clause="CONF-010",
    for_each=("batch", "abatch", "batch_configs"),
    requires=("config.not-mutated",),
)
def the_callers_lists_stay_as_they_were(batch: Batch) -> Findings:
    """The list of inputs and the list of configs that the caller passed are not changed."""
    if batch.mutated:
        yield Finding(expected="the caller's lists as they were", actual=f"changed: {', '.join(batch.mutated)}")


@check("config.tags", MUST, clause="CONF-002", for_each=("configured_v1", "configured_v2"))
def tags_are_in_every_event(run: Events) -> Findings:
    """The config's tags are in every event of the run."""
    for index, event in enumerate(run.events):
        if "t1" not in event.tags:
            yield Finding(
                expected="tag 't1' in every event", actual=f"event {index}, {event.summary}: {list(event.tags)}"
            )
            return


@check("config.metadata", MUST, clause="CONF-003", for_each=("configured_v1", "configured_v2"))
def metadata_is_in_every_event(run: Events) -> Findings:
    """The config's metadata is in every event of the run."""
    for index, event in enumerate(run.events):
        given = event.metadata.get("m")
        if given is None or given.scalar != 1:
            keys = list(event.metadata)
            yield Finding(expected="metadata m=1 in every event", actual=f"event {index}, {event.summary}: keys {keys}")
            return


@check("config.run-name", MUST, clause="CONF-004", for_each=("configured_v1", "configured_v2"))
def the_root_bears_the_run_name(run: Events) -> Findings:
    """The config's run_name is the name of the root's events."""
    for event in run.of_root:
        if event.name != "named run":
            yield Finding(expected="root events named 'named run'", actual=event.summary)
            return


@check("config.run-id", MUST, clause="CONF-006", for_each=("configured_v1", "configured_v2"))
def the_root_has_the_run_id(run: Events) -> Findings:
    """The config's run_id is the run id of the root, as a str."""
    given = run.run_id
    if run.events and run.root != given:
        yield Finding(expected=f"run id {given!r}", actual=f"run id {run.root!r}")


@check("config.not-keywords", MUST, clause="STOP-003", requires=("config.tags", "config.metadata", "config.run-name"))
def keywords_are_no_config(keywords: Events) -> Findings:
    """Keyword arguments named as the keys of a config are passed on, or refused; they are never taken for a config."""
    if keywords.hung is not None:
        yield Finding(expected="events, or an exception", actual=keywords.ended_with)
        return
    for event in keywords.of_root:
        taken = {
            "run_name": event.name == "keyword",
            "tags": "keyword" in event.tags,
            "metadata": "keyword" in event.metadata,
        }
        if names := [name for name, one in taken.items() if one]:
            seen = f"{event.summary} with the {' and the '.join(names)} of keyword arguments"
            yield Finding(expected="events as without them, or an exception", actual=seen)
            return


@check("config.merged", SHOULD, clause="CONF-008", requires=("config.tags", "config.metadata", "config.run-name"))
def with_config_merges(merged: Events) -> Findings:
    """with_config() merges with the call's config: tags united, metadata with the call winning, its own run name."""
    if merged.failed:
        yield Finding(expected="events", actual=merged.ended_with)
        return
    first = merged.events[0] if merged.events else None
    if first is None:
        return
    if not {"t1", "wc"} <= set(first.tags):
        yield Finding(expected="tags 't1' of the call and 'wc' of with_config", actual=f"{list(first.tags)}")
    values = {key: seen.scalar for key, seen in first.metadata.items() if key in {"m", "wm"}}
    if values != {"m": 1, "wm": 1}:
        yield Finding(expected="metadata m=1 of the call and wm=1 of with_config", actual=f"{values}")
    if first.name != "own name":
        yield Finding(expected="the name 'own name' of with_config", actual=f"{first.name!r}")
