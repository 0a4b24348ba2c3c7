"""The simulator: a daemon thread with its own event loop, on a free port at 127.0.0.1.

Its own loop serves synchronous and asynchronous tests alike, and keeps running while a test blocks.
"""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable, Iterable
from itertools import count
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import Any, Self, get_args

from llm_conformance.simulator.actions import Send
from llm_conformance.simulator.case import Case, FinishStyle
from llm_conformance.simulator.dialect import USUAL, Dialect
from llm_conformance.simulator.gate import Gate
from llm_conformance.simulator.http.request import MalformedRequestError
from llm_conformance.simulator.server.connection import Connection, refusal
from llm_conformance.simulator.server.request_log import Request
from llm_conformance.simulator.server.served_stream import ServedStream
from llm_conformance.simulator.server.state import KeyPolicy, ProviderState
from llm_fixtures import Finish, Golden, Rendering, Token, Usage, golden

_BACKLOG = 1024
_LAST_PORT = 65_535


class _Loop(asyncio.SelectorEventLoop):
    """Keeps its own clock: code in the same process may replace those of the module `time`."""

    def time(self) -> float:
        return monotonic()


class Simulator:
    """A provider that sends the answers of its cases. It listens from construction until `close()`.

    Raises ValueError for invalid arguments, and OSError if the port is in use.

    port: 0 selects a free port.
    on_request_end: called with every request that has ended, in the simulator's thread. It must return quickly.
    key: whether a request needs an API key, of any value. Without one it gets status 401. "once-sent": only after a
        request that had one.
    cases: served at their paths from the start, as by `serve_at()`.
    history: how many requests are kept; None for all. idle: seconds after which a connection without traffic is closed.
    connections: how many there may be at once; one more is refused with status 503. None for any number.
    """

    def __init__(
        self,
        port: int = 0,
        on_request_end: Callable[[Request], None] | None = None,
        *,
        key: KeyPolicy = "optional",
        cases: Iterable[Case] = (),
        history: int | None = None,
        idle: float | None = None,
        connections: int | None = None,
    ) -> None:
        _check("port", port, "a whole number from 0 to 65535", _is_count(port) and port <= _LAST_PORT)
        _check("key", key, f"one of {', '.join(get_args(KeyPolicy))}", key in get_args(KeyPolicy))
        _check("history", history, "a whole number, or None", history is None or _is_count(history))
        _check("idle", idle, "a positive number, or None", idle is None or (_is_number(idle) and idle > 0))
        several = connections is None or (_is_count(connections) and connections > 0)
        _check("connections", connections, "a positive whole number, or None", several)
        self._idle = idle
        self._most = connections
        self._state = ProviderState(on_request_end, key=key, history=history)
        for case in cases:
            self._state.serve_at(case)
        # Bound here and not in the thread: the URL is known at once, and clients may connect before the loop runs.
        self._socket = socket.create_server(("127.0.0.1", port), backlog=_BACKLOG)
        self._port: int = self._socket.getsockname()[1]
        # An explicit loop class, because the process may have set another policy (uvloop). A loop_factory keeps Runner
        # from changing the process-wide current loop.
        self._runner = asyncio.Runner(loop_factory=_Loop)
        self._loop = self._runner.get_loop()
        self._loop.set_exception_handler(_log)
        self._serials = count(1)
        self._closing = asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()
        self._errors: list[BaseException] = []
        self._thread = Thread(target=self._run, name="llm-simulator", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The base URL. Clients of OpenAI's APIs need `/v1` after it."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def requests(self) -> tuple[Request, ...]:
        """All requests so far, in order of arrival."""
        return self._state.request_log.snapshot()

    def requests_of(self, nonce: str) -> tuple[Request, ...]:
        """The requests so far whose prompts or path contain this nonce, in order of arrival."""
        return self._state.request_log.of_nonce(nonce)

    @property
    def received_keys(self) -> tuple[str, ...]:
        """The credentials of all requests so far: never print them."""
        return self._state.request_log.keys

    def wait_settled(self, timeout: float = 5.0) -> tuple[Request, ...]:
        """All requests once none is running, or after `timeout` seconds."""
        return self._state.request_log.wait_settled(timeout)

    def register(self, case: Case) -> None:
        """Answer prompts that contain the nonce of this case. Raises ValueError if the nonce is taken."""
        self._state.register(case)

    def unregister(self, nonce: str) -> None:
        """Stop answering prompts with this nonce. An unknown nonce is ignored."""
        self._state.unregister(nonce)

    def release(self) -> None:
        """Drop the connections of answers that wait for their client to disconnect: its call has been given up."""
        self._state.release()

    def play(
        self,
        stream: str | Golden | Iterable[str],
        fault: str = "baseline",
        *,
        finish: FinishStyle = "own-chunk",
        rendering: Rendering = "hold",
        gates: Iterable[Gate] = (),
        pace: float = 0.0,
        dialect: Dialect = USUAL,
    ) -> ServedStream:
        """Serve a golden stream at its own URL: a built-in one by name, a `Golden`, or a list of tokens.

        The keyword arguments are those of `Case`.
        """
        answer = _golden(stream)
        nonce = f"{answer.name}-{next(self._serials)}"
        case = Case(
            nonce=nonce,
            golden=answer,
            fault=fault,
            finish=finish,
            rendering=rendering,
            gates=tuple(gates),
            pace=pace,
            dialect=dialect,
        )
        self._state.serve_at(case)
        return ServedStream(self.url, case, self._state)

    def serve_at(self, case: Case) -> None:
        """Answer requests below `/<nonce>` and `/<nonce>/<fault>` with this case."""
        self._state.serve_at(case)

    def close(self) -> None:
        """Drop all connections and end the thread. Raises an internal error of the simulator, if there was one.

        Closing twice is allowed.
        """
        with contextlib.suppress(RuntimeError):  # the loop is closed: close() ran before
            self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()
        if self._errors:
            raise self._errors.pop(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        with self._runner:  # on exit it cancels the remaining connections
            self._runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accept, sock=self._socket, backlog=_BACKLOG)
        await self._closing.wait()
        server.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._most is not None and len(self._connections) >= self._most:
            full = MalformedRequestError(503, f"this server has its most connections, {self._most}")
            writer.writelines(action.data for action in refusal(full) if isinstance(action, Send))
            writer.close()
            return
        connection = asyncio.create_task(Connection(reader, writer, self._state, self._idle).serve())
        self._connections.add(connection)
        connection.add_done_callback(self._close_connection)

    def _close_connection(self, connection: "asyncio.Task[None]") -> None:
        self._connections.discard(connection)
        # close() raises it; asyncio would only log it, and tests do not read the log.
        if not connection.cancelled() and (error := connection.exception()) is not None:
            self._errors.append(error)


def _log(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log the error, unless the process has no file descriptor left: asyncio tries again, and clients wait."""
    if getattr(context.get("exception"), "errno", None) not in {errno.EMFILE, errno.ENFILE}:
        loop.default_exception_handler(context)


def _check(name: str, value: object, expected: str, valid: bool) -> None:  # noqa: FBT001 - the last word of a sentence
    if not valid:
        raise ValueError(f"Simulator: {name} must be {expected}, got {value!r}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _golden(stream: str | Golden | Iterable[str]) -> Golden:
    if isinstance(stream, Golden):
        return stream
    if isinstance(stream, str):
        return golden(stream)
    return golden_of(stream)


def golden_of(texts: Iterable[str]) -> Golden:
    """A golden stream with these tokens."""
    tokens = tuple(Token(text=text) for text in texts)
    return Golden(
        name="own",
        prompt="say it",
        why="the tokens of a test",
        pieces=tokens,
        finish=Finish.STOP,
        usage=Usage(prompt=1, completion=len(tokens)),
    )
