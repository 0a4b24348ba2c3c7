"""The hint that an observation gives to the cause of a violation."""

from dataclasses import replace
from typing import Any

import pytest

from checks.chat_records import said
from checks.controlled_records import RUNNING, outcome, outcomes
from checks.records import ERROR, SILENCE, message, value_of
from llm_conformance.checks import hints
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import (
    batch_order_hint,
    chunk_type_hint,
    chunks_hint,
    failure_hint,
    fault_failure_hint,
    fault_hint,
    iterator_hint,
    leftovers_hint,
    merged_blocks_hint,
    one_chunk_hint,
    refused_hint,
    replay_hint,
    stop_hint,
)
from llm_conformance.checks.live import arrives
from llm_conformance.checks.v3_leaving import closing_stops_the_model
from llm_conformance.records import CallOutcome, Hung, Value

WIDTH = 108


@pytest.mark.parametrize(
    ("expected", "chunks", "cause"),
    [
        ("a b", (), "the generator never yields"),
        ("a b", ("", ""), "the generator never yields"),
        ("a b c", ("a", "b", "c"), "`.split()` or `.strip()` drops the whitespace"),
        (" a", ("a",), "`.split()` or `.strip()` drops the whitespace"),
        ("a  b\n", ("a ", "b"), "changes the whitespace"),
        ("abc", ("a", "ab", "abc"), "each chunk repeats the text so far"),
        ("abc", ("a", "bc", "abc"), "the last chunk repeats the whole answer"),
        ("abc", ("abcabc",), "the answer appears twice"),
        ("abc", ("a", "b"), "the end of the answer is missing"),
        ("abc", ("b", "c"), "the beginning of the answer is missing"),
        ("abc", ("Hm. ", "a", "bc"), "text precedes the answer"),
        ("a\N{REPLACEMENT CHARACTER}", ("a",), "is taken for half a character"),
        ("\N{REPLACEMENT CHARACTER}", (), "is taken for half a character"),
        ("né", ("n\N{REPLACEMENT CHARACTER}",), "is decoded in halves"),
    ],
)
def test_wrong_chunks_show_their_cause(expected: str, chunks: tuple[str, ...], cause: str) -> None:
    assert cause in chunks_hint(expected, chunks)


@pytest.mark.parametrize(
    ("expected", "chunks"), [("", ()), ("abc", ("abc",)), ("abc", ("a", "bc")), ("abc", ("a", "x", "c"))]
)
def test_other_chunks_show_no_cause(expected: str, chunks: tuple[str, ...]) -> None:
    assert chunks_hint(expected, chunks) == ""


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("No generation chunks were returned", "the stream yields nothing"),
        ("No generations found in stream.", "the stream yields nothing"),
        ("'async for' requires an object with __aiter__ method, got coroutine", "must be an async generator"),
        ("object async_generator can't be used in 'await' expression", "use `async for`"),
        ("no prompt", ""),
    ],
)
def test_an_exception_may_show_its_cause(text: str, cause: str) -> None:
    hint = failure_hint(replace(ERROR, message=text))

    assert bool(hint) == bool(cause)
    assert cause in hint


def test_a_call_that_did_not_raise_shows_no_cause() -> None:
    assert failure_hint(None) == ""


def test_an_iterator_is_made_by_a_generator() -> None:
    assert iterator_hint("map") == "make the method a generator: `yield` each chunk"
    assert iterator_hint("list").endswith("; do not collect the chunks in a list")
    assert "`async def` with `yield`" in iterator_hint("coroutine", asynchronous=True)


def test_a_chunk_of_another_type_has_its_text() -> None:
    assert "`.text`" in chunk_type_hint(message("hi"))
    assert chunk_type_hint(value_of(1)) == ""


def test_an_uncut_answer_ignores_stop() -> None:
    assert stop_hint("a", "ab", "ab") == hints.STOP_IGNORED
    assert stop_hint("a", "a", "a") == ""
    assert stop_hint("a", "", "ab") == ""


def test_the_same_answers_in_another_order_are_in_the_order_of_completion() -> None:
    assert batch_order_hint(["a", "b"], ["b", "a"]) == hints.BATCH_ORDER
    assert batch_order_hint(["a", "b"], ["b", "b"]) == ""


def test_an_answer_that_begins_anew_after_what_was_delivered() -> None:
    assert replay_hint("0 1 2 3 4", "0 1 2 3 40 1 2 3 4 5") == hints.REPLAYED
    assert replay_hint("0 1 2 3 4", "0 1 2 3 45 6") == ""
    assert replay_hint("", "0 1") == ""


def test_a_generator_that_goes_on_when_it_is_closed_is_no_task() -> None:
    assert leftovers_hint(["a generator that was dropped raised RuntimeError: generator ignored GeneratorExit"]) == (
        hints.GENERATOR_GOES_ON
    )
    assert leftovers_hint(["a task"]) == hints.LEFT_BEHIND


def test_a_fault_of_the_delivery_points_to_the_packets() -> None:
    broken = replace(ERROR, message="Expecting value")

    assert "a packet is not an event" in fault_failure_hint("random_cuts", broken)
    assert "a packet is not an event" in fault_hint("cut_at", "a b c d", ("a", " c d"))
    assert fault_failure_hint("baseline", broken) == ""


def test_blocks_of_two_types_with_one_index_are_merged() -> None:
    def chunk(kind: str, index: int) -> Value:
        return said(content=[{"type": kind, kind: "a", "index": index}])

    assert merged_blocks_hint([chunk("thinking", 0), chunk("text", 0)]) == hints.BLOCKS_MERGED
    assert merged_blocks_hint([chunk("thinking", 0), chunk("text", 1)]) == ""
    assert merged_blocks_hint([said(content=[{"type": "text", "thinking": "a", "text": "b"}])]) == (hints.BLOCKS_MERGED)


def test_an_answer_without_a_token_needs_an_empty_chunk() -> None:
    nothing = replace(ERROR, message="No generation chunks were returned")

    assert "yield one empty chunk" in fault_failure_hint("zero_tokens", nothing)
    assert fault_failure_hint("crlf", nothing) == ""


def test_a_hint_fits_into_a_line_of_the_terminal() -> None:
    constants = {name: text for name, text in vars(hints).items() if name.isupper() and isinstance(text, str)}

    assert {name: len(text) for name, text in constants.items() if len(text) > WIDTH} == {}


def test_a_stream_that_hangs_beside_another_waits_for_it() -> None:
    raised, hung = (CallOutcome(raised=ERROR), CallOutcome(hung=Hung(10, "acme.py:2 in stream")))

    assert call_failed("ends", raised, hint=hints.SHARED_STATE).hint == hints.SHARED_STATE
    assert call_failed("ends", hung, hint=hints.SHARED_STATE).hint == hints.LOCK_HELD


def test_a_byte_order_mark_that_costs_the_first_event_is_named() -> None:
    for fault in ("bom", "bom_text_first"):
        assert "skip a byte order mark" in fault_hint(fault, "\n\nab", ("ab",))
    assert "changes the whitespace" in fault_hint("crlf", "\n\nab c", ("ab c",))
    assert "skip a byte order mark" not in fault_hint("bom", "abc", ("a", "c"))


@pytest.mark.parametrize(
    ("owners", "named"),
    [
        ({"stream": "langchain_core.language_models.llms.BaseLLM"}, "the class has no `_stream`"),
        ({"stream": "langchain_core.language_models.llms.BaseLLM", "_stream": "acme.Acme"}, "yield each chunk as soon"),
        ({"stream": "acme.Plain"}, "yield each chunk as soon"),
    ],
)
def test_one_chunk_is_explained_by_the_missing_hook_only_where_it_is_missing(
    owners: dict[str, str], named: str
) -> None:
    assert named in one_chunk_hint(owners)


@pytest.mark.parametrize(
    ("text", "refused"),
    [("the provider answered 401: no key", True), ("Error code: 403", True), ("4010 tokens", False), ("no", False)],
)
def test_a_refused_asynchronous_call_points_to_its_client(text: str, refused: bool) -> None:  # noqa: FBT001
    assert ("asynchronous client" in refused_hint(replace(ERROR, message=text))) is refused
    caused = replace(ERROR, message="failed", cause=replace(ERROR, message=text))
    assert bool(refused_hint(caused)) is refused
    assert refused_hint(None) == ""


@pytest.mark.parametrize(
    ("chunks", "hint"),
    [
        (("a", "b", "e"), hints.TOKENS_DROPPED),
        (("a", "b", ""), hints.END_DROPPED),
        (("a", "b", "c", "d"), ""),
        (("a", "x"), ""),
        (("e", "a"), ""),
        ((), ""),
    ],
)
def test_several_chunks_that_are_missing_were_dropped(chunks: tuple[str, ...], hint: str) -> None:
    assert hints.dropped_hint(("a", "b", "c", "d", "e"), chunks) == hint


def test_a_hook_that_is_no_generator_is_named() -> None:
    raised = replace(ERROR, message="'async for' requires an object with __aiter__ method, got coroutine")
    bridge = replace(raised, location="chat_models.py:764 in _aiter_v2_events")

    assert failure_hint(raised).startswith("`_astream` must be")
    assert failure_hint(bridge).startswith("`_astream_chat_model_events` must be")


def test_a_pause_on_a_loop_that_stands_still_blocks_the_loop() -> None:
    def found(*, blocks_loop: bool) -> Any:
        silent = replace(SILENCE, blocks_loop=blocks_loop)
        return next(iter(arrives(outcome(hung=silent, generations=(RUNNING,)))))

    assert found(blocks_loop=True).hint == hints.BLOCKED_LOOP
    assert found(blocks_loop=False).hint == hints.BUFFERED


def test_a_close_that_waits_for_a_task_finds_its_cancellation_swallowed() -> None:
    waiting = replace(SILENCE, location="chat_model_stream.py:1531 in aclose")

    def found(hung: Hung) -> Any:
        return next(iter(closing_stops_the_model(outcomes(events=outcome(hung=hung)))))

    assert found(waiting).hint == hints.SWALLOWED_CANCELLATION
    assert found(SILENCE).hint == ""
