#!/usr/bin/env python3
"""Plays every fault to every client it applies to, and prints what came of it.

    python tests/clients/table.py [FAULT ..]

`.` exact, `E` raised, `S` cut off silently, `W` wrong text, `H` no end until the deadline; a blank: does not apply.
`!` stands where the client earns something else than a correct one. Below the table stand the exceptions, and where
the outcome differs from the one in `known.txt`, which was measured with earlier versions of the clients.
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
    tokens=tuple(Token(text=text) for text in TOKENS),
    finish=Finish.STOP,
    usage=Usage(3, len(TOKENS)),
)
KNOWN = Path(__file__).with_name("known.txt")
TIMEOUT = 1.0
# Why an outcome is another than before, or a pair is gone: the fault is played otherwise, or the client is driven so.
EXPLAINED = {
    "bom": "httpx-sse is asked for completions here, where the first event has text; before it was a chat",
    "bom_text_first": "a stream of Anthropic's without its opening events is none, so nothing could be earned",
    "choices_null": "the loop around the client decides: it goes through the choices without asking for them first",
    "duplicates": "the model is made to say every token twice here, so that twice is the exact text",
    "no_space_after_colon": "TGI has no space anyway: the fault would do nothing",
    "space_after_colon": "all but TGI have a space anyway: the fault would do nothing",
    "no_done": "the loop of huggingface_hub ends with the body; in its source nothing waits for [DONE]",
    "special_token": "new: what a real server sends that ends with its own token",
}
HEAVY = {"event_200k", "event_2m", "many_tokens"}
HEAVY_TIMEOUT = 20.0
DEADLINE = 9.0
HEAVY_DEADLINE = 60.0
AT_ONCE = 4
PACKAGES = ("openai", "anthropic", "ollama", "huggingface_hub", "langchain-openai", "httpx", "httpx2", "httpx-sse")
# Halves joined on the way are the character that they are halves of.
JOINED = ("surrogatepass", "replace")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a playing: a letter, the exception, and what the server saw."""

    letter: str
    raised: str = ""
    attempts: int = 0

    def earned(self, fault: Fault) -> bool:
        """Whether a correct client may do so."""
        return self.letter in {Expected.EXACT: ".", Expected.RAISES: "E", Expected.EITHER: ".E"}[fault.expected]


def play(client: Client, fault: Fault, simulator: Simulator) -> Outcome:
    """Have the client ask for the stream under this fault."""
    playing = simulator.play(GOLDEN, fault.name)
    heavy = fault.name in HEAVY
    came: list[str] = []
    raised: list[BaseException] = []

    def consume() -> None:
        try:
            for text in client.stream(playing.url, HEAVY_TIMEOUT if heavy else TIMEOUT):
                came.append(text)  # noqa: PERF402 - what came before an exception counts
        except BaseException as error:  # noqa: BLE001 - it is the outcome
            raised.append(error)

    thread = Thread(target=consume, daemon=True)
    thread.start()
    thread.join(HEAVY_DEADLINE if heavy else DEADLINE)
    if thread.is_alive():
        return Outcome("H", attempts=playing.attempts)
    if raised:
        kind = type(raised[0])
        return Outcome("E", f"{kind.__module__.partition('.')[0]}.{kind.__qualname__}", playing.attempts)
    text, wanted = _whole("".join(came)), _whole(playing.text)
    if text == wanted:
        return Outcome(".", attempts=playing.attempts)
    return Outcome("S" if wanted.startswith(text) else "W", attempts=playing.attempts)


def known() -> dict[tuple[str, str], str]:
    """The outcomes as they were measured before, by fault and client."""
    lines = KNOWN.read_text(encoding="utf-8").splitlines()
    _, *clients = (cell.strip() for cell in lines[0].split("|"))
    rows = ([cell.strip() for cell in line.split("|")] for line in lines[1:])
    return {(row[0], client): cell for row in rows for client, cell in zip(clients, row[1:], strict=True) if cell}


def _whole(text: str) -> str:
    return text.encode("utf-16", JOINED[0]).decode("utf-16", JOINED[1])


def _lines(outcomes: dict[tuple[str, str], Outcome], faults: list[Fault]) -> Iterator[str]:
    yield f"| fault | class | level | earns | {' | '.join(CLIENTS)} |"
    yield "|---" * (4 + len(CLIENTS)) + "|"
    for fault in faults:
        cells = []
        for name in CLIENTS:
            outcome = outcomes.get((fault.name, name))
            cells.append("" if outcome is None else outcome.letter + "!" * (not outcome.earned(fault)))
        yield f"| {fault.name} | {fault.kind} | {fault.level.upper()} | {fault.expected} | {' | '.join(cells)} |"
    yield ""
    by_error: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (fault_name, client), outcome in outcomes.items():
        if outcome.raised:
            by_error[client, f"{outcome.raised} ({outcome.attempts})"].append(fault_name)
    yield "Exceptions, with the attempts that the server saw:"
    for (client, error), names in sorted(by_error.items()):
        yield f"- {client}: {error}: {', '.join(names)}"
    yield ""
    before, odd = known(), set[str]()
    yield "Differences from known.txt (before, now):"
    for (fault_name, client), outcome in outcomes.items():
        was = before.get((fault_name, client))
        if was is not None and was.replace("U", ".") != outcome.letter:
            yield f"- {fault_name}, {client}: {was}, {outcome.letter} {outcome.raised}"
            odd.add(fault_name)
    gone = sorted({pair for pair in before if pair not in outcomes and FAULTS.get(pair[0]) in faults})
    new = sorted({pair for pair in outcomes if pair not in before})
    yield f"Measured before, and not applicable now: {', '.join(f'{fault} to {client}' for fault, client in gone)}"
    yield f"Not measured before: {', '.join(f'{fault} to {client}' for fault, client in new)}"
    for fault_name in sorted(odd | {fault for fault, _ in [*gone, *new]}):
        yield f"- {fault_name}: {EXPLAINED.get(fault_name, 'not explained')}"
    amiss = [(fault, client) for (fault, client), outcome in outcomes.items() if not outcome.earned(FAULTS[fault])]
    musts = sorted({fault for fault, _ in amiss if FAULTS[fault].level == "must"})
    yield f"MUST although a client misses it: {', '.join(musts) or 'none'}"
    missed = {fault for fault, _ in amiss}
    mild = [fault.name for fault in faults if fault.level == "should" and fault.name not in missed]
    yield f"SHOULD although every client here earns it: {', '.join(mild) or 'none'}"


def main(names: list[str]) -> None:
    """Play and print."""
    began = time.monotonic()
    faults = [FAULTS[name] for name in names] or list(FAULTS.values())
    pairs = [(client, fault) for fault in faults for client in CLIENTS.values() if client.format in fault.formats]
    # The slow ones first, and the heavy ones one at a time: they would make the others miss their timeouts.
    light = [pair for pair in pairs if pair[1].name not in HEAVY]
    light.sort(key=lambda pair: pair[1].kind not in {FaultClass.STALL, FaultClass.HTTP})
    outcomes: dict[tuple[str, str], Outcome] = {}
    with Simulator() as simulator:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            results = pool.map(lambda pair: play(pair[0], pair[1], simulator), light)
            for (client, fault), outcome in zip(light, results, strict=True):
                outcomes[fault.name, client.name] = outcome
        for client, fault in pairs:
            if fault.name in HEAVY:
                outcomes[fault.name, client.name] = play(client, fault, simulator)
    print(", ".join(f"{package} {version(package)}" for package in PACKAGES))  # noqa: T201
    for line in _lines(outcomes, faults):
        print(line)  # noqa: T201
    print(f"{len(outcomes)} playings in {time.monotonic() - began:.0f} s")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
