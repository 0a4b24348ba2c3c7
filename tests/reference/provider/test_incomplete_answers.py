"""Answers that are cut off or stall: the client yields the chunks that arrived, then raises."""

import httpx
import pytest

from llm_reference import IncompleteAnswerError
from reference.deadline import run
from reference.provider.answers import FINE, FLUSHED, GZIP, OK, PLAIN, A, B
from reference.provider.client import SHORT_TIMEOUT, STREAMS, a_model, call_model
from reference.provider.scripted import DONE, END, HEAD, Scripted, Step, Steps, piece, scripted, stream

BROKEN = {
    "without done": (*stream(A),),
    "finished, without done": (*stream(A.replace(b"null}", b'"stop"}')),),
    "closed without done": (PLAIN + A,),
    "half an event that reads like a whole one": (*stream(A, B[:-1]),),
    "an error in its own field": (*stream(A, b"error: lost\n\n"),),
    "done in another event": (*stream(A, b"event: done\n\n: [DONE]\n\n[DONE]\n\n"),),
    "half of a zipped stream": (GZIP, piece(FLUSHED[0]), END),
    "half of a zipped event": (GZIP, piece(FLUSHED[0] + FLUSHED[1][:3]), END),
    "no longer zipped": (GZIP, piece(FLUSHED[0]), piece(B), END),
    "less than the length": (PLAIN.replace(b"\r\n\r\n", b"\r\nContent-Length: 999\r\n\r\n") + A,),
    "half an event": (*stream(A, B[:20]),),
    "done without its blank line": (*stream(A, DONE[:-1]),),
    "an error that is not an event": (*stream(A, b'{"error": {"message": "lost"}}\n'),),
    "fin": (HEAD, piece(A)),
    "fin in a chunk": (HEAD, piece(A), b"ff\r\ndata"),
    "no chunk size": (HEAD, piece(A), b"zz\r\n"),
}


@pytest.mark.parametrize("steps", BROKEN.values(), ids=BROKEN)
def test_a_cut_answer_is_yielded_and_then_raises_as_incomplete(steps: tuple[bytes, ...], streaming: str) -> None:
    with scripted(steps, FINE) as provider:
        chunks, error = call_model(a_model(provider), streaming)

    assert chunks == ["a"]
    assert isinstance(error, IncompleteAnswerError)
    assert str(error).startswith("the answer is incomplete: ")
    assert str(error).endswith(" (request req_1)")


CRASH = (HEAD, piece(A), Step.GATE, Step.RESET)


def test_a_reset_after_the_first_token_is_not_retried(waits: list[float]) -> None:
    with scripted(CRASH, FINE) as provider:
        chunks = a_model(provider).stream("p")
        assert next(chunks) == "a"
        provider.gate.set()
        with pytest.raises(IncompleteAnswerError) as broken:
            next(chunks)

    assert isinstance(broken.value.__cause__, httpx.ReadError)
    assert (waits, len(provider.requests)) == ([], 1)


def test_a_reset_after_the_first_token_is_not_retried_asynchronously(waits: list[float]) -> None:
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
def test_an_answer_that_is_cut_before_its_first_byte_is_retried(steps: Steps, call: str, waits: list[float]) -> None:
    with scripted(steps, FINE if call in STREAMS else OK) as provider:
        chunks, error = call_model(a_model(provider), call)

    assert ("".join(chunks), error, waits) == ("ab", None, [0.5])


def test_an_answer_that_is_cut_after_its_first_byte_is_not_retried(streaming: str, waits: list[float]) -> None:
    with scripted((HEAD, piece(b":\n")), FINE) as provider:
        chunks, error = call_model(a_model(provider), streaming)

    assert (chunks, type(error), waits) == ([], IncompleteAnswerError, [])


def test_a_whole_answer_that_is_cut_is_incomplete() -> None:
    with scripted((b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"choices"',)) as provider:
        chunks, error = call_model(a_model(provider), "invoke")

    assert chunks == []
    assert isinstance(error, IncompleteAnswerError)
    assert isinstance(error.__cause__, httpx.RemoteProtocolError)


def test_a_stream_that_stalls_is_incomplete(streaming: str) -> None:
    with scripted((HEAD, piece(A), Step.HOLD)) as provider:
        chunks, error = call_model(a_model(provider, timeout=SHORT_TIMEOUT), streaming)
        assert provider.disconnected.wait(20)

    assert (chunks, type(error)) == (["a"], IncompleteAnswerError)
