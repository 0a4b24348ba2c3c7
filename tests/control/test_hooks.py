"""The hooks of a black box: which of them pause, where, and what is recorded of a run."""

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
    recorder = Recorder()
    return Hooks(PROMPTS, lambda value: recorder.value(value).text)


def sung(pieces: tuple[str, ...] = PIECES) -> Iterator[GenerationChunk]:
    for piece in pieces:
        yield GenerationChunk(text=piece)


async def asung(pieces: tuple[str, ...] = PIECES) -> AsyncGenerator[GenerationChunk, None]:
    for piece in pieces:
        yield GenerationChunk(text=piece)


def outcomes(answer: HookedAnswer) -> list[tuple[int, int, str]]:
    return [(generation.sent, generation.total, generation.outcome) for generation in answer.generations]


def read_beside(chunks: Any) -> tuple[threading.Thread, list[Any]]:
    received: list[Any] = []
    thread = threading.Thread(target=lambda: received.extend(chunks), daemon=True)
    thread.start()
    return thread, received


def test_a_hook_without_a_planned_answer_is_not_wrapped(hooks: Hooks) -> None:
    chunks = sung()

    assert hooks.wrap(chunks, [PROMPTS[0]]) is chunks


def test_a_thread_pauses_at_a_gate(hooks: Hooks) -> None:
    answer = hooks.plan(PIECES, gates=(2,))
    thread, received = read_beside(hooks.wrap(sung(), [PROMPTS[0]]))

    assert answer.gates[2].reached.wait(5)
    assert [chunk.text for chunk in received] == ["Sing", " a"]
    assert outcomes(answer) == [(2, 4, "")]
    answer.open_gates()
    thread.join(5)
    assert outcomes(answer) == [(4, 4, "finished")]


def test_a_task_pauses_at_a_gate_and_its_loop_does_not(hooks: Hooks) -> None:
    answer = hooks.plan(PIECES, gates=(0, 3))

    async def read() -> list[str]:
        loop = asyncio.get_running_loop()
        for gate in answer.gates.values():
            gate.on_wait(partial(loop.call_soon, gate.open))
        return [chunk.text async for chunk in hooks.wrap(asung(), [PROMPTS[0]])]

    assert asyncio.run(read()) == [*PIECES]
    assert outcomes(answer) == [(4, 4, "finished")]


def test_a_chunk_counts_as_sent_with_its_text_and_at_most_one_per_chunk(hooks: Hooks) -> None:
    answer = hooks.plan(PIECES)

    def halves() -> Iterator[GenerationChunk]:
        yield from sung(("Si", "ng", "", " a song, sing."))

    chunks = hooks.wrap(halves(), [PROMPTS[0]])
    sent = [answer.generations[0].sent for _ in chunks]

    assert sent == [0, 1, 1, 3], "the last chunk has three pieces, and is the third that has any text"


def test_a_hook_runs_at_the_first_next(hooks: Hooks) -> None:
    answer = hooks.plan(PIECES)
    chunks = hooks.wrap(sung(), [PROMPTS[0]])

    assert answer.generations == ()
    next(chunks)
    assert outcomes(answer) == [(1, 4, "")]


def test_closing_the_wrapper_closes_the_hook(hooks: Hooks) -> None:
    answer = hooks.plan(PIECES)
    inner = sung()
    chunks = hooks.wrap(inner, [PROMPTS[0]])
    next(chunks)
    chunks.close()

    assert outcomes(answer) == [(1, 4, "closed")]
    assert next(inner, None) is None


def test_a_hook_that_is_cancelled_at_a_gate_is_closed(hooks: Hooks) -> None:
    answer = hooks.plan(PIECES, gates=(1,))
    inner = asung()

    async def leave() -> Any:
        chunks = hooks.wrap(inner, [PROMPTS[0]])
        await anext(chunks)
        task = asyncio.ensure_future(anext(chunks))
        answer.gates[1].on_wait(task.cancel)
        await asyncio.wait({task})
        return await anext(inner, None)

    assert asyncio.run(leave()) is None
    assert outcomes(answer) == [(1, 4, "cancelled")]


def test_a_hook_that_raises_is_inconclusive(hooks: Hooks) -> None:
    answer = hooks.plan(PIECES)

    def broken() -> Iterator[GenerationChunk]:
        yield GenerationChunk(text="Sing")
        raise RuntimeError("no provider")

    with pytest.raises(RuntimeError, match="no provider"):
        list(hooks.wrap(broken(), [PROMPTS[0]]))
    assert outcomes(answer) == [(1, 4, "failed")]
    assert answer.inconclusive(hung=False) == "the hook raised"


def test_a_synchronous_hook_on_a_loop_does_not_pause(hooks: Hooks) -> None:
    answer = hooks.plan(PIECES, gates=(0,))

    async def read() -> list[str]:
        return [chunk.text for chunk in hooks.wrap(sung(), [PROMPTS[0]])]

    assert asyncio.run(read()) == [*PIECES]
    assert answer.inconclusive(hung=False) == "the answer ended before the gate"


def test_a_hook_called_by_a_hook_is_not_wrapped(hooks: Hooks) -> None:
    answer = hooks.plan(PIECES)

    def outer() -> Iterator[GenerationChunk]:
        yield from list(hooks.wrap(sung(), [PROMPTS[0]]))

    assert len(list(hooks.wrap(outer(), [PROMPTS[0]]))) == len(PIECES)
    assert outcomes(answer) == [(4, 4, "finished")]


def test_an_iterator_that_is_not_a_generator_is_not_wrapped(hooks: Hooks) -> None:
    hooks.plan(PIECES)
    chunks = iter([1, 2])

    assert hooks.wrap(chunks, [PROMPTS[0]]) is chunks


def test_the_longest_matching_prompt_selects_the_answer(hooks: Hooks) -> None:
    one, two = hooks.plan(PIECES), hooks.plan(PIECES)
    message = GenerationChunk(text=f"Human: {PROMPTS[1]}")

    list(hooks.wrap(sung(), [["system", message], None]))

    assert (len(one.generations), len(two.generations)) == (0, 1)


def test_each_planned_answer_has_its_own_prompt_of_the_run(hooks: Hooks) -> None:
    answers = [hooks.plan(PIECES) for _ in PROMPTS]

    assert tuple(answer.prompt for answer in answers) == PROMPTS
    with pytest.raises(LookupError, match="each of the 3 prompts"):
        hooks.plan(PIECES)
    hooks.discard(answers[1])
    assert hooks.plan(PIECES).prompt == PROMPTS[1]


def test_a_discarded_answer_opens_its_gates(hooks: Hooks) -> None:
    answer = hooks.plan(PIECES, gates=(1,))
    thread, received = read_beside(hooks.wrap(sung(), [PROMPTS[0]]))
    assert answer.gates[1].reached.wait(5)

    hooks.discard(answer)

    thread.join(5)
    assert len(received) == len(PIECES)


def test_the_text_and_the_failure_of_a_black_box_cannot_be_planned(hooks: Hooks) -> None:
    with pytest.raises(ValueError, match="cannot be made to fail"):
        hooks.plan(PIECES, fails=1)
    with pytest.raises(ValueError, match="cannot be made to answer"):
        hooks.plan_golden(golden("plain-ascii"))


def test_hooks_that_were_not_called_are_inconclusive(hooks: Hooks) -> None:
    assert hooks.plan(PIECES).inconclusive(hung=True) == "the hooks were not called for this prompt"


def test_a_hang_is_inconclusive_if_the_answer_differs_from_an_earlier_one(hooks: Hooks) -> None:
    answer = hooks.plan(PIECES)
    chunks = hooks.wrap(sung(("SING",)), [PROMPTS[0]])
    next(chunks)

    assert answer.inconclusive(hung=True) == "the answer of the hook differs from its answer to an earlier call"
    assert answer.inconclusive(hung=False) == ""


@pytest.mark.parametrize(
    ("pieces", "reason"),
    [
        (("S", "a", "s", "s"), "the answer ended before the gate"),
        (("Si", "ng", " a", " so"), "the answer ended at the gate: it differs from an earlier one"),
        (("Sing a", "nd"), "the answer ended at the gate: it differs from an earlier one"),
        (("Sing a", " and", " dance", ".", "."), ""),
        (PIECES, ""),
    ],
)
def test_an_answer_that_ends_at_the_gate_is_inconclusive_if_it_differs_from_an_earlier_one(
    hooks: Hooks, pieces: tuple[str, ...], reason: str
) -> None:
    answer = hooks.plan(PIECES, gates=(2,))
    thread, _ = read_beside(hooks.wrap(sung(pieces), [PROMPTS[0]]))
    if "before" not in reason:
        assert answer.gates[2].reached.wait(5)
    answer.open_gates()
    thread.join(5)

    assert answer.inconclusive(hung=False) == reason
