"""Unusual but valid answers."""

import pytest

from reference.provider.answers import DELIVERED, FLUSHED, GZIP, PLAIN, ZIPPED, A, B
from reference.provider.client import a_model, call_model
from reference.provider.scripted import DONE, END, HEAD, Step, Steps, answer, piece, scripted, stream, token_event

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
    "more behind the end": (A, B, DONE, token_event("c"), b"data: {"),
    "azure": (b'data: {"id": "", "choices": [], "prompt_filter_results": [{}]}\n\n', A, B, DONE),
    "unknown fields": (A, b'data: {"choices": [], "obfuscation": "x", "new": 1}\n\n', B, DONE),
    "other answers": (A, token_event("x", index=1), B, token_event("y", index=2), DONE),
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
        assert call_model(a_model(provider), streaming) == (["a", "b"], None)


@pytest.mark.parametrize("steps", ODD_HTTP.values(), ids=ODD_HTTP)
def test_what_http_allows_changes_nothing(steps: Steps, streaming: str) -> None:
    with scripted(steps) as provider:
        assert call_model(a_model(provider), streaming) == (["a", "b"], None)


@pytest.mark.parametrize("text", ["\u2028", "\u2029", "\x85", "é€🙂", "\ufeff", "data: [DONE]"])
def test_any_character_arrives_unchanged_however_it_is_cut(text: str, streaming: str) -> None:
    packets = [bytes([byte]) for byte in token_event(text)]

    with scripted(stream(*packets, DONE)) as provider:
        assert call_model(a_model(provider), streaming) == ([text], None)


def test_bytes_after_done_are_not_awaited(streaming: str) -> None:
    with scripted((HEAD, piece(A + DONE), Step.HOLD)) as provider:
        assert call_model(a_model(provider), streaming) == (["a"], None)
        assert provider.disconnected.wait(20)


@pytest.mark.parametrize("call", ["invoke", "ainvoke"])
def test_a_whole_answer_may_start_with_a_byte_order_mark(call: str) -> None:
    with scripted(answer(200, b'\xef\xbb\xbf{"choices": [{"text": "ab"}]}')) as provider:
        assert call_model(a_model(provider), call) == (["ab"], None)
