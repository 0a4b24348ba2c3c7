"""The commands of the simulator: `serve`, `record` and `faults`, behind `python -m llm_conformance`."""

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Any
from urllib.parse import quote

from llm_conformance.simulator.case import Case
from llm_conformance.simulator.faults.table import table
from llm_conformance.simulator.formats import FORMATS
from llm_conformance.simulator.recording import BrokenStreamError, RecordRequest, record
from llm_conformance.simulator.server.request_log import Request
from llm_conformance.simulator.server.simulator import Simulator
from llm_fixtures import Golden, GoldenError, Token, dumps, golden, load, names

_USAGE = 4
_BROKEN = 1


def add(commands: Any) -> None:
    """Put the commands beside those that are there."""
    server = commands.add_parser("serve", help="simulate a provider on the loopback interface until it is stopped")
    server.add_argument("--port", type=int, default=0, help="(default: one that is free)")
    server.add_argument("--golden", type=Path, action="append", default=[], metavar="FILE", help="serve this one too")
    server.add_argument("--rate", type=float, metavar="N", help="tokens a second (default: as fast as possible)")
    server.add_argument("--pace", type=float, default=0.0, metavar="X", help="1 is the pace of the recording")
    server.set_defaults(perform=_serve)
    recorder = commands.add_parser("record", help="keep the answer of a live provider as a golden file")
    recorder.add_argument("--format", required=True, choices=FORMATS, help="what the provider speaks")
    recorder.add_argument("--url", required=True, help="its base URL, as clients are given it")
    recorder.add_argument("--model", default="default")
    recorder.add_argument("--prompt", required=True)
    recorder.add_argument("--name", required=True, help="of the golden stream")
    recorder.add_argument("--why", default="recorded", help="what it is to catch, in one sentence")
    recorder.add_argument("--key-env", metavar="VARIABLE", help="the environment variable that holds the key")
    recorder.add_argument("--max-tokens", type=int, default=256)
    recorder.add_argument("--timeout", type=float, default=60.0, help="seconds of silence (default: 60)")
    recorder.add_argument("--output", type=Path, metavar="FILE", help="(default: NAME.jsonl)")
    recorder.set_defaults(perform=_record)
    commands.add_parser("faults", help="print the table of faults").set_defaults(perform=_faults)


def _serve(options: argparse.Namespace) -> int:
    try:
        own = [load(path) for path in options.golden]
        simulator = Simulator(options.port, _tell)
    except (GoldenError, OSError) as error:
        return _complain(f"serve: {error}", _USAGE)
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stopper(stop))
    with simulator:
        for told in [golden(name) for name in names()] + own:
            pace = 1.0 if options.rate else options.pace
            simulator.serve_at(Case(nonce=told.name, golden=_at(told, options.rate), pace=pace))
        for line in _welcome(simulator.url, own):
            _say(line)
        stop.wait()
    _say("stopped")
    return 0


def _tell(request: Request) -> None:
    fault = f", {request.fault}" if request.fault else ""
    _say(f"{request.method} {request.path} {request.status or 'no answer'}{fault}, {request.ended}")


def _at(told: Golden, rate: float | None) -> Golden:
    """The golden stream with so many tokens a second."""
    if not rate:
        return told
    return replace(told, tokens=tuple(Token(token.text, token.raw, 1 / rate, token.id) for token in told.tokens))


def _welcome(url: str, own: list[Golden]) -> Iterator[str]:
    first = quote(own[0].name if own else "sparkling-water", safe="")
    yield f"serving at {url}/<golden>/<fault>, until stopped"
    yield ""
    for form in FORMATS.values():
        yield f"  {form.name:<20} {url}/{first}/baseline{form.base}"
    yield ""
    yield f'  curl -N {url}/{first}/baseline/v1/completions -d \'{{"model":"m","prompt":"","stream":true}}\''
    yield ""
    yield f"golden streams: {', '.join([*(told.name for told in own), *names()])}"
    yield "faults: python -m llm_conformance faults"


def _stopper(stop: Event) -> Any:
    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signal wants it
        stop.set()

    return handle


def _record(options: argparse.Namespace) -> int:
    key = None
    if options.key_env is not None and not (key := os.environ.get(options.key_env)):
        return _complain(f"record: the environment has no {options.key_env}", _USAGE)
    wanted = RecordRequest(
        format=options.format,
        url=options.url,
        prompt=options.prompt,
        name=options.name,
        why=options.why,
        model=options.model,
        key=key,
        max_tokens=options.max_tokens,
        timeout=options.timeout,
    )
    path = options.output or Path(f"{options.name}.jsonl")
    try:
        recorded = record(wanted)
        path.write_bytes(dumps(recorded.golden))
    except (BrokenStreamError, GoldenError, OSError) as error:
        return _complain(f"record: {error}; nothing was written", _BROKEN)
    told = recorded.golden
    _say(f"{path}: {len(told.tokens)} tokens in {recorded.seconds:.2f} s, finish {told.finish}")
    return 0


def _faults(options: argparse.Namespace) -> int:  # noqa: ARG001 - it has none
    for line in table():
        _say(line)
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _complain(line: str, code: int) -> int:
    sys.stderr.write(f"{line}\n")
    return code
