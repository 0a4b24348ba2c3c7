#!/usr/bin/env python3
"""Measures the simulator: events per second, concurrent streams, and the delay until a disconnect is detected.

    python tests/clients/load.py

A client in a separate process reads `long-1e5` in each format. The best of several runs counts, because other load on
the machine only slows a run down.
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
DISCONNECTS = 100
RUNS = 5
NEEDED_FILES = 4096


def request(url: str, path: str) -> tuple[tuple[str, int], bytes]:
    """The address to connect to, and the bytes to send."""
    place = urlsplit(url)
    content = json.dumps({**BODY, "stream": True}).encode()
    head = f"POST {place.path}{path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {len(content)}\r\n\r\n"
    return (str(place.hostname), int(place.port or 0)), head.encode() + content


def drain(where: tuple[str, int], content: bytes, ready: Event, ended: multiprocessing.Queue[float]) -> None:
    """Set `ready` when the stream is at its gate, read it to its end, and put the time of the end into `ended`."""
    with socket.create_connection(where) as client:
        client.sendall(content)
        client.recv(64)
        ready.set()
        while client.recv(1 << 20):
            pass
        ended.put(time.perf_counter())


def throughput(simulator: Simulator) -> None:
    """Events per second in each format, from the opening of the gate to the end of the stream at the client."""
    for name, form in FORMATS.items():
        rates = []
        for _ in range(RUNS):
            gate, ready = Gate(before=1), multiprocessing.Event()
            ended: multiprocessing.Queue[float] = multiprocessing.Queue()
            where, content = request(simulator.play("long-1e5", gates=[gate]).url, form.stream_path())
            client = multiprocessing.Process(target=drain, args=(where, content, ready, ended))
            client.start()
            ready.wait()
            gate.reached.wait()
            began = time.perf_counter()
            gate.open()
            rates.append(TOKENS / (ended.get() - began))
            client.join()
        report(f"{name}: {max(rates):,.0f} events/s (median {statistics.median(rates):,.0f})")


async def concurrent(simulator: Simulator) -> None:
    """Concurrent streams: all of them wait at a gate in the middle before it opens."""
    gate, arrived = Gate(before=14), 0
    served = simulator.play("sparkling-water", gates=[gate])
    where, content = request(served.url, "/v1/completions")

    async def one() -> str:
        nonlocal arrived
        reader, writer = await asyncio.open_connection(*where, limit=1 << 20)
        writer.write(content)
        data = await reader.readuntil(b"\r\n\r\n")
        arrived += 1
        if arrived == STREAMS:
            gate.open()
        data += await reader.read(-1)
        writer.close()
        lines = (line for line in data.splitlines() if line.startswith(b"data: {"))
        return "".join(json.loads(line[6:])["choices"][0]["text"] for line in lines)

    began = time.perf_counter()
    answers = await asyncio.gather(*(one() for _ in range(STREAMS)))
    right = answers.count(golden("sparkling-water").text)
    report(f"{right} of {STREAMS} concurrent streams exact, {time.perf_counter() - began:.2f} s with this client")


def disconnecting(simulator: Simulator) -> None:
    """The time from a client's close to its entry in the request log."""
    delays = []
    for _ in range(DISCONNECTS):
        served = simulator.play("sparkling-water", "stall")
        where, content = request(served.url, "/v1/completions")
        with socket.create_connection(where) as client:
            client.sendall(content)
            client.recv(64)
            began = time.perf_counter()
        served.wait_settled()
        delays.append(1000 * (time.perf_counter() - began))
    delays.sort()
    slow = delays[DISCONNECTS * 95 // 100]
    report(f"a disconnect is detected after {statistics.median(delays):.1f} ms (95 %: {slow:.1f} ms)")


def report(line: str) -> None:
    """Print without buffering."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (NEEDED_FILES if most < 0 else min(NEEDED_FILES, most), most))
    with Simulator() as server:
        throughput(server)
        disconnecting(server)
        asyncio.run(concurrent(server))
