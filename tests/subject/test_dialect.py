"""The dialect of the simulated provider, as a profile declares it."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from llm_conformance.control.wire import Wire
from llm_conformance.simulator import Dialect
from llm_conformance.subject.profile import Profile, ProfileError, read
from llm_fixtures import golden


def declared(tmp_path: Path, dialect: str) -> Profile:
    path = tmp_path / "profile.toml"
    path.write_text(f"dialect = {dialect}", encoding="utf-8")
    return read(path, "acme:Acme")


def test_a_profile_declares_the_dialect(tmp_path: Path) -> None:
    assert declared(tmp_path, '{ usage = "with-finish" }').wire_dialect == Dialect(usage="with-finish")


@pytest.mark.parametrize(
    ("dialect", "message"),
    [
        (
            '{ use = "x" }',
            "profile.toml: dialect: unknown key 'use'; the keys are usage, final_usage, ",
        ),
        ('{ usage = "x" }', "profile.toml: dialect: usage must be one of own-chunk, with-finish, every-chunk, got 'x'"),
    ],
)
def test_an_unknown_dialect_is_refused(tmp_path: Path, dialect: str, message: str) -> None:
    with pytest.raises(ProfileError, match=message):
        declared(tmp_path, dialect)


def test_a_profile_overrides_the_dialect_of_the_preset_choice_by_choice() -> None:
    preset = Profile(wire="openai-chat", kwargs={"base": "{url}"}, dialect={"usage": "with-finish", "calls": "whole"})

    merged = Profile(dialect={"calls": "parts"}).merged_over(preset)

    assert merged.wire_dialect == Dialect(usage="with-finish", calls="parts")


def test_every_answer_is_in_the_dialect() -> None:
    wire = Wire("openai-chat", Dialect(usage="with-finish"))
    try:
        planned = wire.plan_golden(golden("plain-ascii"))
        body = {"model": "m", "stream": True, "messages": [{"role": "user", "content": planned.prompt}]}
        response = httpx.post(wire.fill_url({"url": "{url}/v1/chat/completions"})["url"], json=body)
    finally:
        wire.close()

    events = [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data: {")]
    assert [bool(event.get("usage")) for event in events] == [False] * (len(events) - 1) + [True]
