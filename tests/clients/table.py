#!/usr/bin/env python3
"""Applies every fault to every client of its formats, and prints the results as a table.

    python tests/clients/table.py [FAULT ..]

`.` exact, `E` raised, `S` truncated without an error, `W` wrong text, `H` hung until the deadline, blank inapplicable.
`!` marks a result that a correct client does not have. Below the table: the exceptions, and the differences from
`known.txt`, which was measured with earlier versions of the clients.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from threading import Thread

sys.path.insert(0, str(Path(__file__).parents[1]))

from clients.real import CLIENTS, Client
from llm_conformance.simulator import FAULTS, Expected, Fault, FaultClass, Simulator
from llm_fixtures import Finish, Golden, Token, Usage

TOKENS = ("Hel", "lo,", " wörld", " 👍", "\n", "Bub", "bles", " dan", "cing", "!")
GOLDEN = Golden(
    name="played",
    prompt="p",
    why="w",
    pieces=tuple(Token(text=text) for text in TOKENS),
    finish=Finish.STOP,
    usage=Usage(3, len(TOKENS)),
)
KNOWN = Path(__file__).with_name("known.txt")
TIMEOUT = 1.0
# Why a result differs from known.txt, or a pair is missing: the fault or the code around the client has changed.
EXPLAINED = {
    "bom": "httpx-sse reads completions here, whose first event has text; before it read a chat",
    "bom_text_first": "a stream of Anthropic without its first events is invalid, so a result is not defined",
    "choices_null": "the loop around the client decides: it iterates over `choices` without a check",
    "duplicates": "the golden stream repeats every token here, so the repeated text is the exact text",
    "no_space_after_colon": "TGI never has a space: the fault would change nothing",
    "space_after_colon": "all formats except TGI always have a space: the fault would change nothing",
    "no_done": "the loop of huggingface_hub ends with the body; its source does not wait for [DONE]",
    "special_token": "new: a real server may end a stream with a special token",
}
HEAVY = {"event_200k", "event_2m", "many_tokens"}
HEAVY_TIMEOUT = 20.0
DEADLINE = 9.0
HEAVY_DEADLINE = 60.0
WORKERS = 4
PACKAGES = ("openai", "anthropic", "ollama", "huggingface_hub", "langchain-openai", "httpx", "httpx2", "httpx-sse")
# Surrogate halves that a client joins are the whole character.
JOINED = ("surrogatepass", "replace")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one client and one fault: its letter, the exception, and the number of requests."""

    letter: str
    raised: str = ""
    attempts: int = 0

    def correct_for(self, fault: Fault) -> bool:
        """Whether a correct client may have this result."""
        return self.letter in {Expected.EXACT: ".", Expected.RAISES: "E", Expected.EITHER: ".E"}[fault.expected]


def run(client: Client, fault: Fault, simulator: Simulator) -> Outcome:
    """Run the client against this fault."""
    served = simulator.play(GOLDEN, fault.name)
    heavy = fault.name in HEAVY
    received: list[str] = []
    raised: list[BaseException] = []

    def consume() -> None:
        try:
            for text in client.stream(served.url, HEAVY_TIMEOUT if heavy else TIMEOUT):
                received.append(text)  # noqa: PERF402 - the texts before an exception count
        except BaseException as error:  # noqa: BLE001 - it is the outcome
            raised.append(error)

    thread = Thread(target=consume, daemon=True)
    thread.start()
    thread.join(HEAVY_DEADLINE if heavy else DEADLINE)
    if thread.is_alive():
        return Outcome("H", attempts=served.attempts)
    if raised:
        kind = type(raised[0])
        return Outcome("E", f"{kind.__module__.partition('.')[0]}.{kind.__qualname__}", served.attempts)
    text, exact = _whole("".join(received)), _whole(served.text)
    if text == exact:
        return Outcome(".", attempts=served.attempts)
    return Outcome("S" if exact.startswith(text) else "W", attempts=served.attempts)


def known() -> dict[tuple[str, str], str]:
    """The earlier results by fault and client."""
    lines = KNOWN.read_text(encoding="utf-8").splitlines()
    _, *clients = (cell.strip() for cell in lines[0].split("|"))
    rows = ([cell.strip() for cell in line.split("|")] for line in lines[1:])
    return {(row[0], client): cell for row in rows for client, cell in zip(clients, row[1:], strict=True) if cell}


def _whole(text: str) -> str:
    return text.encode("utf-16", JOINED[0]).decode("utf-16", JOINED[1])


def _lines(outcomes: dict[tuple[str, str], Outcome], faults: list[Fault]) -> Iterator[str]:
    yield f"| fault | class | level | expected | {' | '.join(CLIENTS)} |"
    yield "|---" * (4 + len(CLIENTS)) + "|"
    for fault in faults:
        cells = []
        for name in CLIENTS:
            outcome = outcomes.get((fault.name, name))
            cells.append("" if outcome is None else outcome.letter + "!" * (not outcome.correct_for(fault)))
        yield f"| {fault.name} | {fault.kind} | {fault.level.upper()} | {fault.expected} | {' | '.join(cells)} |"
    yield ""
    by_error: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (fault_name, client), outcome in outcomes.items():
        if outcome.raised:
            by_error[client, f"{outcome.raised} ({outcome.attempts})"].append(fault_name)
    yield "Exceptions, with the number of requests:"
    for (client, error), names in sorted(by_error.items()):
        yield f"- {client}: {error}: {', '.join(names)}"
    yield ""
    before, changed = known(), set[str]()
    yield "Differences from known.txt (before, now):"
    for (fault_name, client), outcome in outcomes.items():
        was = before.get((fault_name, client))
        if was is not None and was.replace("U", ".") != outcome.letter:
            yield f"- {fault_name}, {client}: {was}, {outcome.letter} {outcome.raised}"
            changed.add(fault_name)
    gone = sorted({pair for pair in before if pair not in outcomes and FAULTS.get(pair[0]) in faults})
    new = sorted({pair for pair in outcomes if pair not in before})
    yield f"Measured before, not applicable now: {', '.join(f'{fault} to {client}' for fault, client in gone)}"
    yield f"Not measured before: {', '.join(f'{fault} to {client}' for fault, client in new)}"
    for fault_name in sorted(changed | {fault for fault, _ in [*gone, *new]}):
        yield f"- {fault_name}: {EXPLAINED.get(fault_name, 'not explained')}"
    missed = {fault for (fault, _), outcome in outcomes.items() if not outcome.correct_for(FAULTS[fault])}
    musts = sorted(fault for fault in missed if FAULTS[fault].level == "must")
    yield f"MUST, but a client does not comply: {', '.join(musts) or 'none'}"
    never_missed = [fault.name for fault in faults if fault.level == "should" and fault.name not in missed]
    yield f"SHOULD, but every client complies: {', '.join(never_missed) or 'none'}"


def main(names: list[str]) -> None:
    """Run all pairs and print the table."""
    began = time.monotonic()
    faults = [FAULTS[name] for name in names] or list(FAULTS.values())
    pairs = [(client, fault) for fault in faults for client in CLIENTS.values() if client.format in fault.formats]
    # Slow faults first. Heavy ones run alone, because they would make the others miss their timeouts.
    light = [pair for pair in pairs if pair[1].name not in HEAVY]
    light.sort(key=lambda pair: pair[1].kind not in {FaultClass.STALL, FaultClass.HTTP})
    outcomes: dict[tuple[str, str], Outcome] = {}
    with Simulator() as simulator:
        with ThreadPoolExecutor(WORKERS) as pool:
            results = pool.map(lambda pair: run(pair[0], pair[1], simulator), light)
            for (client, fault), outcome in zip(light, results, strict=True):
                outcomes[fault.name, client.name] = outcome
        for client, fault in pairs:
            if fault.name in HEAVY:
                outcomes[fault.name, client.name] = run(client, fault, simulator)
    print(", ".join(f"{package} {version(package)}" for package in PACKAGES))  # noqa: T201
    for line in _lines(outcomes, faults):
        print(line)  # noqa: T201
    print(f"{len(outcomes)} streams in {time.monotonic() - began:.0f} s")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
