"""What `--llm-explain` says of golden streams, which findings name in their `where`, and of scripts."""

import pytest

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.catalogue.exports import is_exported
from llm_conformance.report.explain import explain
from llm_conformance.reproduce.recipe import recipes
from llm_fixtures import names


@pytest.mark.parametrize("name", names())
def test_a_golden_stream_is_explained(name: str) -> None:
    first, *lines = explain(name)

    assert first.startswith(f"{name}  a golden stream: ")
    assert any(line.startswith("ends with") for line in lines)
    assert max(map(len, lines)) < 1000
    assert "".join(lines).isprintable()


@pytest.mark.parametrize(
    "where", ["chat_answers[stream]: chat-refusal", "chat_answers[stream]: chat-refusal; chat_answers[astream]"]
)
def test_the_stream_that_a_finding_names_is_explained_with_its_scenario(where: str) -> None:
    lines = explain(where)

    assert lines[0].startswith("chat_answers[stream]  a scenario: ")
    assert "chat-refusal  a golden stream: an answer that the model is made to give" in lines


@pytest.mark.parametrize("name", ["stream.sampled-parity", "wire.cut[clean_end_early]"])
def test_a_check_names_the_command_that_exports_a_finding(name: str) -> None:
    assert f"             python -m llm_conformance export RUN.json {name} -o repro.py" in explain(name, 80)


def test_a_check_without_a_script_does_not_name_the_command() -> None:
    assert not any("export" in line for line in explain("stream.flat-memory"))


def test_a_group_names_the_command_and_the_checks_without_a_script() -> None:
    *_, described, command = explain("concurrency")

    assert described.endswith("without the harness; not for concurrency.any-order")
    assert command.split() == ["python", "-m", "llm_conformance", "export", "RUN.json", "CHECK", "-o", "repro.py"]


def test_what_is_exported_is_what_a_recipe_covers() -> None:
    covered = {name for recipe in recipes() for name in recipe.covers}

    assert {one.id for one in CHECKS.values() if is_exported(one)} == {
        one.id for one in CHECKS.values() if covered & {one.id, one.family}
    }
