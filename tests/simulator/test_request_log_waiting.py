"""Waiting for the request log: an event ends the wait, not polling."""

from threading import Event, Thread

from llm_conformance.simulator import Ending
from llm_conformance.simulator.http.request import Head
from llm_conformance.simulator.server.request_log import RequestLog, Selection
from llm_conformance.simulator.server.respond import Decision

HEAD = Head("POST", "/v1/completions", {})
DECISION = Decision(None, (), (), 200)


class _WatchedLog(RequestLog):
    """Signals when a waiter checks the log. The waiter has the lock then, and releases it only by waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.checked = Event()

    def _all_ended(self, selection: Selection) -> bool:
        self.checked.set()
        return super()._all_ended(selection)


def test_the_wait_ends_when_the_last_request_ends() -> None:
    log = _WatchedLog()
    number = log.begin(HEAD, DECISION)
    waiting = Thread(target=log.wait_settled, args=(3600,), daemon=True)
    waiting.start()
    assert log.checked.wait(10)

    log.end(number, Ending.ANSWERED)

    waiting.join(10)
    assert not waiting.is_alive()


def test_the_wait_returns_running_requests_at_its_timeout() -> None:
    log = RequestLog()
    log.begin(HEAD, DECISION)

    assert [request.ended for request in log.wait_settled(0)] == [Ending.RUNNING]
