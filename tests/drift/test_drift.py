from __future__ import annotations

import json
from pathlib import Path

import pytest

from drift.changes import changes
from drift.surface import declared, deviations, release

KNOWN = json.loads(Path(__file__).with_name("known.json").read_text(encoding="utf-8"))


def test_each_entry_that_changed_is_a_line() -> None:
    known = {"signatures": {"a": "(self)", "b": "(self)", "c": "(self)"}, "types": {"x": "id", "y": "id"}}
    found = {"signatures": {"a": "(self)", "b": "(self, *, stop)", "d": "(self)"}}

    assert list(changes(known, found)) == [
        "signatures: changed: b: (self) -> (self, *, stop)",
        "signatures: gone: c ((self))",
        "signatures: new: d ((self))",
        "types: gone: all 2",
    ]
    assert list(changes(known, known)) == []


@pytest.mark.skipif(release() != KNOWN["release"], reason="another release is installed: run `python tests/drift`")
def test_what_is_known_is_what_the_release_declares() -> None:
    found = declared()

    assert found == {part: KNOWN[part] for part in found}
    assert "BaseChatModel.stream_events" in found["signatures"]
    assert "StandardStreamEvent" in found["event keys"]


def test_a_known_deviation_is_told_with_what_became_of_it() -> None:
    known = {"plain:Bare stream.completes", "plain:Bare events-v3.cancel"}

    assert dict(deviations(["zoo.conforming.plain:Bare"], known)) == {
        "plain:Bare stream.completes": "passed",
        "plain:Bare events-v3.cancel": "not applicable",
    }
