"""The schema that is shipped accepts saved runs, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator

from llm_conformance.records import LOAD, Level, Observation, SampledTexts, Status, SubjectInfo, Verdict
from llm_conformance.records.codec import encode
from llm_conformance.records.run_file import read
from llm_conformance.records.saved_run import SubjectRecord, save
from llm_conformance.records.sharing import REFERENCE, unpack

CELLS = Path(__file__).parents[2] / "conformance" / "matrix"


@cache
def validator() -> Draft202012Validator:
    schema = json.loads(files("llm_conformance.records").joinpath("saved_run.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def errors(document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator().iter_errors(document)]


@pytest.fixture
def small(tmp_path: Path) -> Any:
    """The saved run of a model that could not be constructed."""
    verdict = Verdict(LOAD, Level.MUST, "", Status.FAILED)
    save({"m": SubjectRecord(SubjectInfo.not_loaded("acme:\ud83c"), {}, {LOAD: verdict})}, tmp_path / "m", gate="must")
    return read(tmp_path / "m")


def test_a_saved_run_is_valid() -> None:
    document = read(CELLS / "langchain_community.llms.moonshot-Moonshot.json.gz")
    (subject,) = document["subjects"]
    # All of them take seconds.
    subject["observations"] = dict(list(subject["observations"].items())[:45])
    subject["verdicts"] = subject["verdicts"][::10]

    assert REFERENCE in json.dumps(document)
    assert errors(document) == []


def test_an_observation_of_each_kind_is_valid(small: Any) -> None:
    (subject,) = read(CELLS / "langchain_openai-ChatOpenAI.json.gz")["subjects"]
    whole = unpack({"observations": subject["observations"], "verdicts": subject["verdicts"]})
    longest_first = sorted(whole["observations"].items(), key=lambda one: -len(repr(one)))
    by_kind = {data["kind"]: (name, data) for name, data in longest_first}
    sampled = SampledTexts(texts={"invoke()": ("a", "b")})
    chosen = dict(by_kind.values()) | {"sampled_texts": encode(sampled)}
    small["subjects"] = [{**subject, "observations": chosen, "verdicts": []}]

    assert {one.kind for one in get_args(Observation)} - set(by_kind) == {"cost-profile", sampled.kind}
    assert errors(small) == []


def test_a_run_of_a_model_that_was_not_loaded_is_valid(small: Any) -> None:
    assert errors(small) == []


DAMAGE: dict[str, Callable[[Any], Any]] = {
    "no footer": lambda run: run.pop("footer"),
    "a newer format": lambda run: run["header"].update(format=5),
    "an unknown key": lambda run: run["subjects"][0].update(more=1),
    "an unknown status": lambda run: run["subjects"][0]["verdicts"][0].update(status="fine"),
    "no check": lambda run: run["subjects"][0]["verdicts"][0].pop("check"),
    "a number for a text": lambda run: run["subjects"][0]["subject"].update(profile=1),
    "an unknown kind": lambda run: run["subjects"][0]["observations"].update(stream={"kind": "strem"}),
    "a field of another kind": lambda run: run["subjects"][0]["observations"].update(
        invoke={"kind": "reply", "chunks": []}
    ),
    "a chunk that is a number": lambda run: run["subjects"][0]["observations"].update(
        stream={"kind": "stream", "chunks": [1]}
    ),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_document_of_another_form_is_not_valid(small: Any, damage: Callable[[Any], Any]) -> None:
    damage(small)

    assert len(errors(small)) == 1
