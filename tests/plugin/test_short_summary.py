"""The short summary has whole words: the longest message for which a line has room."""

from __future__ import annotations

import pytest

from llm_conformance.plugin.short_summary import give_messages

NODE = "llm-conformance::verse:Verse::stream::concat"
MESSAGES = ("MUST text-differs", "text-differs")


def report() -> pytest.TestReport:
    return pytest.TestReport(NODE, (NODE, 0, ""), {}, "failed", "the whole finding", "call")


@pytest.mark.parametrize(
    ("columns", "message"),
    [(len(NODE) + 10 + 17, MESSAGES[0]), (len(NODE) + 10 + 16, MESSAGES[1]), (len(NODE) + 10 + 11, None)],
)
def test_a_message_is_whole_or_left_out(columns: int, message: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("BUILD_NUMBER", raising=False)
    failed = report()

    give_messages([(failed, MESSAGES)], columns)

    assert failed.longrepr == message


def test_on_ci_the_longest_message_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    failed = report()

    give_messages([(failed, MESSAGES)], 20)

    assert failed.longrepr == MESSAGES[0]
