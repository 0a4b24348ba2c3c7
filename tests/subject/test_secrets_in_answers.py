"""A model that repeats its key in its answer, token by token: the key reaches no record, and the checks still pass."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from llm_conformance.catalogue.catalogue import SNAPSHOTS
from llm_conformance.records import Status, Stream
from llm_conformance.records.codec import encode_subject
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.snapshots.compare import Snapshots
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec
from llm_reference import LLM, GenerationChunk

PIECES = ("my key is sk-", "very-", "secret", "-99.")


class Confesses(LLM):
    api_key: str

    @property
    def _llm_type(self) -> str:
        return "confesses"

    def _call(self, *_: Any, **__: Any) -> str:
        return "".join(PIECES)

    def _stream(self, *_: Any, **__: Any) -> Iterator[GenerationChunk]:
        yield from map(GenerationChunk, PIECES)


def test_a_key_in_an_answer_is_in_no_record_and_no_snapshot() -> None:
    arguments = {"api_key": "sk-very-secret-99"}
    with Run(RunSpec.of(ImplSpec(__name__, "Confesses"), kwargs=arguments)) as run:
        verdicts = [run.judge.verdict(check) for check in ("stream.concat", "stream.async-parity", "events.parity")]
        snapshots = Snapshots(run.judge, read=lambda _: None, display_path=str)
        texts = [snapshots.acceptable(one) for one in SNAPSHOTS.values()]
        streamed = run.judge.observations.completed("stream")

    assert [one.status for one in verdicts] == [Status.PASSED] * 3
    assert isinstance(streamed, Stream)
    assert [one for one in streamed.texts if one] == ["my key is ***", "*****", "******", "***."]
    assert not {"very-", "secret"} & {piece for piece in PIECES if piece in json.dumps(run.recorded)}
    assert all(isinstance(text, str) and "very-" not in text for text in texts)


def test_a_key_in_an_error_of_the_harness_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise ValueError("sk-very-secret-99")

    with Run(RunSpec.of(ImplSpec(__name__, "Confesses"), kwargs={"api_key": "sk-very-secret-99"})) as run:
        monkeypatch.setattr("llm_conformance.run.encode", fail)
        verdict = run.judge.verdict("stream.concat")

    assert verdict.status is Status.HARNESS_ERROR
    assert verdict.details.endswith("ValueError: ***\n")
    assert "sk-very" not in verdict.details


def test_a_key_in_a_prompt_reaches_the_model_alone() -> None:
    prompts = ("my key is sk-very-secret-99", "Name three rivers.", "Why?")
    profile = Profile(short_timeout={"api_key": "sk-very-secret-99"}, prompts=prompts)
    checks = ("stream.concat", "isolation.repeated-calls", "isolation.concurrent-invokes")
    with Run(RunSpec.of(ImplSpec("llm_reference", "EchoLLM"), profile=profile)) as run:
        verdicts = [run.judge.verdict(check) for check in checks]
        written = json.dumps([encode_subject(run.subject_info), run.recorded])

    assert [one.status for one in verdicts] == [Status.PASSED] * 3
    assert run.subject_info.prompts[0] == "my key is *****************"
    assert "sk-very" not in written
