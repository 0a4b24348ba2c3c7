#!/usr/bin/env python3
"""Measures the simulator: events a second, a thousand streams at once, how soon a client that leaves is seen.

    python tests/clients/load.py

A client in a process of its own reads `long-1e5` in each format. On a machine that has other work, the best of five
counts.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import resource
import socket
import statistics
import sys
import time
from multiprocessing.synchronize import Event
from urllib.parse import urlsplit

from llm_conformance.simulator import FORMATS, Gate, Simulator
from llm_fixtures import golden

BODY = {"model": "m", "prompt": "p", "inputs": "p", "max_tokens": 9, "messages": [{"role": "user", "content": "p"}]}
TOKENS = 100_000
STREAMS = 1_000
LEAVING = 100
TRIES = 5
ENOUGH_FILES = 4096


def request(url: str, path: str) -> tuple[tuple[str, int], bytes]:
    """Where to connect, and what to send."""
    place = urlsplit(url)
    content = json.dumps({**BODY, "stream": True}).encode()
    head = f"POST {place.path}{path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {len(content)}\r\n\r\n"
    return (str(place.hostname), int(place.port or 0)), head.encode() + content


def drain(where: tuple[str, int], content: bytes, ready: Event, ended: multiprocessing.Queue[float]) -> None:
    """Say when the stream stands at its gate, read it to its end, and tell when that was."""
    with socket.create_connection(where) as client:
        client.sendall(content)
        client.recv(64)
        ready.set()
        while client.recv(1 << 20):
            pass
        ended.put(time.perf_counter())


def throughput(simulator: Simulator) -> None:
    """Events a second, format by format, from the opening of a gate to the end that the client sees."""
    for name, form in FORMATS.items():
        rates = []
        for _ in range(TRIES):
            gate, ready = Gate(before=1), multiprocessing.Event()
            ended: multiprocessing.Queue[float] = multiprocessing.Queue()
            where, content = request(simulator.play("long-1e5", gates=[gate]).url, next(iter(form.paths)))
            client = multiprocessing.Process(target=drain, args=(where, content, ready, ended))
            client.start()
            ready.wait()
            gate.reached.wait()
            began = time.perf_counter()
            gate.open()
            rates.append(TOKENS / (ended.get() - began))
            client.join()
        say(f"{name}: {max(rates):,.0f} events/s (median {statistics.median(rates):,.0f})")


async def together(simulator: Simulator) -> None:
    """All streams stand at the gate, halfway through, before it opens."""
    gate, arrived = Gate(before=14), 0
    playing = simulator.play("sparkling-water", gates=[gate])
    where, content = request(playing.url, "/v1/completions")

    async def one() -> str:
        nonlocal arrived
        reader, writer = await asyncio.open_connection(*where, limit=1 << 20)
        writer.write(content)
        said = await reader.readuntil(b"\r\n\r\n")
        arrived += 1
        if arrived == STREAMS:
            gate.open()
        said += await reader.read(-1)
        writer.close()
        lines = (line for line in said.splitlines() if line.startswith(b"data: {"))
        return "".join(json.loads(line[6:])["choices"][0]["text"] for line in lines)

    began = time.perf_counter()
    answers = await asyncio.gather(*(one() for _ in range(STREAMS)))
    right = answers.count(golden("sparkling-water").text)
    say(f"{right} of {STREAMS} concurrent streams exact, {time.perf_counter() - began:.2f} s with this client")


def leaving(simulator: Simulator) -> None:
    """From a client's close to the journal that says so."""
    taken = []
    for _ in range(LEAVING):
        playing = simulator.play("sparkling-water", "stall")
        where, content = request(playing.url, "/v1/completions")
        with socket.create_connection(where) as client:
            client.sendall(content)
            client.recv(64)
            began = time.perf_counter()
        playing.wait_settled()
        taken.append(1000 * (time.perf_counter() - began))
    taken.sort()
    late = taken[LEAVING * 95 // 100]
    say(f"a client that leaves is seen after {statistics.median(taken):.1f} ms (95 %: {late:.1f} ms)")


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (ENOUGH_FILES if most < 0 else min(ENOUGH_FILES, most), most))
    with Simulator() as server:
        throughput(server)
        leaving(server)
        asyncio.run(together(server))
