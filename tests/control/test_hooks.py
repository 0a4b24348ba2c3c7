"""The hooks of a black box: who is held, where, and what is known of a run of them."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator
from functools import partial
from typing import Any

import pytest

from llm_conformance.control.hooks import HookedAnswer, Hooks
from llm_conformance.driver.recorder import Recorder
from llm_fixtures import golden
from llm_reference import GenerationChunk

PROMPTS = ("Sing.", "Sing. And dance.", "Sleep.")
PIECES = ("Sing", " a", " song,", " sing.")


@pytest.fixture
def hooks() -> Hooks:
    witness = Recorder()
    return Hooks(PROMPTS, lambda value: witness.value(value).text)


def sung(pieces: tuple[str, ...] = PIECES) -> Iterator[GenerationChunk]:
    for piece in pieces:
        yield GenerationChunk(text=piece)


async def asung(pieces: tuple[str, ...] = PIECES) -> AsyncGenerator[GenerationChunk, None]:
    for piece in pieces:
        yield GenerationChunk(text=piece)


def ended(cue: HookedAnswer) -> list[tuple[int, int, str]]:
    return [(take.sent, take.total, take.outcome) for take in cue.generations]


def read_beside(chunks: Any) -> tuple[threading.Thread, list[Any]]:
    heard: list[Any] = []
    thread = threading.Thread(target=lambda: heard.extend(chunks), daemon=True)
    thread.start()
    return thread, heard


def test_a_hook_that_nobody_is_to_hold_is_left_alone(hooks: Hooks) -> None:
    chunks = sung()

    assert hooks.wrap(chunks, [PROMPTS[0]]) is chunks


def test_a_thread_is_held_when_it_has_given_so_many_pieces(hooks: Hooks) -> None:
    cue = hooks.plan(PIECES, gates=(2,))
    thread, heard = read_beside(hooks.wrap(sung(), [PROMPTS[0]]))

    assert cue.gates[2].reached.wait(5)
    assert [chunk.text for chunk in heard] == ["Sing", " a"]
    assert ended(cue) == [(2, 4, "")]
    cue.open_gates()
    thread.join(5)
    assert ended(cue) == [(4, 4, "finished")]


def test_a_task_is_held_and_its_loop_is_not(hooks: Hooks) -> None:
    cue = hooks.plan(PIECES, gates=(0, 3))

    async def read() -> list[str]:
        loop = asyncio.get_running_loop()
        for gate in cue.gates.values():
            gate.on_wait(partial(loop.call_soon, gate.open))
        return [chunk.text async for chunk in hooks.wrap(asung(), [PROMPTS[0]])]

    assert asyncio.run(read()) == [*PIECES]
    assert ended(cue) == [(4, 4, "finished")]


def test_pieces_are_given_by_their_text_and_by_no_less_than_a_chunk(hooks: Hooks) -> None:
    cue = hooks.plan(PIECES)

    def halves() -> Iterator[GenerationChunk]:
        yield from sung(("Si", "ng", "", " a song, sing."))

    chunks = hooks.wrap(halves(), [PROMPTS[0]])
    given = [cue.generations[0].sent for _ in chunks]

    assert given == [0, 1, 1, 3], "the last chunk has three pieces, and is the third that has any text"


def test_a_hook_runs_when_somebody_asks_for_a_chunk(hooks: Hooks) -> None:
    cue = hooks.plan(PIECES)
    chunks = hooks.wrap(sung(), [PROMPTS[0]])

    assert cue.generations == ()
    next(chunks)
    assert ended(cue) == [(1, 4, "")]


def test_a_hook_that_is_left_is_closed(hooks: Hooks) -> None:
    cue = hooks.plan(PIECES)
    inner = sung()
    chunks = hooks.wrap(inner, [PROMPTS[0]])
    next(chunks)
    chunks.close()

    assert ended(cue) == [(1, 4, "closed")]
    assert next(inner, None) is None


def test_a_hook_that_is_cancelled_at_a_gate_is_closed(hooks: Hooks) -> None:
    cue = hooks.plan(PIECES, gates=(1,))
    inner = asung()

    async def leave() -> Any:
        chunks = hooks.wrap(inner, [PROMPTS[0]])
        await anext(chunks)
        task = asyncio.ensure_future(anext(chunks))
        cue.gates[1].on_wait(task.cancel)
        await asyncio.wait({task})
        return await anext(inner, None)

    assert asyncio.run(leave()) is None
    assert ended(cue) == [(1, 4, "cancelled")]


def test_a_hook_that_raises_has_failed_by_itself(hooks: Hooks) -> None:
    cue = hooks.plan(PIECES)

    def broken() -> Iterator[GenerationChunk]:
        yield GenerationChunk(text="Sing")
        raise RuntimeError("no provider")

    with pytest.raises(RuntimeError, match="no provider"):
        list(hooks.wrap(broken(), [PROMPTS[0]]))
    assert ended(cue) == [(1, 4, "failed")]
    assert cue.inconclusive(hung=False) == "the hook raised"


def test_a_synchronous_hook_on_a_loop_is_not_held_for_that_would_hold_the_loop(hooks: Hooks) -> None:
    cue = hooks.plan(PIECES, gates=(0,))

    async def read() -> list[str]:
        return [chunk.text for chunk in hooks.wrap(sung(), [PROMPTS[0]])]

    assert asyncio.run(read()) == [*PIECES]
    assert cue.inconclusive(hung=False) == "the answer ended before the gate"


def test_a_hook_that_runs_another_does_so_as_it_likes(hooks: Hooks) -> None:
    cue = hooks.plan(PIECES)

    def outer() -> Iterator[GenerationChunk]:
        yield from list(hooks.wrap(sung(), [PROMPTS[0]]))

    assert len(list(hooks.wrap(outer(), [PROMPTS[0]]))) == len(PIECES)
    assert ended(cue) == [(4, 4, "finished")]


def test_an_iterator_that_is_no_generator_is_left_alone(hooks: Hooks) -> None:
    hooks.plan(PIECES)
    chunks = iter([1, 2])

    assert hooks.wrap(chunks, [PROMPTS[0]]) is chunks


def test_whoever_is_asked_is_found_by_the_longest_prompt(hooks: Hooks) -> None:
    one, two = hooks.plan(PIECES), hooks.plan(PIECES)
    message = GenerationChunk(text=f"Human: {PROMPTS[1]}")

    list(hooks.wrap(sung(), [["system", message], None]))

    assert (len(one.generations), len(two.generations)) == (0, 1)


def test_each_cue_has_a_prompt_of_the_run_for_itself(hooks: Hooks) -> None:
    cues = [hooks.plan(PIECES) for _ in PROMPTS]

    assert tuple(cue.prompt for cue in cues) == PROMPTS
    with pytest.raises(LookupError, match="each of the 3 prompts"):
        hooks.plan(PIECES)
    hooks.discard(cues[1])
    assert hooks.plan(PIECES).prompt == PROMPTS[1]


def test_whoever_is_forgotten_is_held_no_more(hooks: Hooks) -> None:
    cue = hooks.plan(PIECES, gates=(1,))
    thread, heard = read_beside(hooks.wrap(sung(), [PROMPTS[0]]))
    assert cue.gates[1].reached.wait(5)

    hooks.discard(cue)

    thread.join(5)
    assert len(heard) == len(PIECES)


def test_a_black_box_cannot_be_told_what_to_say(hooks: Hooks) -> None:
    with pytest.raises(ValueError, match="cannot be made to fail"):
        hooks.plan(PIECES, fails=1)
    with pytest.raises(ValueError, match="cannot be made to answer"):
        hooks.plan_golden(golden("plain-ascii"))


def test_nothing_is_told_of_hooks_that_were_not_run(hooks: Hooks) -> None:
    assert hooks.plan(PIECES).inconclusive(hung=True) == "the hooks were not called for this prompt"


def test_a_hang_is_held_against_nobody_who_says_something_else_than_before(hooks: Hooks) -> None:
    cue = hooks.plan(PIECES)
    chunks = hooks.wrap(sung(("SING",)), [PROMPTS[0]])
    next(chunks)

    assert cue.inconclusive(hung=True) == "the answer of the hook differs from its answer to an earlier call"
    assert cue.inconclusive(hung=False) == ""
