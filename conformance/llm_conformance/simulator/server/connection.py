"""One connection: reads requests, performs actions, and detects a client that disconnects."""

import asyncio
import socket
import struct
from asyncio import sleep
from collections.abc import Coroutine, Iterable
from time import monotonic
from typing import Any

from llm_conformance.simulator.actions import Action, Actions, Answer, Close, Event, Hold, Pause, Reset, Send
from llm_conformance.simulator.http.framing import CONTINUE, framed
from llm_conformance.simulator.http.request import MalformedRequestError, read_content, read_head
from llm_conformance.simulator.server.request_log import Ending
from llm_conformance.simulator.server.state import ProviderState

# A send that the kernel accepts at once never suspends, so other connections need an explicit turn.
_SENDS_PER_TURN = 32
_READ_SIZE = 65536
# Some clients send an empty line after a body; a server ignores it (RFC 9112, 2.2).
_STRAY_BYTES = b"\r\n"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Connection:
    """Answers requests in order until the client disconnects or the simulator closes.

    idle: the seconds that the client may take for its next request, for the rest of it, and to read what is sent; None
    for any time.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        state: ProviderState,
        idle: float | None = None,
    ) -> None:
        self._idle = idle
        self._reader = reader
        self._writer = writer
        self._state = state
        self._overslept = 0.0
        self._performed = 0
        self._next = self._listen()

    async def serve(self) -> None:
        """Serve the connection until it ends."""
        # With 0, drain() returns when the kernel has accepted every byte, so that one action is one send.
        self._writer.transport.set_write_buffer_limits(0)
        # asyncio sets this if the socket's protocol is IPPROTO_TCP; a socket of socket.create_server has protocol 0.
        self._writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while first := await self._next_request():
                if await self._answer(first):
                    await self._linger()
                    break
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            pass  # the client has disconnected and cannot receive an error, or has no request
        finally:
            self._next.cancel()
            self._writer.transport.abort()

    async def _answer(self, first: bytes) -> bool:
        """Read a request and answer it. True if the connection must end."""
        try:
            async with asyncio.timeout(self._idle):
                head = await read_head(first, self._reader)
                if head.waiting:
                    await self._play([CONTINUE])
                content = await read_content(head, self._reader)
        except TimeoutError:
            slow = MalformedRequestError(408, f"the request was not complete after {self._idle:g} s")
            await self._play(refusal(slow))
            return True
        except MalformedRequestError as malformed:
            # The start of the next request is unknown, so the connection cannot be reused.
            await self._play(refusal(malformed))
            return True
        self._next = self._listen()
        request_number, answer = self._state.handle(head, content)
        actions = framed(answer, closing=head.closing)
        self._state.request_log.plan(request_number, actions)
        self._overslept = 0.0
        ended = await self._play(actions)
        self._state.request_log.end(request_number, ended, self._overslept, actions[: self._performed])
        return any(isinstance(action, Close | Reset) for action in actions[-1:])

    async def _play(self, actions: Iterable[Action]) -> Ending:
        """Perform the actions until the last one, or until the client disconnects."""
        action: Action | None = None
        transport = self._writer.transport
        self._performed = 0
        try:
            for turn, action in enumerate(actions, start=1):
                if self._disconnected():
                    return Ending.LEFT
                self._performed = turn
                # The common and fast case: the kernel accepts the data at once, without a wait.
                if isinstance(action, Send):
                    transport.write(action.data)
                    if transport.get_write_buffer_size() or transport.is_closing():
                        await self._drain()
                else:
                    await self._perform(action)
                if turn % _SENDS_PER_TURN == 0:
                    await sleep(0)
        except OSError:
            # Not only ConnectionError: shutting down a connection that the client has reset fails with ENOTCONN.
            return Ending.LEFT
        # A Hold without a gate ends only when the client disconnects, or when the provider drops the connection.
        return Ending.LEFT if isinstance(action, Hold) and self._disconnected() else Ending.ANSWERED

    async def _drain(self) -> None:
        """Wait until the kernel has accepted what was sent; OSError if the client does not read it."""
        if self._idle is None:
            await self._writer.drain()
            return
        try:
            async with asyncio.timeout(self._idle):
                await self._writer.drain()
        except TimeoutError:
            self._writer.transport.abort()
            raise

    async def _perform(self, action: Action) -> None:
        match action:
            case Close():
                self._writer.write_eof()
            case Pause(seconds):
                due = monotonic() + seconds
                await self._until_disconnect(sleep(seconds))
                self._overslept = max(self._overslept, monotonic() - due)
            case Hold(None):
                await self._until_disconnect(self._state.hold.wait_async())
                if not self._disconnected():
                    self._writer.transport.abort()
            case Hold(gate) if gate is not None:
                await self._until_disconnect(gate.wait_async())
            case Reset():
                self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
                self._writer.transport.abort()

    async def _until_disconnect(self, waiting: Coroutine[Any, Any, Any]) -> None:
        """Wait for the coroutine or until the client disconnects."""
        task = asyncio.ensure_future(waiting)
        # If the next request has already arrived, a disconnect cannot be detected before that request is read.
        both = [task] if self._next.done() and self._next.result() else [task, self._next]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            task.cancel()

    async def _next_request(self) -> bytes:
        if self._idle is not None:
            done, _ = await asyncio.wait([self._next], timeout=self._idle)
            if not done:
                return b""
        return await self._next

    def _listen(self) -> "asyncio.Task[bytes]":
        """The one pending read. It returns the first byte of the next request, or b"" if the client disconnects."""
        return asyncio.create_task(self._first_byte())

    async def _first_byte(self) -> bytes:
        try:
            while (first := await self._reader.read(1)) and first in _STRAY_BYTES:
                pass
        except ConnectionError:
            # A reset is a disconnect too. asyncio would log the exception if nothing retrieved it.
            return b""
        return first

    def _disconnected(self) -> bool:
        return self._next.done() and not self._next.result()

    async def _linger(self) -> None:
        """Read until the client closes: closing first would reset data that it has not read yet (RFC 9112, 9.6)."""
        async with asyncio.timeout(self._idle):
            await self._next
            while await self._reader.read(_READ_SIZE):
                pass


def refusal(malformed: MalformedRequestError) -> Actions:
    """The bytes of an error in plain text: bytes that are not an HTTP request do not select a provider's format."""
    headers = (("Content-Type", "text/plain; charset=utf-8"),)
    answer = Answer(malformed.status, headers, (Event(f"{malformed.reason}\n".encode()),))
    return framed(answer.actions(), closing=True)
