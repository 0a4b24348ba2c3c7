"""The adapter against a provider that does not behave, and against one that does so in odd but legal ways."""

import asyncio
import gzip
import zlib
from typing import Any

import httpx
import pytest

from llm_reference import IncompleteAnswerError, OpenAICompletions, ProviderError
from llm_reference.provider.openai_completions import _reported
from reference.deadline import run
from reference.provider.scripted import DONE, END, HEAD, Scripted, Step, Steps, answer, piece, said, scripted, stream

A, B = said("a"), said("b")
FINE = stream(A, B, DONE)
OK = answer(200, {"choices": [{"index": 0, "text": "ab"}]})
ERROR = {"error": {"message": "no more today", "type": "t", "param": None, "code": None}}
SECRET = "sk-this-is-not-told"  # noqa: S105  # it opens nothing
# Seconds: for a loaded machine enough to connect, and not much to wait for.
IMPATIENT = 0.25
CALLS = ["invoke", "ainvoke", "stream", "astream"]
STREAMS = CALLS[2:]


def a_model(provider: Scripted, **fields: Any) -> OpenAICompletions:
    return OpenAICompletions(**{"base_url": provider.url, "api_key": SECRET, "timeout": 20, **fields})


def ask(model: OpenAICompletions, call: str, prompt: str = "p") -> tuple[list[str], BaseException | None]:
    """What came, and what was raised behind it."""
    came: list[str] = []

    async def asynchronously() -> None:
        if call == "ainvoke":
            came.append(await model.ainvoke(prompt))
        else:
            async for chunk in model.astream(prompt):
                came.append(chunk)  # noqa: PERF401  # what came before an exception counts

    try:
        if call == "invoke":
            came.append(model.invoke(prompt))
        elif call == "stream":
            for chunk in model.stream(prompt):
                came.append(chunk)  # noqa: PERF402  # as above
        else:
            run(asynchronously())
    except Exception as error:  # noqa: BLE001  # the test judges it
        return came, error
    return came, None


@pytest.fixture(params=STREAMS)
def streaming(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=CALLS)
def call(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the model would have waited."""
    asked: list[float] = []

    async def asleep(seconds: float) -> None:
        asked.append(seconds)

    monkeypatch.setattr(OpenAICompletions, "_sleep", staticmethod(asked.append))
    monkeypatch.setattr(OpenAICompletions, "_asleep", staticmethod(asleep))
    return asked


DELIVERED = A + B + DONE
ZIPPED = gzip.compress(DELIVERED)
ZIPPER = zlib.compressobj(wbits=31)
FLUSHED = [ZIPPER.compress(event) + ZIPPER.flush(zlib.Z_SYNC_FLUSH) for event in (A, B, DONE)]
PLAIN = HEAD.replace(b"Transfer-Encoding: chunked\r\n", b"")
GZIP = HEAD.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")

ODD = {
    "bom": (b"\xef\xbb\xbf" + A, B, DONE),
    "bom cut": (b"\xef", b"\xbb", b"\xbf" + A, B, DONE),
    "crlf": tuple(event.replace(b"\n", b"\r\n") for event in (A, B, DONE)),
    "crlf cut": (A[:-2] + b"\r", b"\n\r", b"\n" + B[:-2] + b"\r", b"\n\r", b"\n" + DONE),
    "cr": tuple(event.replace(b"\n", b"\r") for event in (A, B, DONE)),
    "byte by byte": tuple(bytes([byte]) for byte in A + B + DONE),
    "all at once": (A + B + DONE,),
    "comments": (b": ping\n\n", A, b": ping\n\n:\n", B, DONE),
    "no data": (b"retry: 3000\n\n", b"id: 7\n\n\n", A, b"event: ping\n\n", B, DONE),
    "no space": tuple(event.replace(b"data: ", b"data:") for event in (A, B, DONE)),
    "many lines": (A.replace(b', "', b',\ndata: "'), B, DONE),
    "more behind the end": (A, B, DONE, said("c"), b"data: {"),
    "azure": (b'data: {"id": "", "choices": [], "prompt_filter_results": [{}]}\n\n', A, B, DONE),
    "unknown fields": (A, b'data: {"choices": [], "obfuscation": "x", "new": 1}\n\n', B, DONE),
    "other answers": (A, said("x", index=1), B, said("y", index=2), DONE),
}


ODD_HTTP: dict[str, Steps] = {
    "early hints": (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", *stream(DELIVERED)),
    "a length": (PLAIN.replace(b"\r\n\r\n", b"\r\nContent-Length: %d\r\n\r\n" % len(DELIVERED)) + DELIVERED,),
    "until it closes": (PLAIN.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + DELIVERED,),
    "chunk extensions": (HEAD, b"%x;a=b\r\n%b\r\n" % (len(DELIVERED), DELIVERED), END),
    "trailers": (HEAD, piece(DELIVERED), b"0\r\nX-Sum: 1\r\n\r\n"),
    "gzip": (GZIP, piece(ZIPPED), END),
    "gzip byte by byte": (GZIP, *(piece(bytes([byte])) for byte in ZIPPED), END),
    "gzip flushed for each event, never ended": (GZIP, *map(piece, FLUSHED), Step.HOLD),
    "head byte by byte": (*(bytes([byte]) for byte in HEAD), piece(DELIVERED), END),
    "no type": (HEAD.replace(b"Content-Type: text/event-stream\r\n", b""), piece(DELIVERED), END),
    "another type": (HEAD.replace(b"text/event-stream", b"text/plain"), piece(DELIVERED), END),
    "another charset": (HEAD.replace(b"event-stream", b"event-stream; charset=utf-16"), piece(DELIVERED), END),
}


@pytest.mark.parametrize("packets", ODD.values(), ids=ODD)
def test_what_the_standard_allows_changes_nothing(packets: tuple[bytes, ...], streaming: str) -> None:
    with scripted(stream(*packets)) as provider:
        assert ask(a_model(provider), streaming) == (["a", "b"], None)


@pytest.mark.parametrize("steps", ODD_HTTP.values(), ids=ODD_HTTP)
def test_what_http_allows_changes_nothing(steps: Steps, streaming: str) -> None:
    with scripted(steps) as provider:
        assert ask(a_model(provider), streaming) == (["a", "b"], None)


@pytest.mark.parametrize("text", ["\u2028", "\u2029", "\x85", "é€🙂", "\ufeff", "data: [DONE]"])
def test_any_character_arrives_as_it_is_however_it_is_cut(text: str, streaming: str) -> None:
    packets = [bytes([byte]) for byte in said(text)]

    with scripted(stream(*packets, DONE)) as provider:
        assert ask(a_model(provider), streaming) == ([text], None)


def test_what_follows_done_is_not_waited_for(streaming: str) -> None:
    with scripted((HEAD, piece(A + DONE), Step.HOLD)) as provider:
        assert ask(a_model(provider), streaming) == (["a"], None)
        assert provider.left.wait(20)


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


NO_STREAM = {
    "a page": (answer(200, b"<html>Log in first</html>", "Content-Type: text/html"), "text/html"),
    "an error that came at once": (answer(200, ERROR, "Content-Type: application/json"), "application/json"),
    "a whole answer": (
        answer(200, {"choices": [{"text": "ab"}]}, "Content-Type: application/json"),
        "application/json",
    ),
    "nothing": (answer(200, b""), "[DONE]"),
    "an empty stream": (stream(), "[DONE]"),
    "no content": (answer(204, b""), "[DONE]"),
}


@pytest.mark.parametrize(("steps", "message"), NO_STREAM.values(), ids=NO_STREAM)
def test_what_is_no_stream_is_no_empty_answer(steps: Steps, message: str, streaming: str) -> None:
    with scripted(steps, FINE) as provider:
        came, error = ask(a_model(provider), streaming)

    assert (came, type(error)) == ([], IncompleteAnswerError)
    assert message in str(error)


FAILED = {
    "an object": (b'data: {"error": {"message": "no more today", "code": 500}}\n\n', "no more today"),
    "before done": (b'data: {"error": {"message": "no more today"}}\n\n' + DONE, "no more today"),
    "a text": (b'data: {"error": "no more today"}\n\n', "no more today"),
    "a type of event": (b'event: error\ndata: {"message": "no more today"}\n\n', "no more today"),
    "a type of event with a text": (b"event: error\ndata: no more today\n\n", "no more today"),
    "no data": (b"data:\n\n", "expected a JSON object, got ''"),
    "a control character": (A.replace(b'"a"', b'"no more today\0"'), "no more today"),
    "half of a JSON": (b'data: {"choices": [{"text": "no more today\n\n', "no more today"),
    "no JSON": (b"data: {no more today\n\n", "no more today"),
    "no object": (b'data: ["no more today"]\n\n', "no more today"),
    "no list of choices": (b'data: {"choices": 3}\n\n', "expected choices with texts"),
    "no choice": (b'data: {"choices": ["c"]}\n\n', "expected choices with texts"),
    "no text": (b'data: {"choices": [{"text": 3}]}\n\n', "expected choices with texts"),
}


@pytest.mark.parametrize(("packet", "message"), FAILED.values(), ids=FAILED)
def test_an_error_in_the_stream_is_raised_behind_what_came(packet: bytes, message: str, streaming: str) -> None:
    with scripted(stream(A + packet), FINE) as provider:
        came, error = ask(a_model(provider), streaming)

    assert came == ["a"]
    assert isinstance(error, ProviderError)
    assert not isinstance(error, IncompleteAnswerError)
    assert message in str(error)
    assert error.status == 200


@pytest.mark.parametrize("status", [307, 400, 401, 403, 404, 422])
def test_a_refusal_says_status_message_and_request(status: int, call: str, waits: list[float]) -> None:
    refusal = answer(status, ERROR, "x-request-id: req_9", "Location: http://elsewhere.invalid/")

    with scripted(refusal, FINE) as provider:
        came, error = ask(a_model(provider), call)

    assert (came, waits) == ([], [])
    assert isinstance(error, ProviderError)
    assert (error.status, error.request_id) == (status, "req_9")
    assert str(error) == f"the provider answered {status}: no more today (request req_9)"


BODIES = {
    "empty": (b"", "the provider answered 400"),
    "a page": (b"<html>Bad Gateway</html>", "the provider answered 400: <html>Bad Gateway</html>"),
    "no UTF-8": (b"caf\xe9", "the provider answered 400: caf\ufffd"),
    "a byte order mark": (b'\xef\xbb\xbf{"message": "no"}', "the provider answered 400: no"),
    "a text": (b'"no more today"', "the provider answered 400: no more today"),
    "a list": (b"[1]", "the provider answered 400: [1]"),
    "deep": (b"[" * 100_000, f"the provider answered 400: {'[' * 500}"),
    "a message": ({"object": "error", "message": "no more today"}, "the provider answered 400: no more today"),
    "an error without words": ({"error": {"code": 7}}, 'the provider answered 400: {"error": {"code": 7}}'),
    "another key": ({"detail": "no"}, 'the provider answered 400: {"detail": "no"}'),
}


@pytest.mark.parametrize(("body", "message"), BODIES.values(), ids=BODIES)
def test_a_refusal_is_told_in_the_words_that_there_are(body: Any, message: str, call: str) -> None:
    with scripted(answer(400, body)) as provider:
        came, error = ask(a_model(provider), call)

    assert (came, type(error)) == ([], ProviderError)
    assert str(error) == message


REFUSED_BADLY: dict[str, Steps] = {
    "cut": (b"HTTP/1.1 401 No\r\nContent-Length: 99\r\n\r\nwho are",),
    "silent": (b"HTTP/1.1 401 No\r\nContent-Length: 99\r\n\r\nwho are", Step.HOLD),
    "not zipped": (b"HTTP/1.1 401 No\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\nwho are",),
}


@pytest.mark.parametrize("steps", REFUSED_BADLY.values(), ids=REFUSED_BADLY)
def test_a_refusal_that_breaks_off_is_a_refusal(steps: Steps, call: str, waits: list[float]) -> None:
    with scripted(steps, FINE) as provider:
        came, error = ask(a_model(provider, timeout=IMPATIENT), call)

    assert (came, type(error), waits) == ([], ProviderError, [])
    assert isinstance(error, ProviderError)
    assert error.status == 401


def test_a_refusal_that_may_pass_may_break_off(call: str, waits: list[float]) -> None:
    cut = (b"HTTP/1.1 429 Slowly\r\nRetry-After: 3\r\nContent-Length: 99\r\n\r\nslow",)

    with scripted(cut, FINE if call in STREAMS else OK) as provider:
        came, error = ask(a_model(provider), call)

    assert ("".join(came), error, waits) == ("ab", None, [3])


@pytest.mark.parametrize(
    "body",
    [{}, {"choices": []}, {"choices": None}, {"choices": [], "usage": {"total_tokens": 1}}, [], b"", b"<html>", ERROR],
)
@pytest.mark.parametrize("call", ["invoke", "ainvoke"])
def test_an_answer_without_a_completion_is_no_empty_one(body: Any, call: str) -> None:
    with scripted(answer(200, body)) as provider:
        came, error = ask(a_model(provider), call)

    assert (came, type(error)) == ([], ProviderError)


@pytest.mark.parametrize("call", ["invoke", "ainvoke"])
def test_a_whole_answer_may_open_with_a_byte_order_mark(call: str) -> None:
    with scripted(answer(200, b'\xef\xbb\xbf{"choices": [{"text": "ab"}]}')) as provider:
        assert ask(a_model(provider), call) == (["ab"], None)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503, 529])
def test_a_refusal_that_may_pass_is_asked_again_when_the_provider_wants(
    status: int, call: str, waits: list[float]
) -> None:
    refusal = answer(status, ERROR, "Retry-After: 3")

    with scripted(refusal, refusal, FINE if call in STREAMS else OK) as provider:
        came, error = ask(a_model(provider), call)

    assert ("".join(came), error) == ("ab", None)
    assert waits == [3, 3]
    assert provider.requests[0] == provider.requests[2]


def test_a_provider_that_says_nothing_is_asked_again_later_and_later(call: str, waits: list[float]) -> None:
    with scripted(*[answer(500, b"")] * 4) as provider:
        came, error = ask(a_model(provider, max_retries=3), call)

    assert (came, waits) == ([], [0.5, 1.0, 2.0])
    assert isinstance(error, ProviderError)
    assert error.status == 500


@pytest.mark.parametrize("steps", [(), (Step.RESET,)], ids=["fin", "reset"])
def test_a_provider_that_hangs_up_unanswered_is_asked_again(
    steps: tuple[Step, ...], call: str, waits: list[float]
) -> None:
    with scripted(steps, FINE if call in STREAMS else OK) as provider:
        came, error = ask(a_model(provider), call)

    assert ("".join(came), error, waits) == ("ab", None, [0.5])


def test_a_provider_that_is_not_there_is_looked_for_again(call: str, waits: list[float]) -> None:
    with scripted() as provider:
        pass

    came, error = ask(a_model(provider), call)

    assert (came, waits) == ([], [0.5, 1.0])
    assert isinstance(error, ProviderError)
    assert isinstance(error.__cause__, httpx.ConnectError)
    assert error.status is None


@pytest.mark.parametrize(
    ("failure", "may_pass"),
    [
        (httpx.ConnectError("x"), True),
        (httpx.ConnectTimeout("x"), True),
        (httpx.WriteError("x"), True),
        (httpx.ReadTimeout("x"), False),
        (httpx.UnsupportedProtocol("x"), False),
    ],
)
def test_only_a_provider_that_was_not_reached_or_hung_up_is_asked_again(
    failure: httpx.HTTPError,
    may_pass: bool,  # noqa: FBT001  # an expectation
) -> None:
    with pytest.raises(ProviderError) as raised, _reported():
        raise failure

    assert raised.value.passing is may_pass


def test_whoever_waited_too_long_does_not_wait_again(call: str, waits: list[float]) -> None:
    with scripted((Step.HOLD,), FINE) as provider:
        came, error = ask(a_model(provider, timeout=IMPATIENT), call)
        assert provider.left.wait(20)

    assert (came, waits) == ([], [])
    assert isinstance(error, ProviderError)
    assert isinstance(error.__cause__, httpx.ReadTimeout)


def test_a_stream_that_falls_silent_is_incomplete(streaming: str) -> None:
    with scripted((HEAD, piece(A), Step.HOLD)) as provider:
        came, error = ask(a_model(provider, timeout=IMPATIENT), streaming)
        assert provider.left.wait(20)

    assert (came, type(error)) == (["a"], IncompleteAnswerError)


def test_a_call_that_is_cancelled_before_its_answer_hangs_up() -> None:
    async def leave(provider: Scripted) -> None:
        task = asyncio.create_task(a_model(provider).ainvoke("p"))
        await asyncio.to_thread(provider.asked.wait, 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with scripted((Step.HOLD,)) as provider:
        run(leave(provider))
        assert provider.left.wait(20)


def test_a_stream_that_is_cancelled_between_two_tokens_hangs_up() -> None:
    async def leave(provider: Scripted) -> None:
        chunks = a_model(provider).astream("p")
        assert await anext(chunks) == "a"
        task = asyncio.ensure_future(anext(chunks))
        await asyncio.sleep(0)  # now it waits
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with scripted((HEAD, piece(A), Step.HOLD)) as provider:
        run(leave(provider))
        assert provider.left.wait(20)


@pytest.mark.parametrize(
    "steps",
    [
        answer(401, {"error": {"message": f"Incorrect API key provided: {SECRET}."}}),
        answer(401, {"error": {"message": "x" * 490 + SECRET}}),
        answer(401, ("x" * 490 + SECRET).encode()),
        answer(200, f"not JSON: {SECRET}".encode()),
        answer(200, ("x" * 490 + SECRET).encode()),
        stream(b"data: " + SECRET.encode() + b"\n\n"),
        (HEAD, piece(A)),
        (HEAD, END),
        (),
    ],
)
def test_no_error_tells_the_key(steps: tuple[bytes, ...], call: str) -> None:
    with scripted(steps) as provider:
        _, error = ask(a_model(provider, max_retries=0), call)

    assert error is not None
    while error is not None:
        assert SECRET[:10] not in f"{error} {error!r}"
        error = error.__cause__ or error.__context__
