"""The config of a call: it is accepted, it is not mutated, and it shows in the events."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import ARGUMENT_MUTATED, CONFIG_ARGUMENT, KEPT_STATE
from llm_conformance.checks.reasons import RUN_ID_AND_CACHE
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import Batch, CallOutcome, Events, Finding, Findings, Replies, inconclusive


@check("config.optional", MUST, clause="CONF-001")
def the_config_is_optional(config_forms: Replies) -> Findings:
    """`invoke()` accepts no config, `None` and `{}`, by position and by name."""
    for form, reply in config_forms.by_label.items():
        if reply.failed:
            yield call_failed("returns an answer", reply, where=form, hint=CONFIG_ARGUMENT)


@check(
    "config.accepted",
    MUST,
    clause="CONF-001",
    empty_passes="the call is judged, not its answer",
    for_each=("configured_invoke", "configured[*]"),
)
def a_full_config_is_accepted(call: CallOutcome) -> Findings:
    """Every call accepts a config with tags, metadata, a run name and a run id."""
    if call.failed:
        yield call_failed("accepts a config", call, hint=CONFIG_ARGUMENT)


@check(
    "config.not-mutated",
    MUST,
    clause="CONF-001",
    empty_passes="the arguments are judged, not the answer",
    for_each=("configured_invoke", "configured[*]", "with_config", "after_handlers[*]"),
)
def the_callers_config_is_not_mutated(call: CallOutcome) -> Findings:
    """A call changes neither the caller's config nor the lists and dicts in it."""
    if call.mutated:
        yield _mutated("the caller's config", call)


@check(
    "input.not-mutated",
    MUST,
    clause="CONF-010",
    empty_passes="the arguments are judged, not the answer",
    for_each=(
        "message_list_invoke",
        "message_list_ainvoke",
        "message_list_stream",
        "message_list_astream",
        "message_list_events",
        "message_lists[*]",
        "stop_invoke",
        "stop_ainvoke",
        "stop_stream",
        "stop_astream",
        "stop_events",
        "stop_batch",
        "stop_bound",
    ),
)
def the_callers_arguments_are_not_mutated(call: CallOutcome) -> Findings:
    """A call does not change the caller's list of messages or stop list."""
    # The checks of `stop` report that a call with it hangs.
    if call.hung is not None and not call.stop:
        yield call_failed("returns an answer or raises", call)
    elif call.mutated:
        yield _mutated("the caller's lists", call)


@check(
    "batch.not-mutated",
    MUST,
    clause="CONF-010",
    for_each=("batch", "abatch", "batch_configs"),
    requires=("config.not-mutated",),
)
def the_callers_lists_are_not_mutated(batch: Batch) -> Findings:
    """`batch()` does not change the caller's list of inputs or list of configs."""
    if batch.mutated:
        yield _mutated("the caller's lists", batch)


@check("config.tags", MUST, clause="CONF-002", for_each=("configured[events-v1]", "configured[events-v2]"))
def every_event_has_the_tags(run: Events) -> Findings:
    """Every event of the run has the tags of the config."""
    for index, event in enumerate(run.events):
        if "t1" not in event.tags:
            actual = f"tags {list(event.tags)} in {event.summary}"
            yield Finding("tag 't1' in every event", actual, code="tag-missing", where=f"event {index}")
            return


@check("config.metadata", MUST, clause="CONF-003", for_each=("configured[events-v1]", "configured[events-v2]"))
def every_event_has_the_metadata(run: Events) -> Findings:
    """Every event of the run has the metadata of the config."""
    for index, event in enumerate(run.events):
        value = event.metadata.get("llm_conformance")
        if value is None or value.scalar != 1:
            actual = f"metadata with keys {list(event.metadata)} in {event.summary}"
            yield Finding(
                "metadata llm_conformance=1 in every event", actual, code="metadata-missing", where=f"event {index}"
            )
            return


@check("config.run-name", MUST, clause="CONF-004", for_each=("configured[events-v1]", "configured[events-v2]"))
def the_root_has_the_run_name(run: Events) -> Findings:
    """The `run_name` of the config is the name of the root's events."""
    for event in run.of_root:
        if event.name != "named run":
            yield Finding("root events with the name 'named run'", event.summary, code="name-differs")
            return


@check("config.run-id", MUST, clause="CONF-006", for_each=("configured[events-v1]", "configured[events-v2]"))
def the_root_has_the_run_id(run: Events) -> Findings:
    """The `run_id` of the config is the run id of the root, as a `str`."""
    if run.events and not run.run_id:
        yield inconclusive(RUN_ID_AND_CACHE)
    elif run.events and run.root != run.run_id:
        yield Finding(f"run id {run.run_id!r}", f"run id {run.root!r}", code="run-id-differs")


@check("config.not-keywords", MUST, clause="STOP-003", requires=("config.tags", "config.metadata", "config.run-name"))
def keyword_arguments_are_not_config(config_as_keywords: Events) -> Findings:
    """`astream_events(.., tags=.., metadata=.., run_name=..)` passes the keywords on or raises; they are not config."""
    if config_as_keywords.hung is not None:
        yield call_failed("yields events or raises", config_as_keywords)
        return
    word = "llm_conformance_keyword"
    for event in config_as_keywords.of_root:
        used = {"run_name": event.name == word, "tags": word in event.tags, "metadata": word in event.metadata}
        if names := [name for name, one in used.items() if one]:
            yield Finding(
                "no keyword argument used as config",
                f"keyword arguments used as config: {' and '.join(names)}, in {event.summary}",
                code="keywords-used-as-config",
            )
            return


@check("config.not-remembered", MUST, clause="STREAM-013", requires=("config.tags", "config.metadata"))
def the_next_caller_has_another_config(config_as_keywords: Events, events_v2: Events) -> Findings:
    """The tags, metadata and run name of a call are not those of the next call, which may be of another user."""
    if config_as_keywords.failed:
        yield inconclusive("the call after those with a config ended with an exception")
        return
    # A model may have the tag by itself, and another one in each call; it does not have the key.
    own, now = ({tag for event in run.events for tag in event.tags} for run in (events_v2, config_as_keywords))
    tag_is_kept = "t1" not in own and own <= now
    names = {"named run", "own name"} - {event.name for event in events_v2.events}
    for event in config_as_keywords.events:
        kept = [word for word in ("t1",) if tag_is_kept and word in event.tags]
        kept += [word for word in ("llm_conformance",) if word in event.metadata]
        kept += [event.name] if event.name in names else []
        if kept:
            actual = f"{' and '.join(kept)} of an earlier call, in {event.summary}"
            yield Finding("no tags, metadata or run name of earlier calls", actual, code="config-kept", hint=KEPT_STATE)
            return


@check("config.merged", SHOULD, clause="CONF-008", requires=("config.tags", "config.metadata", "config.run-name"))
def with_config_merges(with_config: Events) -> Findings:
    """`with_config()` merges with the call's config: tags and metadata of both (the call's win), its own run name."""
    if with_config.failed:
        yield call_failed("yields events", with_config)
        return
    first = with_config.events[0] if with_config.events else None
    if first is None:
        return
    if not {"t1", "wc"} <= set(first.tags):
        expected = "tags with 't1' of the call and 'wc' of `with_config()`"
        yield Finding(expected, f"tags {list(first.tags)}", code="tags-differ")
    merged = {"llm_conformance": 1, "llm_conformance_own": 1}
    values = {key: value.scalar for key, value in first.metadata.items() if key in merged}
    if values != merged:
        expected = f"metadata {merged}, the first of the call and the second of `with_config()`"
        yield Finding(expected, f"metadata {values}", code="metadata-differs")
    if first.name != "own name":
        yield Finding("name 'own name' of `with_config()`", f"name {first.name!r}", code="name-differs")


def _mutated(what: str, call: CallOutcome) -> Finding:
    return Finding(f"{what} unchanged", f"changed: {', '.join(call.mutated)}", code="mutated", hint=ARGUMENT_MUTATED)
