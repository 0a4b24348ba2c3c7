"""One connection on the loop of the test: how bytes are sent, and that other tasks get a turn."""

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
# So few tokens that the kernel accepts all of them, and a send never has to wait.
TOKENS = tuple(Token(text="w") for _ in range(1000))
WORDS = Golden(name="g", prompt="p", why="w", pieces=TOKENS, finish=Finish.STOP, usage=Usage(1, 1000))


@asynccontextmanager
async def a_connection(
    state: ProviderState,
) -> AsyncIterator[tuple[asyncio.StreamReader, Connection, asyncio.Task[None]]]:
    """The reader of the client, the server's connection and its task, after the request is sent."""
    accepted: asyncio.Future[Connection] = asyncio.get_running_loop().create_future()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.set_result(Connection(reader, writer, state))

    listening = socket.create_server(("127.0.0.1", 0))
    async with await asyncio.start_server(accept, sock=listening):
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        writer.write(REQUEST)
        connection = await accepted
        serving = asyncio.create_task(connection.serve())
        yield reader, connection, serving
        writer.transport.abort()
        await asyncio.wait([serving])


def a_state(golden_stream: Golden = WORDS) -> ProviderState:
    state = ProviderState()
    state.register(Case(nonce="n1", golden=golden_stream))
    return state


def test_bytes_are_sent_at_once() -> None:
    async def exchange() -> tuple[tuple[int, int], int]:
        async with a_connection(a_state()) as (reader, connection, _):
            await reader.readuntil(b"\r\n\r\n")
            transport = connection._writer.transport
            nodelay = transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            return transport.get_write_buffer_limits(), nodelay

    limits, nodelay = asyncio.run(exchange())

    assert limits == (0, 0)
    assert nodelay == 1


def test_a_stream_that_never_waits_gives_other_tasks_a_turn() -> None:
    state = a_state()

    async def exchange() -> Ending:
        async with a_connection(state) as (reader, _, _):
            await reader.readuntil(b"\r\n\r\n")
            return state.request_log.snapshot()[0].ended

    assert asyncio.run(exchange()) is Ending.RUNNING


def test_a_reset_during_closing_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def exchange() -> None:
        async with a_connection(a_state(golden("long-1e5"))) as (reader, connection, serving):
            await reader.readuntil(b"\r\n\r\n")
            while not connection._writer.transport.get_write_buffer_size():  # noqa: ASYNC110 - the transport does not offer an event
                await asyncio.sleep(0)
            connection._reader.set_exception(ConnectionResetError())
            await asyncio.wait([connection._next])
            serving.cancel()

    asyncio.run(exchange())
    gc.collect()

    assert caplog.records == []


def test_a_reset_during_closing_counts_as_a_disconnect() -> None:
    async def exchange() -> Ending:
        async with a_connection(a_state(golden("single-token"))) as (reader, connection, _):
            await reader.readuntil(b"\r\n0\r\n\r\n")
            client_socket = reader._transport.get_extra_info("socket")  # type: ignore[attr-defined]  # not in the stub
            client_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            reader._transport.abort()  # type: ignore[attr-defined]  # the same
            # One turn to close the socket; the server detects it in the next one.
            await asyncio.sleep(0)
            return await connection._play([Close()])

    assert asyncio.run(exchange()) is Ending.LEFT
