"""What `--llm-explain` says of golden streams, which findings name in their `where`."""

import pytest

from llm_conformance.report.explain import explain
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
