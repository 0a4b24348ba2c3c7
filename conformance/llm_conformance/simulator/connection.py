"""One connection: requests come in, actions are performed, and a client that goes away is noticed."""

import asyncio
import socket
from collections.abc import Iterable

from llm_conformance.simulator.action import Action, Answer, Close, Send
from llm_conformance.simulator.desk import Desk
from llm_conformance.simulator.framing import CONTINUE, framed
from llm_conformance.simulator.journal import Ending
from llm_conformance.simulator.message import Malformed, read_content, read_head

# A send that the kernel takes at once never suspends. Every so often the others get their turn.
_TURN = 32
_SWALLOW = 65536
# Some clients send an empty line behind a body, and a server reads over it (RFC 9112, 2.2).
_STRAY = b"\r\n"


class Connection:
    """Answers one request after the other until the client leaves or the simulator is closed."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, desk: Desk) -> None:
        self._reader = reader
        self._writer = writer
        self._desk = desk
        self._next = self._listen()

    async def serve(self) -> None:
        """Live as long as the connection does."""
        # With 0, drain() returns when the kernel has every byte, so that one action is one send.
        self._writer.transport.set_write_buffer_limits(0)
        # asyncio does this for sockets that say they are TCP; one made by socket.create_server does not say so.
        self._writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while first := await self._next:
                if first in _STRAY:
                    self._next = self._listen()
                elif await self._answer(first):
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
                await self._perform(CONTINUE)
            content = await read_content(head, self._reader)
        except Malformed as malformed:
            # Where the next request would begin is unknown, so there is none.
            await self._play(framed(_complaint(malformed), closing=True))
            return True
        self._next = self._listen()
        place, answer = self._desk.receive(head, content)
        ended = await self._play(framed(answer, closing=head.closing))
        self._desk.journal.end(place, ended)
        return head.closing

    async def _play(self, actions: Iterable[Action]) -> Ending:
        """Perform the actions until the last, or until the client goes away."""
        try:
            for turn, action in enumerate(actions, start=1):
                if self._client_left():
                    return Ending.LEFT
                await self._perform(action)
                if turn % _TURN == 0:
                    await asyncio.sleep(0)
        except ConnectionError:
            return Ending.LEFT
        return Ending.ANSWERED

    async def _perform(self, action: Action) -> None:
        match action:
            case Send(data):
                self._writer.write(data)
                await self._writer.drain()
            case Close():
                self._writer.write_eof()

    def _listen(self) -> "asyncio.Task[bytes]":
        """The one pending read: while we play it tells that the client left, otherwise it is the next first byte."""
        return asyncio.create_task(self._first_byte())

    async def _first_byte(self) -> bytes:
        try:
            return await self._reader.read(1)
        except ConnectionError:
            # A reset is a client that left, too; and where nobody came to ask, asyncio would log it.
            return b""

    def _client_left(self) -> bool:
        return self._next.done() and not self._next.result()

    async def _linger(self) -> None:
        """Read on until the client closes: closing first would reset what it has not read yet (RFC 9112, 9.6)."""
        await self._next
        while await self._reader.read(_SWALLOW):
            pass


def _complaint(malformed: Malformed) -> Answer:
    """Told in plain text: what is no HTTP request has no provider either."""
    headers = (("Content-Type", "text/plain; charset=utf-8"),)
    return Answer(malformed.status, headers, (Send(f"{malformed.reason}\n".encode()),))
