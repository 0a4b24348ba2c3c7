"""One connection: requests come in, actions are performed, and a client that goes away is noticed."""

import asyncio
import socket
import struct
from collections.abc import Coroutine, Iterable
from typing import Any

from llm_conformance.simulator.actions import Action, Answer, Close, Event, Hold, Pause, Reset, Send
from llm_conformance.simulator.http.framing import CONTINUE, framed
from llm_conformance.simulator.http.request import MalformedRequestError, read_content, read_head
from llm_conformance.simulator.server.request_log import Ending
from llm_conformance.simulator.server.state import ProviderState

# A send that the kernel takes at once never suspends. Every so often the others get their turn.
_TURN = 32
_SWALLOW = 65536
# Some clients send an empty line behind a body, and a server reads over it (RFC 9112, 2.2).
_STRAY = b"\r\n"
_AT_ONCE = struct.pack("ii", 1, 0)


class Connection:
    """Answers one request after the other until the client leaves or the simulator is closed."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, state: ProviderState) -> None:
        self._reader = reader
        self._writer = writer
        self._state = state
        self._next = self._listen()

    async def serve(self) -> None:
        """Live as long as the connection does."""
        # With 0, drain() returns when the kernel has every byte, so that one action is one send.
        self._writer.transport.set_write_buffer_limits(0)
        # asyncio does this for sockets that say they are TCP; one made by socket.create_server does not say so.
        self._writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while first := await self._next:
                if await self._answer(first):
                    await self._linger()
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client is gone: nobody is left to tell
        finally:
            self._next.cancel()
            self._writer.transport.abort()

    async def _answer(self, first: bytes) -> bool:
        """Read a request and answer it; True if nothing more may follow."""
        try:
            head = await read_head(first, self._reader)
            if head.waiting:
                await self._play([CONTINUE])
            content = await read_content(head, self._reader)
        except MalformedRequestError as malformed:
            # Where the next request would begin is unknown, so there is none.
            await self._play(framed(_error_answer(malformed).actions(), closing=True))
            return True
        self._next = self._listen()
        place, answer = self._state.handle(head, content)
        actions = framed(answer, closing=head.closing)
        ended = await self._play(actions)
        self._state.request_log.end(place, ended)
        return any(isinstance(action, Close | Reset) for action in actions[-1:])

    async def _play(self, actions: Iterable[Action]) -> Ending:
        """Perform the actions until the last, or until the client goes away."""
        action: Action | None = None
        transport = self._writer.transport
        try:
            for turn, action in enumerate(actions, start=1):
                if self._client_left():
                    return Ending.LEFT
                # What the kernel takes at once needs nobody to wait for it: the common case, and the fast one.
                if isinstance(action, Send):
                    transport.write(action.data)
                    if transport.get_write_buffer_size() or transport.is_closing():
                        await self._writer.drain()
                else:
                    await self._perform(action)
                if turn % _TURN == 0:
                    await asyncio.sleep(0)
        except OSError:
            # Not only a ConnectionError: to shut down what the client has reset is ENOTCONN.
            return Ending.LEFT
        # Who holds for good is waiting for this.
        return Ending.LEFT if isinstance(action, Hold) and self._client_left() else Ending.ANSWERED

    async def _perform(self, action: Action) -> None:
        match action:
            case Close():
                self._writer.write_eof()
            case Pause(seconds):
                await self._until_left(asyncio.sleep(seconds))
            case Hold(gate):
                await self._until_left(asyncio.Event().wait() if gate is None else gate.wait_async())
            case Reset():
                self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
                self._writer.transport.abort()

    async def _until_left(self, waiting: Coroutine[Any, Any, Any]) -> None:
        """Wait for something, yet not for a client that goes away meanwhile."""
        task = asyncio.ensure_future(waiting)
        # Who has sent the next request already cannot be seen to leave before it is read.
        both = [task] if self._next.done() and self._next.result() else [task, self._next]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            task.cancel()

    def _listen(self) -> "asyncio.Task[bytes]":
        """The one pending read: while we play it tells that the client left, otherwise it is the next first byte."""
        return asyncio.create_task(self._first_byte())

    async def _first_byte(self) -> bytes:
        try:
            while (first := await self._reader.read(1)) and first in _STRAY:
                pass
        except ConnectionError:
            # A reset is a client that left, too; and where nobody came to ask, asyncio would log it.
            return b""
        return first

    def _client_left(self) -> bool:
        return self._next.done() and not self._next.result()

    async def _linger(self) -> None:
        """Read on until the client closes: closing first would reset what it has not read yet (RFC 9112, 9.6)."""
        await self._next
        while await self._reader.read(_SWALLOW):
            pass


def _error_answer(malformed: MalformedRequestError) -> Answer:
    """Told in plain text: what is no HTTP request has no provider either."""
    headers = (("Content-Type", "text/plain; charset=utf-8"),)
    return Answer(malformed.status, headers, (Event(f"{malformed.reason}\n".encode()),))
