from __future__ import annotations

import asyncio
import gc
import socket
import warnings
from collections.abc import Iterator

import pytest

from llm_conformance.driver.driver import Driver
from llm_conformance.driver.event_loop import DaemonExecutorLoop
from llm_conformance.driver.recorder import Recorder


class Client(asyncio.Protocol):
    """Raises where it loses its connection, as a client that is used after its loop may."""

    def connection_lost(self, exc: Exception | None) -> None:
        raise SystemExit("the connection is lost")


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(30)
        yield listening


async def keep_a_connection(server: socket.socket, pool: list[asyncio.Transport]) -> None:
    transport, _ = await asyncio.get_running_loop().create_connection(Client, *server.getsockname())
    pool.append(transport)


@pytest.mark.parametrize("of_the_driver", [True, False])
def test_a_connection_that_a_client_keeps_open_is_closed_with_its_loop(
    server: socket.socket, *, of_the_driver: bool
) -> None:
    pool: list[asyncio.Transport] = []
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        if of_the_driver:
            driver = Driver(Recorder(), 30)
            driver.acall(lambda: keep_a_connection(server, pool))
            driver.close()
        else:
            with asyncio.Runner(loop_factory=DaemonExecutorLoop) as runner:
                runner.run(keep_a_connection(server, pool))
        accepted, _ = server.accept()
        with accepted:
            accepted.settimeout(30)
            assert len(pool) == 1
            assert accepted.recv(1) == b""
        pool.clear()
        gc.collect()

    assert [str(one.message) for one in warned if one.category is ResourceWarning] == []
