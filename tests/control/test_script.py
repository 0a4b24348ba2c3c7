"""The script: the tokens that a model gets, where it pauses, how it fails, and what is recorded."""

import asyncio
import gc
import threading

import pytest

from llm_conformance.control.script import Script, ScriptedAnswer, ScriptedError, UnknownPromptError

WORDS = ("Sing", " a", " song,", " sing.")


@pytest.fixture
def script() -> Script:
    return Script()


async def read(script: Script, answer: ScriptedAnswer) -> list[str]:
    return [token async for token in script.aplay(answer.prompt)]


def test_a_prompt_is_answered_with_its_own_tokens(script: Script) -> None:
    one, two = script.plan(WORDS), script.plan(("la",))

    assert tuple(script.play(f"Dear model, {one.prompt}!")) == WORDS
    assert asyncio.run(read(script, two)) == ["la"]


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        (["a song"], ["Sing", " "]),
        ([" sing.", "a"], ["Sing", " "]),
        (["no"], [*WORDS]),
        ([""], [*WORDS]),
        (None, [*WORDS]),
    ],
)
def test_tokens_end_before_the_first_stop_text(script: Script, stop: list[str] | None, expected: list[str]) -> None:
    assert list(script.play(script.plan(WORDS).prompt, stop)) == expected


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_plan_fails_in_the_place_of_a_token(script: Script, place: int) -> None:
    answer = script.plan(WORDS, fails=place)
    received: list[str] = []

    with pytest.raises(ScriptedError, match=f"at token {place}"):
        received += iter(script.play(answer.prompt))
    assert answer.generations[0].sent == place
    assert answer.generations[0].outcome == "failed"


def test_an_unknown_prompt_is_refused_with_its_text(script: Script) -> None:
    with pytest.raises(UnknownPromptError, match="not a prompt of the harness: 'hello'"):
        script.play("hello")


def test_a_prompt_with_two_nonces_is_refused(script: Script) -> None:
    both = script.plan(WORDS).prompt + script.plan(WORDS).prompt

    with pytest.raises(UnknownPromptError, match="several prompts"):
        script.play(both)


def test_a_prompt_that_is_not_text_is_refused(script: Script) -> None:
    with pytest.raises(TypeError, match="got int"):
        script.play(42)  # type: ignore[arg-type]


def test_a_discarded_answer_is_not_found(script: Script) -> None:
    answer = script.plan(WORDS)
    script.discard(answer)

    with pytest.raises(UnknownPromptError):
        script.play(answer.prompt)


def test_a_generation_is_listed_when_it_is_requested(script: Script) -> None:
    answer = script.plan(WORDS)
    unread = script.play(answer.prompt)

    assert [(generation.sent, generation.outcome) for generation in answer.generations] == [(0, "")]
    unread.close()


def test_a_generation_has_an_outcome(script: Script) -> None:
    answer = script.plan(WORDS)
    finished, closed, dropped = (script.play(answer.prompt) for _ in range(3))
    list(finished)
    next(closed)
    closed.close()
    next(dropped)
    del dropped
    gc.collect()

    assert [generation.outcome for generation in answer.generations] == ["finished", "closed", "closed"]
    assert [generation.sent for generation in answer.generations] == [4, 1, 1]


def test_a_thread_waits_at_a_gate_until_it_opens(script: Script) -> None:
    answer, received = script.plan(WORDS, gates=(2,)), list[str]()
    thread = threading.Thread(target=lambda: received.extend(script.play(answer.prompt)))
    thread.start()

    assert answer.gates[2].reached.wait(20)
    assert answer.generations[0].sent == 2
    answer.gates[2].open()
    thread.join(20)
    assert received == [*WORDS]


def test_a_task_waits_at_a_gate_and_its_loop_does_not(script: Script) -> None:
    answer = script.plan(WORDS, gates=(4,))

    async def play() -> list[str]:
        loop = asyncio.get_running_loop()
        answer.gates[4].on_wait(lambda: loop.call_soon_threadsafe(answer.gates[4].open))
        return await read(script, answer)

    assert asyncio.run(play()) == [*WORDS]


def test_a_task_that_is_cancelled_at_a_gate_has_the_outcome_cancelled(script: Script) -> None:
    answer = script.plan(WORDS, gates=(1,))

    async def cancel() -> None:
        task = asyncio.ensure_future(read(script, answer))
        answer.gates[1].on_wait(lambda: task.cancel() and None)
        await asyncio.wait({task})

    asyncio.run(cancel())
    assert [(generation.sent, generation.outcome, generation.asynchronous) for generation in answer.generations] == [
        (1, "cancelled", True)
    ]


def test_a_retry_does_not_pause_again(script: Script) -> None:
    answer = script.plan(WORDS, gates=(1,))
    answer.open_gates()

    assert tuple(script.play(answer.prompt)) == tuple(script.play(answer.prompt)) == WORDS


def test_a_loop_that_was_closed_while_it_waited_does_no_harm(script: Script) -> None:
    answer = script.plan(WORDS, gates=(0,))

    async def leave() -> None:
        asyncio.ensure_future(read(script, answer))  # noqa: RUF006 - it is cancelled with its loop
        await asyncio.sleep(0)

    asyncio.run(leave())
    answer.open_gates()
    assert answer.generations[0].done.is_set()
