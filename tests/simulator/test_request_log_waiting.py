"""The journal alone: who waits for it is woken by what happens, not by a clock."""

from threading import Event, Thread

from llm_conformance.simulator import Ending
from llm_conformance.simulator.http.request import Head
from llm_conformance.simulator.server.request_log import Chosen, RequestLog
from llm_conformance.simulator.server.respond import Decision

HEAD = Head("POST", "/v1/completions", {})
SEEN = Decision(None, (), (), 200)


class _Watched(RequestLog):
    """Tells when somebody looks for the end; the lock is held then, and freed only by waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.looked = Event()

    def _all_ended(self, chosen: Chosen) -> bool:
        self.looked.set()
        return super()._all_ended(chosen)


def test_who_waits_is_woken_when_the_last_request_ends() -> None:
    journal = _Watched()
    place = journal.begin(HEAD, SEEN)
    waiting = Thread(target=journal.wait_settled, args=(3600,), daemon=True)
    waiting.start()
    assert journal.looked.wait(10)

    journal.end(place, Ending.ANSWERED)

    waiting.join(10)
    assert not waiting.is_alive()


def test_who_waits_in_vain_gets_what_there_is() -> None:
    journal = RequestLog()
    journal.begin(HEAD, SEEN)

    assert [request.ended for request in journal.wait_settled(0)] == [Ending.RUNNING]
