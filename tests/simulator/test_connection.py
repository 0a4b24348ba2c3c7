"""One connection on a loop of the test's own: how bytes leave, and who gets a turn."""

import asyncio
import gc
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from llm_conformance.simulator import Case, Ending
from llm_conformance.simulator.actions import Close
from llm_conformance.simulator.server.connection import Connection
from llm_conformance.simulator.server.state import ProviderState
from llm_fixtures import Finish, Golden, Token, Usage, golden

CONTENT = b'{"model":"m","prompt":"n1","stream":true}'
REQUEST = b"POST /v1/completions HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(CONTENT), CONTENT)
# A thousand tokens are so few that the kernel takes them all, and no send ever has to wait.
TOKENS = tuple(Token(text="w") for _ in range(1000))
WORDS = Golden(name="g", prompt="p", why="w", tokens=TOKENS, finish=Finish.STOP, usage=Usage(1, 1000))


@asynccontextmanager
async def a_conversation(
    desk: ProviderState,
) -> AsyncIterator[tuple[asyncio.StreamReader, Connection, asyncio.Task[None]]]:
    """What the client reads with, the server's side and its task, once a request is on its way."""
    met: asyncio.Future[Connection] = asyncio.get_running_loop().create_future()

    def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.set_result(Connection(reader, writer, desk))

    listening = socket.create_server(("127.0.0.1", 0))
    async with await asyncio.start_server(meet, sock=listening):
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        writer.write(REQUEST)
        connection = await met
        serving = asyncio.create_task(connection.serve())
        yield reader, connection, serving
        writer.transport.abort()
        await asyncio.wait([serving])


def a_desk(golden_stream: Golden = WORDS) -> ProviderState:
    desk = ProviderState()
    desk.register(Case(nonce="n1", golden=golden_stream))
    return desk


def test_bytes_leave_at_once() -> None:
    async def converse() -> tuple[tuple[int, int], int]:
        async with a_conversation(a_desk()) as (reader, connection, _):
            await reader.readuntil(b"\r\n\r\n")
            transport = connection._writer.transport
            nodelay = transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            return transport.get_write_buffer_limits(), nodelay

    limits, nodelay = asyncio.run(converse())

    assert limits == (0, 0)
    assert nodelay == 1


def test_a_stream_that_never_waits_leaves_the_others_their_turn() -> None:
    desk = a_desk()

    async def converse() -> Ending:
        async with a_conversation(desk) as (reader, _, _):
            await reader.readuntil(b"\r\n\r\n")
            return desk.request_log.snapshot()[0].ended

    assert asyncio.run(converse()) is Ending.RUNNING


def test_a_reset_in_the_moment_of_closing_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def converse() -> None:
        async with a_conversation(a_desk(golden("long-1e5"))) as (reader, connection, serving):
            await reader.readuntil(b"\r\n\r\n")
            while not connection._writer.transport.get_write_buffer_size():  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0)
            connection._reader.set_exception(ConnectionResetError())
            await asyncio.wait([connection._next])
            serving.cancel()

    asyncio.run(converse())
    gc.collect()

    assert caplog.records == []


def test_a_client_that_has_reset_in_the_moment_of_closing_has_left() -> None:
    async def converse() -> Ending:
        async with a_conversation(a_desk(golden("single-token"))) as (reader, connection, _):
            await reader.readuntil(b"\r\n0\r\n\r\n")
            theirs = reader._transport.get_extra_info("socket")  # type: ignore[attr-defined]  # no part of its stub
            theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            reader._transport.abort()  # type: ignore[attr-defined]  # the same
            # One turn to close the socket; the server's side is not told before the next.
            await asyncio.sleep(0)
            return await connection._play([Close()])

    assert asyncio.run(converse()) is Ending.LEFT
