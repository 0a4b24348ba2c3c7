"""The requests that the server received, and how each ended. The server's thread writes; any thread may read."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from threading import Condition
from typing import Any

from llm_conformance.simulator.actions import Actions, Send
from llm_conformance.simulator.formats.asked import TEXT_ONLY, Asked
from llm_conformance.simulator.http.credentials import credentials, credentials_in_body, is_credential
from llm_conformance.simulator.http.request import Head
from llm_conformance.simulator.server.respond import Decision

_MOST_BODY_BYTES = 32 * 2**20
_MOST_KEYS = 1000
_MOST_SENT_BYTES = 2**16


class Ending(StrEnum):
    """How a request ended, from the server's side."""

    RUNNING = "running"
    ANSWERED = "answered"
    LEFT = "client went away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it arrived, with its keys redacted.

    body: the JSON of the body. None if it is not JSON, or if it and later ones take more than about 32 MiB.
    prompts: the prompts in the body; none for a request that was refused, or without a body.
    asked: what the request asks for beyond text: its tools, which of them the model may call, reasoning, and so on.
    nonces: the nonces of its cases; a case that the path selects has its path as nonce.
    attempts: for each nonce, the ordinal number of this request, from 1.
    status: the HTTP status of the response; None if the client does not get one.
    fault: the fault that was applied; None if the response was sent without a fault.
    overslept: the seconds by which a pause of the response was too long, on a busy machine; the most of all pauses.
    sent: of a response with a fault, the bytes of each send, as far as the first 64 KiB. While the request is running,
        the sends that are still to come are among them.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    nonces: tuple[str, ...]
    attempts: Mapping[str, int]
    status: int | None
    fault: str | None = None
    prompts: tuple[str, ...] = ()
    asked: Asked = TEXT_ONLY
    ended: Ending = Ending.RUNNING
    overslept: float = 0.0
    sent: tuple[bytes, ...] = ()


Selection = Callable[[tuple[Request, ...]], tuple[Request, ...]]


class RequestLog:
    """The requests in order of arrival. `on_request_end` runs in the server's thread, so it must return quickly.

    history: how many requests are kept; None for all.
    """

    def __init__(self, on_request_end: Callable[[Request], None] | None = None, *, history: int | None = None) -> None:
        self._on_request_end = on_request_end
        self._history = history
        self._changed = Condition()
        self._serials = count()
        self._requests: dict[int, Request] = {}
        self._numbers: defaultdict[str, list[int]] = defaultdict(list)
        self._bodies: deque[tuple[int, int]] = deque()
        self._body_bytes = 0
        self._attempts: Counter[str] = Counter()
        self._keys: dict[str, None] = {}

    @property
    def keys(self) -> tuple[str, ...]:
        """The credentials of the requests so far, of more than 1000 the newest. Reports must not contain them."""
        with self._changed:
            return tuple(self._keys)

    def begin(self, head: Head, decision: Decision, size: int = 0) -> int:
        """Log a request, whose body takes about so many bytes, before it is answered. Returns its number in the log."""
        # Test reports print the log, and must not contain API keys.
        headers = {name: "redacted" if is_credential(name) else value for name, value in head.headers.items()}
        with self._changed:
            self._keep((*credentials(head), *credentials_in_body(decision.body)))
            self._attempts.update(decision.nonces)
            request = Request(
                method=head.method,
                path=head.path,
                headers=headers,
                body=decision.body,
                nonces=decision.nonces,
                attempts={nonce: self._attempts[nonce] for nonce in decision.nonces},
                status=decision.status,
                fault=decision.fault,
                prompts=decision.prompts,
                asked=decision.asked,
            )
            number = next(self._serials)
            self._requests[number] = request
            for nonce in set(decision.nonces):
                self._numbers[nonce].append(number)
            self._forget(number, size)
            return number

    def attempts(self) -> Mapping[str, int]:
        """The number of requests for each nonce."""
        with self._changed:
            return dict(self._attempts)

    def plan(self, number: int, actions: Actions) -> None:
        """Log what will be sent, if the response has a fault."""
        with self._changed:
            running = self._requests.get(number)
            if running is not None and running.fault is not None:
                self._requests[number] = replace(running, sent=_sent(actions))

    def end(self, number: int, ended: Ending, overslept: float = 0.0, performed: Actions = ()) -> None:
        """Log how a request ended, by how many seconds a pause was too long, and the actions that were performed."""
        with self._changed:
            if (running := self._requests.get(number)) is None:
                return
            request = self._requests[number] = replace(
                running,
                ended=ended,
                overslept=overslept,
                sent=_sent(performed) if running.fault is not None else (),
            )
            self._changed.notify_all()
        if self._on_request_end is not None:
            self._on_request_end(request)

    def snapshot(self) -> tuple[Request, ...]:
        """All requests so far."""
        with self._changed:
            return tuple(self._requests.values())

    def of_nonce(self, nonce: str) -> tuple[Request, ...]:
        """The requests so far whose nonces include this one, in order of arrival."""
        with self._changed:
            return tuple(self._requests[number] for number in self._numbers.get(nonce, ()))

    def wait_settled(self, timeout: float, selection: Selection = lambda requests: requests) -> tuple[Request, ...]:
        """The selected requests once none of them is running, or after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._all_ended(selection), timeout)
            return selection(tuple(self._requests.values()))

    def _all_ended(self, selection: Selection) -> bool:
        return all(request.ended is not Ending.RUNNING for request in selection(tuple(self._requests.values())))

    def _keep(self, keys: tuple[str, ...]) -> None:
        """Remember these keys, and of all keys the newest."""
        for key in keys:
            self._keys.pop(key, None)
            self._keys[key] = None
        for _ in range(len(self._keys) - _MOST_KEYS):
            del self._keys[next(iter(self._keys))]

    def _forget(self, number: int, size: int) -> None:
        """Drop the bodies that are too many, and the requests."""
        self._bodies.append((number, size))
        self._body_bytes += size
        while self._body_bytes > _MOST_BODY_BYTES:
            old = self._forget_body()
            self._requests[old] = replace(self._requests[old], body=None, prompts=())
        while self._history is not None and len(self._requests) > self._history:
            oldest = next(iter(self._requests))
            if self._bodies and self._bodies[0][0] == oldest:
                self._forget_body()
            for nonce in set(self._requests.pop(oldest).nonces):
                self._numbers[nonce].remove(oldest)
                if not self._numbers[nonce]:
                    del self._numbers[nonce]

    def _forget_body(self) -> int:
        """The number of the request with the oldest body, which does not count any more."""
        number, size = self._bodies.popleft()
        self._body_bytes -= size
        return number


def _sent(actions: Actions) -> tuple[bytes, ...]:
    """The bytes of each send; the one with which they are too many is cut."""
    sends, room = [], _MOST_SENT_BYTES
    for action in actions:
        if isinstance(action, Send) and room > 0:
            sends.append(action.data[:room])
            room -= len(action.data)
    return tuple(sends)
