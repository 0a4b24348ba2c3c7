"""The simulator: one daemon thread with a loop of its own, on a port of the kernel's choice at 127.0.0.1.

A loop of its own serves synchronous and asynchronous tests alike, and goes on while a test blocks.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterable
from itertools import count
from threading import Thread
from types import TracebackType
from typing import Self

from llm_conformance.simulator.case import Case, FinishStyle
from llm_conformance.simulator.gate import Gate
from llm_conformance.simulator.server.connection import Connection
from llm_conformance.simulator.server.request_log import Request
from llm_conformance.simulator.server.served_stream import ServedStream
from llm_conformance.simulator.server.state import ProviderState
from llm_fixtures import Finish, Golden, Rendering, Token, Usage, golden

_BACKLOG = 1024


class Simulator:
    """A provider that says what it was told to say. It listens from its making until `close()`.

    `told` is called with every request that has ended, in the simulator's own thread.
    """

    def __init__(self, port: int = 0, on_request_end: Callable[[Request], None] | None = None) -> None:
        self._state = ProviderState(on_request_end)
        # Bound here and not in the thread: the address is known at once, and clients may connect before the loop runs.
        self._socket = socket.create_server(("127.0.0.1", port), backlog=_BACKLOG)
        self._port: int = self._socket.getsockname()[1]
        # Named, because the policy may be another's (uvloop). A loop_factory keeps Runner away from the process-wide
        # current loop.
        self._runner = asyncio.Runner(loop_factory=asyncio.SelectorEventLoop)
        self._loop = self._runner.get_loop()
        self._addresses = count(1)
        self._closing = asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()
        self._broken: list[BaseException] = []
        self._thread = Thread(target=self._run, name="llm-simulator", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where the simulator listens; OpenAI's clients want `/v1` behind it."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def requests(self) -> tuple[Request, ...]:
        """All requests until now, in the order of their arrival."""
        return self._state.request_log.snapshot()

    def wait_settled(self, timeout: float = 5.0) -> tuple[Request, ...]:
        """All requests as soon as none is running any more, or as they are after `timeout` seconds."""
        return self._state.request_log.wait_settled(timeout)

    def register(self, case: Case) -> None:
        """Answer prompts that contain the nonce of this case from now on."""
        self._state.register(case)

    def unregister(self, nonce: str) -> None:
        """Answer prompts with this nonce no more."""
        self._state.unregister(nonce)

    def play(
        self,
        stream: str | Golden | Iterable[str],
        fault: str = "baseline",
        *,
        finish: FinishStyle = "own-chunk",
        rendering: Rendering = "hold",
        gates: Iterable[Gate] = (),
        pace: float = 0.0,
    ) -> ServedStream:
        """Play a shipped golden stream by its name, one of your own, or a row of tokens, at an address of its own."""
        spoken = _golden(stream)
        nonce = f"{spoken.name}-{next(self._addresses)}"
        case = Case(
            nonce=nonce, golden=spoken, fault=fault, finish=finish, rendering=rendering, gates=tuple(gates), pace=pace
        )
        self._state.serve_at(case)
        return ServedStream(self.url, case, self._state)

    def serve_at(self, case: Case) -> None:
        """Answer requests below `/<nonce>`, and below `/<nonce>/<fault>`, with this case from now on."""
        self._state.serve_at(case)

    def close(self) -> None:
        """Drop all connections and end the thread; closing twice is fine. A fault of the simulator is raised here."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: somebody was here before
            self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()
        if self._broken:
            raise self._broken.pop(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        with self._runner:  # which cancels the connections that are left at its end
            self._runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accept, sock=self._socket)
        await self._closing.wait()
        server.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(Connection(reader, writer, self._state).serve())
        self._connections.add(connection)
        connection.add_done_callback(self._close_connection)

    def _close_connection(self, connection: "asyncio.Task[None]") -> None:
        self._connections.discard(connection)
        # Kept for close(): asyncio would write it to the log, where no test looks.
        if not connection.cancelled() and (error := connection.exception()) is not None:
            self._broken.append(error)


def _golden(stream: str | Golden | Iterable[str]) -> Golden:
    if isinstance(stream, Golden):
        return stream
    if isinstance(stream, str):
        return golden(stream)
    return golden_of(stream)


def golden_of(texts: Iterable[str]) -> Golden:
    """These tokens as a golden stream."""
    tokens = tuple(Token(text=text) for text in texts)
    return Golden(
        name="own",
        prompt="say it",
        why="tokens of a test's own",
        tokens=tokens,
        finish=Finish.STOP,
        usage=Usage(prompt=1, completion=len(tokens)),
    )
