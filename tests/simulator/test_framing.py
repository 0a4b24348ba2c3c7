"""Actions encoded as HTTP, without a network."""

from llm_conformance.simulator.actions import Actions, Answer, Close, End, Event, Hold, ResponseHead, Send
from llm_conformance.simulator.http.framing import framed

TEXT = (("Content-Type", "text/event-stream"),)


def sent(actions: Actions) -> list[bytes]:
    return [action.data for action in actions if isinstance(action, Send)]


def test_each_event_of_a_stream_is_one_http_chunk() -> None:
    answer = Answer(200, TEXT, (Event(b"one\n"), Event(b"x" * 16)), streamed=True)

    assert framed(answer.actions(), closing=False) == (
        Send(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            b"Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n"
        ),
        Send(b"4\r\none\n\r\n"),
        Send(b"10\r\nxxxxxxxxxxxxxxxx\r\n"),
        Send(b"0\r\n\r\n"),
    )


def test_an_empty_event_does_not_end_the_stream() -> None:
    answer = Answer(200, (), (Event(b""), Event(b"a")), streamed=True)

    assert sent(framed(answer.actions(), closing=False))[1:] == [b"1\r\na\r\n", b"0\r\n\r\n"]


def test_a_body_that_is_not_streamed_is_one_send_with_its_length() -> None:
    assert framed(Answer(404, (), (Event(b"not"),)).actions(), closing=True) == (
        Send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\nConnection: close\r\n\r\nnot"),
        Close(),
    )


def test_a_close_delimited_body_has_neither_length_nor_chunks() -> None:
    actions = (ResponseHead(200, TEXT, "close"), Event(b"one"), Event(b"two"), End())

    assert framed(actions, closing=False) == (
        Send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"),
        Send(b"one"),
        Send(b"two"),
        Close(),
    )


def test_a_length_counts_the_whole_body_and_the_missing_bytes() -> None:
    first, *_ = sent(
        framed((ResponseHead(200, (), "length", missing=4), Event(b"abc"), Event(b"d"), End()), closing=False)
    )

    assert first == b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: keep-alive\r\n\r\nabc"


def test_other_actions_pass_unchanged() -> None:
    hints = Send(b"HTTP/1.1 103 Early Hints\r\n\r\n")

    plan = framed((hints, ResponseHead(200, ()), Event(b"a"), Hold(), Send(b"zz\r\n"), Close()), closing=False)

    assert (plan[0], plan[3:]) == (hints, (Hold(), Send(b"zz\r\n"), Close()))


def test_an_unregistered_status_has_an_empty_phrase() -> None:
    assert sent(framed(Answer(529, (), ()).actions(), closing=False))[0].startswith(b"HTTP/1.1 529 \r\n")
