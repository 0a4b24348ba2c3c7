"""The adapter against answers that break off or fall silent: what came is given, and then it is said."""

import httpx
import pytest

from llm_reference import IncompleteAnswerError
from reference.deadline import run
from reference.provider.answers import FINE, FLUSHED, GZIP, OK, PLAIN, A, B
from reference.provider.asking import IMPATIENT, STREAMS, a_model, ask
from reference.provider.scripted import DONE, END, HEAD, Scripted, Step, Steps, piece, scripted, stream

BROKEN = {
    "without done": (*stream(A),),
    "finished, without done": (*stream(A.replace(b"null}", b'"stop"}')),),
    "closed without done": (PLAIN + A,),
    "half an event that reads like a whole one": (*stream(A, B[:-1]),),
    "an error in a field of its own": (*stream(A, b"error: lost\n\n"),),
    "done in another event": (*stream(A, b"event: done\n\n: [DONE]\n\n[DONE]\n\n"),),
    "half of a zipped stream": (GZIP, piece(FLUSHED[0]), END),
    "half of a zipped event": (GZIP, piece(FLUSHED[0] + FLUSHED[1][:3]), END),
    "no longer zipped": (GZIP, piece(FLUSHED[0]), piece(B), END),
    "less than the length": (PLAIN.replace(b"\r\n\r\n", b"\r\nContent-Length: 999\r\n\r\n") + A,),
    "half an event": (*stream(A, B[:20]),),
    "done without its blank line": (*stream(A, DONE[:-1]),),
    "an error that is no event": (*stream(A, b'{"error": {"message": "lost"}}\n'),),
    "fin": (HEAD, piece(A)),
    "fin in a chunk": (HEAD, piece(A), b"ff\r\ndata"),
    "no chunk size": (HEAD, piece(A), b"zz\r\n"),
}


@pytest.mark.parametrize("steps", BROKEN.values(), ids=BROKEN)
def test_an_answer_that_breaks_off_is_delivered_and_then_said_to_be_incomplete(
    steps: tuple[bytes, ...], streaming: str
) -> None:
    with scripted(steps, FINE) as provider:
        came, error = ask(a_model(provider), streaming)

    assert came == ["a"]
    assert isinstance(error, IncompleteAnswerError)
    assert str(error).startswith("the answer is incomplete: ")
    assert str(error).endswith(" (request req_1)")


CRASH = (HEAD, piece(A), Step.GATE, Step.RESET)


def test_a_reset_after_the_first_token_is_not_asked_again(waits: list[float]) -> None:
    with scripted(CRASH, FINE) as provider:
        chunks = a_model(provider).stream("p")
        assert next(chunks) == "a"
        provider.gate.set()
        with pytest.raises(IncompleteAnswerError) as broken:
            next(chunks)

    assert isinstance(broken.value.__cause__, httpx.ReadError)
    assert (waits, len(provider.requests)) == ([], 1)


def test_a_reset_after_the_first_token_is_not_asked_again_asynchronously(waits: list[float]) -> None:
    async def ask_on(provider: Scripted) -> BaseException | None:
        chunks = a_model(provider).astream("p")
        assert await anext(chunks) == "a"
        provider.gate.set()
        with pytest.raises(IncompleteAnswerError) as broken:
            await anext(chunks)
        return broken.value.__cause__

    with scripted(CRASH, FINE) as provider:
        assert isinstance(run(ask_on(provider)), httpx.ReadError)

    assert (waits, len(provider.requests)) == ([], 1)


HEAD_ONLY: dict[str, Steps] = {"reset": (HEAD, Step.RESET), "fin": (HEAD,), "no chunk size": (HEAD, b"zz\r\n")}


@pytest.mark.parametrize("steps", HEAD_ONLY.values(), ids=HEAD_ONLY)
def test_an_answer_that_breaks_off_before_its_first_byte_is_asked_for_again(
    steps: Steps, call: str, waits: list[float]
) -> None:
    with scripted(steps, FINE if call in STREAMS else OK) as provider:
        came, error = ask(a_model(provider), call)

    assert ("".join(came), error, waits) == ("ab", None, [0.5])


def test_one_that_breaks_off_behind_its_first_byte_is_not(streaming: str, waits: list[float]) -> None:
    with scripted((HEAD, piece(b":\n")), FINE) as provider:
        came, error = ask(a_model(provider), streaming)

    assert (came, type(error), waits) == ([], IncompleteAnswerError, [])


def test_a_whole_answer_that_breaks_off_is_incomplete() -> None:
    with scripted((b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"choices"',)) as provider:
        came, error = ask(a_model(provider), "invoke")

    assert came == []
    assert isinstance(error, IncompleteAnswerError)
    assert isinstance(error.__cause__, httpx.RemoteProtocolError)


def test_a_stream_that_falls_silent_is_incomplete(streaming: str) -> None:
    with scripted((HEAD, piece(A), Step.HOLD)) as provider:
        came, error = ask(a_model(provider, timeout=IMPATIENT), streaming)
        assert provider.left.wait(20)

    assert (came, type(error)) == (["a"], IncompleteAnswerError)
