"""The script: what a model takes, where it is held, how it fails, and what is known of it afterwards."""

import asyncio
import gc
import threading

import pytest

from llm_conformance.control.script import Script, ScriptedAnswer, ScriptedError, UnknownPromptError

WORDS = ("Sing", " a", " song,", " sing.")


@pytest.fixture
def script() -> Script:
    return Script()


async def taken(script: Script, cue: ScriptedAnswer) -> list[str]:
    return [token async for token in script.aplay(cue.prompt)]


def test_a_prompt_is_answered_with_its_own_tokens(script: Script) -> None:
    one, two = script.plan(WORDS), script.plan(("la",))

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
    assert list(script.play(script.plan(WORDS).prompt, stop)) == said


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_plan_fails_in_the_place_of_a_token(script: Script, place: int) -> None:
    cue = script.plan(WORDS, fails=place)
    heard: list[str] = []

    with pytest.raises(ScriptedError, match=f"at token {place}"):
        heard += iter(script.play(cue.prompt))
    assert cue.generations[0].sent == place
    assert cue.generations[0].outcome == "failed"


def test_a_prompt_of_nobody_is_refused_with_what_it_says(script: Script) -> None:
    with pytest.raises(UnknownPromptError, match="not a prompt of the harness: 'hello'"):
        script.play("hello")


def test_a_prompt_of_two_is_refused(script: Script) -> None:
    both = script.plan(WORDS).prompt + script.plan(WORDS).prompt

    with pytest.raises(UnknownPromptError, match="several prompts"):
        script.play(both)


def test_what_is_no_text_is_refused(script: Script) -> None:
    with pytest.raises(TypeError, match="got int"):
        script.play(42)  # type: ignore[arg-type]


def test_what_is_forgotten_is_not_said(script: Script) -> None:
    cue = script.plan(WORDS)
    script.discard(cue)

    with pytest.raises(UnknownPromptError):
        script.play(cue.prompt)


def test_a_take_is_noted_when_it_is_asked_for_and_not_when_it_is_read(script: Script) -> None:
    cue = script.plan(WORDS)
    unread = script.play(cue.prompt)

    assert [(take.sent, take.outcome) for take in cue.generations] == [(0, "")]
    unread.close()


def test_a_take_tells_how_it_ended(script: Script) -> None:
    cue = script.plan(WORDS)
    finished, closed, dropped = (script.play(cue.prompt) for _ in range(3))
    list(finished)
    next(closed)
    closed.close()
    next(dropped)
    del dropped
    gc.collect()

    assert [take.outcome for take in cue.generations] == ["finished", "closed", "closed"]
    assert [take.sent for take in cue.generations] == [4, 1, 1]


def test_a_thread_is_held_at_a_gate_until_it_opens(script: Script) -> None:
    cue, heard = script.plan(WORDS, gates=(2,)), list[str]()
    thread = threading.Thread(target=lambda: heard.extend(script.play(cue.prompt)))
    thread.start()

    assert cue.gates[2].reached.wait(20)
    assert cue.generations[0].sent == 2
    cue.gates[2].open()
    thread.join(20)
    assert heard == [*WORDS]


def test_a_task_is_held_at_a_gate_and_its_loop_is_not(script: Script) -> None:
    cue = script.plan(WORDS, gates=(4,))

    async def play() -> list[str]:
        loop = asyncio.get_running_loop()
        cue.gates[4].on_wait(lambda: loop.call_soon_threadsafe(cue.gates[4].open))
        return await taken(script, cue)

    assert asyncio.run(play()) == [*WORDS]


def test_a_task_that_is_cancelled_at_a_gate_is_known_to_be(script: Script) -> None:
    cue = script.plan(WORDS, gates=(1,))

    async def cancel() -> None:
        task = asyncio.ensure_future(taken(script, cue))
        cue.gates[1].on_wait(lambda: task.cancel() and None)
        await asyncio.wait({task})

    asyncio.run(cancel())
    assert [(take.sent, take.outcome, take.asynchronous) for take in cue.generations] == [(1, "cancelled", True)]


def test_who_tries_again_is_not_held_again(script: Script) -> None:
    cue = script.plan(WORDS, gates=(1,))
    cue.open_gates()

    assert tuple(script.play(cue.prompt)) == tuple(script.play(cue.prompt)) == WORDS


def test_a_loop_that_was_closed_while_it_waited_does_no_harm(script: Script) -> None:
    cue = script.plan(WORDS, gates=(0,))

    async def leave() -> None:
        asyncio.ensure_future(taken(script, cue))  # noqa: RUF006 - it is cancelled with its loop
        await asyncio.sleep(0)

    asyncio.run(leave())
    cue.open_gates()
    assert cue.generations[0].done.is_set()
