"""Models of other authors, and the verdicts that the suite must give."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

import llm_conformance
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Level, Status, Stream
from llm_conformance.records.codec import decode
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.text import exit_code
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from llm_fixtures import golden
from zoo.findings import COSTLY

LANGCHAIN = "langchain_core.language_models"
OPENAI = {
    "base_url": "{url}/v1",
    "api_key": "k",
    "model": "gpt-3.5-turbo-instruct",
    "temperature": 0,
    "max_tokens": 512,
    "max_retries": 0,
}
# Truncated answers count as whole, events without data raise, a closed stream leaves its connection to the collector,
# and comments pass for signs of life.
MISSED_BY_THE_OPENAI_CLIENT = {
    "close.without-gc",
    "wire.cut[clean_end_early]",
    "wire.cut[close_delimited_early]",
    "wire.cut[gzip_truncated]",
    "wire.cut[truncated_json]",
    "wire.error[error_bare_json]",
    "wire.error[error_field]",
    "wire.stall[stall_with_comments]",
    "wire.syntax[bom]",
    "wire.syntax[bom_text_first]",
    "wire.syntax[event_only]",
    "wire.syntax[id_then_blank]",
    "wire.syntax[id_then_comment]",
    "wire.syntax[retry_only]",
}
TEN_LINES = """
    from langchain_core.language_models.llms import LLM
    from langchain_core.outputs import GenerationChunk
    class Tenliner(LLM):
        @property
        def _llm_type(self):
            return "tenliner"
        def _call(self, prompt, stop=None, run_manager=None, **kwargs):
            return "".join(chunk.text for chunk in self._stream(prompt, stop))
        def _stream(self, prompt, stop=None, run_manager=None, **kwargs):
            yield from (GenerationChunk(text=token) for token in ("Hello", ",", " ", prompt))
"""


def failed(record: SubjectRecord, level: Level) -> set[str]:
    return {
        name
        for name, verdict in record.verdicts.items()
        if verdict.level is level and verdict.status in {Status.FAILED, Status.HARNESS_ERROR}
    }


def stream_of(record: SubjectRecord, name: str) -> Stream:
    stream = decode(record.observations[name])
    assert isinstance(stream, Stream)
    return stream


def test_a_fake_list_llm_is_conformant_under_the_default_gate() -> None:
    record = llm_conformance.check_llm(
        f"{LANGCHAIN}:FakeListLLM", kwargs={"responses": ["Hello, world! It works."]}
    ).record

    assert exit_code(record.verdicts.values(), "must") == 0
    assert failed(record, Level.SHOULD) == {"stop.cuts"}, "it ignores stop"


def test_a_subclass_inherits_the_deviation_of_langchain_cores_batch() -> None:
    record = llm_conformance.check_llm(
        f"{LANGCHAIN}:FakeListLLM", kwargs={"responses": ["Hello, world! It works."]}
    ).record

    verdict = record.verdicts["batch.isolates-failures"]

    assert verdict.status is Status.INHERITED
    assert verdict.reason.startswith("LC-004: ")
    assert exit_code(record.verdicts.values(), "must") == 0


def test_a_fake_streaming_list_llm_fails_for_its_own_deviations() -> None:
    record = llm_conformance.check_llm(
        f"{LANGCHAIN}:FakeStreamingListLLM", kwargs={"responses": ["Hello, world! It works."]}
    ).record

    assert failed(record, Level.MUST) == {"events.streams"}
    assert failed(record, Level.SHOULD) == {"stop.cuts"}
    assert [finding.location for finding in record.verdicts["events.streams"].findings] == ["events_v2"]


def test_answers_that_change_from_call_to_call_are_not_compared() -> None:
    record = llm_conformance.check_llm(f"{LANGCHAIN}:FakeListLLM", kwargs={"responses": ["one", "two", "three"]}).record

    assert record.verdicts["stream.concat"].status is Status.INCONCLUSIVE
    assert exit_code(record.verdicts.values(), "should") == 0


@pytest.mark.parametrize("responses", [["x y", "x y", "z"], ["x y", "x y", "x y", "z"], ["x y"] * 5 + ["z"]])
def test_a_model_whose_answers_differ_late_does_not_fail(responses: list[str]) -> None:
    record = llm_conformance.check_llm(f"{LANGCHAIN}:FakeListLLM", kwargs={"responses": responses}).record

    assert exit_code(record.verdicts.values(), "must") == 0


def test_a_ten_line_model_of_langchain_core_is_conformant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tenliner.py").write_text(textwrap.dedent(TEN_LINES), encoding="utf-8")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])

    record = llm_conformance.check_llm("tenliner:Tenliner").record

    assert exit_code(record.verdicts.values(), "must") == 0


def cheaply_judged(kwargs: dict[str, Any]) -> SubjectRecord:
    """The class of langchain-openai, judged by the checks that cost little."""
    spec = ImplSpec.parse("langchain_openai:OpenAI")
    with Run(RunSpec.of(spec, kwargs=kwargs, wire="openai-completions")) as run:
        verdicts = {name: run.judge.verdict(name) for name in CHECKS if name not in COSTLY}
        return SubjectRecord(run.subject_info, dict(run.recorded), verdicts)


@pytest.fixture(scope="module")
def openai() -> SubjectRecord:
    """Judged by few checks; the matrix has the others as well."""
    return cheaply_judged(OPENAI)


def assert_conformant(record: SubjectRecord, missed: set[str]) -> None:
    assert exit_code(record.verdicts.values(), "must") == 0
    assert record.verdicts["stream.exact"].status is Status.PASSED
    assert failed(record, Level.SHOULD) == missed


def assert_verse(record: SubjectRecord, name: str) -> None:
    verse = golden("sparkling-water")

    stream = stream_of(record, name)

    assert stream.texts == (*verse.text_tokens(), ""), "the last, empty one is the finish chunk of the format"
    assert stream.text == record.observations["invoke"]["value"]


@pytest.mark.begins_matrix
def test_an_openai_adapter_is_conformant_over_the_wire(openai: SubjectRecord) -> None:
    assert_conformant(openai, MISSED_BY_THE_OPENAI_CLIENT - COSTLY)


@pytest.mark.begins_matrix
@pytest.mark.parametrize("name", ["stream", "astream"])
def test_the_verse_arrives_chunk_for_chunk_and_adds_up_to_the_answer(openai: SubjectRecord, name: str) -> None:
    assert_verse(openai, name)


@pytest.mark.matrix
def test_an_openai_adapter_passes_the_costly_checks() -> None:
    record = llm_conformance.check_llm("langchain_openai:OpenAI", kwargs=OPENAI, wire="openai-completions").record

    assert_conformant(record, MISSED_BY_THE_OPENAI_CLIENT)
    for name in ("stream", "astream"):
        assert_verse(record, name)


@pytest.mark.matrix
def test_an_openai_adapter_that_streams_its_invoke_fails_for_its_batch_only() -> None:
    record = cheaply_judged({**OPENAI, "streaming": True})

    assert failed(record, Level.MUST) == {"batch.completes", "abatch.completes"}
    assert failed(record, Level.SHOULD) == MISSED_BY_THE_OPENAI_CLIENT - COSTLY


@pytest.mark.parametrize(
    ("subject", "kwargs"),
    [
        (f"{LANGCHAIN}.fake_chat_models:ParrotFakeChatModel", {}),
        (f"{LANGCHAIN}:FakeListChatModel", {"responses": ["Hello, world! It works."]}),
    ],
    ids=["parrot", "list"],
)
def test_a_chat_model_is_judged_as_one(subject: str, kwargs: dict[str, Any]) -> None:
    record = llm_conformance.check_llm(subject, kwargs=kwargs).record

    assert record.verdicts["stream.yields-messages"].status is Status.PASSED
    assert record.verdicts["stream.yields-text"].status is Status.NOT_APPLICABLE
    assert failed(record, Level.MUST) <= {"batch.return-exceptions", "batch.configs"}, "the list fake's own batch"
