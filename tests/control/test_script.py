"""The script: what a model takes, where it is held, how it fails, and what is known of it afterwards."""

import asyncio
import gc
import threading

import pytest

from llm_conformance.control.script import Cue, Script, ScriptedError, Unscripted

WORDS = ("Sing", " a", " song,", " sing.")


@pytest.fixture
def script() -> Script:
    return Script()


async def taken(script: Script, cue: Cue) -> list[str]:
    return [token async for token in script.aplay(cue.prompt)]


def test_a_prompt_is_answered_with_its_own_tokens(script: Script) -> None:
    one, two = script.announce(WORDS), script.announce(("la",))

    assert tuple(script.play(f"Dear model, {one.prompt}!")) == WORDS
    assert asyncio.run(taken(script, two)) == ["la"]


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        (["a song"], ["Sing", " "]),
        ([" sing.", "a"], ["Sing", " "]),
        (["no"], [*WORDS]),
        ([""], [*WORDS]),
        (None, [*WORDS]),
    ],
)
def test_tokens_end_before_the_first_stop_mark(script: Script, stop: list[str] | None, said: list[str]) -> None:
    assert list(script.play(script.announce(WORDS).prompt, stop)) == said


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_plan_fails_in_the_place_of_a_token(script: Script, place: int) -> None:
    cue = script.announce(WORDS, fails=place)
    heard: list[str] = []

    with pytest.raises(ScriptedError, match=f"at token {place}"):
        heard += iter(script.play(cue.prompt))
    assert cue.takes[0].given == place
    assert cue.takes[0].ended == "failed"


def test_a_prompt_of_nobody_is_refused_with_what_it_says(script: Script) -> None:
    with pytest.raises(Unscripted, match="no prompt of the harness in 'hello'"):
        script.play("hello")


def test_a_prompt_of_two_is_refused(script: Script) -> None:
    both = script.announce(WORDS).prompt + script.announce(WORDS).prompt

    with pytest.raises(Unscripted, match="several prompts"):
        script.play(both)


def test_what_is_no_text_is_refused(script: Script) -> None:
    with pytest.raises(TypeError, match="got int"):
        script.play(42)  # type: ignore[arg-type]


def test_what_is_forgotten_is_not_said(script: Script) -> None:
    cue = script.announce(WORDS)
    script.forget(cue)

    with pytest.raises(Unscripted):
        script.play(cue.prompt)


def test_a_take_is_noted_when_it_is_asked_for_and_not_when_it_is_read(script: Script) -> None:
    cue = script.announce(WORDS)
    unread = script.play(cue.prompt)

    assert [(take.given, take.ended) for take in cue.takes] == [(0, "")]
    unread.close()


def test_a_take_tells_how_it_ended(script: Script) -> None:
    cue = script.announce(WORDS)
    finished, closed, dropped = (script.play(cue.prompt) for _ in range(3))
    list(finished)
    next(closed)
    closed.close()
    next(dropped)
    del dropped
    gc.collect()

    assert [take.ended for take in cue.takes] == ["finished", "closed", "closed"]
    assert [take.given for take in cue.takes] == [4, 1, 1]


def test_a_thread_is_held_at_a_gate_until_it_opens(script: Script) -> None:
    cue, heard = script.announce(WORDS, gates=(2,)), list[str]()
    thread = threading.Thread(target=lambda: heard.extend(script.play(cue.prompt)))
    thread.start()

    assert cue.gates[2].reached.wait(20)
    assert cue.takes[0].given == 2
    cue.gates[2].open()
    thread.join(20)
    assert heard == [*WORDS]


def test_a_task_is_held_at_a_gate_and_its_loop_is_not(script: Script) -> None:
    cue = script.announce(WORDS, gates=(4,))

    async def play() -> list[str]:
        loop = asyncio.get_running_loop()
        cue.gates[4].herald(lambda: loop.call_soon_threadsafe(cue.gates[4].open))
        return await taken(script, cue)

    assert asyncio.run(play()) == [*WORDS]


def test_a_task_that_is_cancelled_at_a_gate_is_known_to_be(script: Script) -> None:
    cue = script.announce(WORDS, gates=(1,))

    async def cancel() -> None:
        task = asyncio.ensure_future(taken(script, cue))
        cue.gates[1].herald(lambda: task.cancel() and None)
        await asyncio.wait({task})

    asyncio.run(cancel())
    assert [(take.given, take.ended, take.asynchronous) for take in cue.takes] == [(1, "cancelled", True)]


def test_who_tries_again_is_not_held_again(script: Script) -> None:
    cue = script.announce(WORDS, gates=(1,))
    cue.release()

    assert tuple(script.play(cue.prompt)) == tuple(script.play(cue.prompt)) == WORDS


def test_a_loop_that_was_closed_while_it_waited_does_no_harm(script: Script) -> None:
    cue = script.announce(WORDS, gates=(0,))

    async def leave() -> None:
        asyncio.ensure_future(taken(script, cue))  # noqa: RUF006 - it is cancelled with its loop
        await asyncio.sleep(0)

    asyncio.run(leave())
    cue.release()
    assert cue.takes[0].over.is_set()
