"""The fixture `llm_simulator` for tests of users."""

from __future__ import annotations

from plugin.bench import Starter

OWN = """
import json
from urllib.request import Request, urlopen


def ask(url, body):
    with urlopen(Request(f"{url}/api/generate", json.dumps(body).encode())) as response:
        return [json.loads(line)["response"] for line in response]


def test_a_stream_is_played(llm_simulator):
    playing = llm_simulator.play("sparkling-water", "one_byte_chunks")

    assert "".join(ask(playing.url, {"model": "m", "prompt": "p"})) == playing.text
    assert playing.attempts == 1
    assert playing.requests[0].body == {"model": "m", "prompt": "p"}
    assert playing.disconnects() == 0


def test_each_test_has_a_simulator_of_its_own(llm_simulator):
    assert llm_simulator.requests == ()
"""


def test_tests_of_users_get_a_simulator(started: Starter) -> None:
    (started.folder / "test_simulated.py").write_text(OWN, encoding="utf-8")

    run = started("-q", "test_simulated.py")

    assert (run.code, "2 passed" in run.out) == (0, True), run.out


def test_the_fixture_has_a_description(started: Starter) -> None:
    (started.folder / "test_nothing.py").write_text("def test_nothing(): pass\n", encoding="utf-8")

    assert "A simulated provider that streams golden streams" in started("--fixtures", "test_nothing.py").out
