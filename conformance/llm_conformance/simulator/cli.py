"""The commands of the simulator: `serve`, `record`, `export-golden` and `faults` of `python -m llm_conformance`."""

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

from llm_conformance.simulator import option_values
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.export import Export, Selection
from llm_conformance.simulator.faults.table import table
from llm_conformance.simulator.formats import FORMATS
from llm_conformance.simulator.printable import one_line, print_line, printable
from llm_conformance.simulator.recording import BrokenStreamError, RecordRequest, record
from llm_conformance.simulator.server.request_log import Request
from llm_conformance.simulator.server.simulator import Simulator
from llm_fixtures import Golden, GoldenError, dumps, golden, load, names

_USAGE = 4
_BROKEN = 1
# A server that runs for days keeps neither every request nor every connection. In seconds: longer than a client waits
# between two requests of one conversation.
_HISTORY = 1000
_IDLE = 300.0
_CONNECTIONS = 2000


def add(commands: Any) -> None:
    """Add the commands to the parser of the program."""
    server = commands.add_parser("serve", help="simulate a provider on the loopback interface until stopped")
    server.add_argument(
        "--port", type=option_values.port, default=0, metavar="N", help="port to listen on (default: a free one)"
    )
    server.add_argument(
        "--golden",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="also serve this golden file (repeatable)",
    )
    server.add_argument(
        "--rate", type=option_values.rate, metavar="N", help="tokens per second (default: as fast as possible)"
    )
    server.add_argument(
        "--pace",
        type=option_values.pace,
        default=0.0,
        metavar="X",
        help="factor for the recorded times; 1 is the recorded speed (default: 0, as fast as possible)",
    )
    server.add_argument("--require-key", action="store_true", help="refuse a request without an API key (status 401)")
    server.set_defaults(perform=_serve)
    recorder = commands.add_parser("record", help="record the answer of a live provider as a golden file")
    recorder.add_argument("--format", required=True, choices=FORMATS, help="wire format of the provider")
    recorder.add_argument(
        "--url", type=option_values.url, required=True, help="base URL of the provider, as its clients use it"
    )
    recorder.add_argument(
        "--model", type=option_values.label, default="default", help="model name to send (default: default)"
    )
    recorder.add_argument("--prompt", type=option_values.label, required=True, help="prompt to send")
    recorder.add_argument("--name", type=option_values.label, required=True, help="name of the golden stream")
    recorder.add_argument(
        "--why",
        type=option_values.label,
        default="recorded",
        help="which mistake the stream catches, in one sentence (default: recorded)",
    )
    recorder.add_argument("--key-env", metavar="VARIABLE", help="environment variable that contains the API key")
    recorder.add_argument(
        "--max-tokens", type=option_values.tokens, default=256, metavar="N", help="token limit to send (default: 256)"
    )
    recorder.add_argument(
        "--parameters",
        type=option_values.parameters,
        default={},
        metavar="JSON",
        help="further parameters to send, such as '{\"tools\": [..]}', or @FILE; they win",
    )
    recorder.add_argument(
        "--timeout",
        type=option_values.seconds,
        default=60.0,
        metavar="SECONDS",
        help="read timeout in seconds (default: 60)",
    )
    recorder.add_argument("--output", type=Path, metavar="FILE", help="file to write (default: NAME.jsonl)")
    recorder.set_defaults(perform=_record)
    exporter = commands.add_parser("export-golden", help="write golden streams as JSON files of exact bytes")
    exporter.add_argument("folder", type=Path, metavar="DIR", help="folder to write to")
    for one in ("stream", "format", "fault"):
        exporter.add_argument(
            f"--{one}", action="append", default=[], metavar="NAME", help=f"only this {one} (repeatable; default: all)"
        )
    exporter.set_defaults(perform=_export)
    commands.add_parser("faults", help="print all faults as a Markdown table").set_defaults(perform=_faults)


def _serve(options: argparse.Namespace) -> int:
    try:
        own = [_loaded(path) for path in options.golden]
        pace = 1.0 if options.rate else options.pace
        streams = [golden(name) for name in names()] + own
        simulator = Simulator(
            options.port,
            _print_request,
            key="required" if options.require_key else "optional",
            cases=[Case(nonce=stream.name, golden=_at(stream, options.rate), pace=pace) for stream in streams],
            history=_HISTORY,
            idle=_IDLE,
            connections=_CONNECTIONS,
        )
    except GoldenError as error:
        return _fail(f"serve: {error}", _USAGE)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        return _fail(f"serve: --port={options.port}: {why}; choose another port, or 0 for a free one", _USAGE)
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stopper(stop))
    with simulator:
        for line in _welcome(simulator.url, own):
            print_line(line)
        stop.wait()
    print_line("stopped")
    return 0


def _loaded(path: Path) -> Golden:
    try:
        return load(path)
    except OSError as error:
        raise GoldenError(f"{path}: cannot be read: {error.strerror}") from None


def _print_request(request: Request) -> None:
    fault = f", {request.fault}" if request.fault else ""
    # Any program on this machine can send any text.
    print_line(printable(f"{request.method} {request.path} {request.status or 'no response'}{fault}, {request.ended}"))


def _at(stream: Golden, rate: float | None) -> Golden:
    """The golden stream at this number of tokens per second, or at its recorded times if `rate` is None."""
    if not rate:
        return stream
    return replace(stream, pieces=tuple(replace(piece, dt=1 / rate) for piece in stream.pieces))


def _welcome(url: str, own: list[Golden]) -> Iterator[str]:
    first = quote(own[0].name if own else "sparkling-water", safe="")
    yield f"serving at {url}/<golden>/<fault> until stopped"
    yield ""
    for form in FORMATS.values():
        yield f"  {form.name:<20} {url}/{first}/baseline{form.base}"
    yield ""
    yield f'  curl -N {url}/{first}/baseline/v1/completions -d \'{{"model":"m","prompt":"","stream":true}}\''
    yield ""
    yield printable(f"golden streams: {', '.join([*(stream.name for stream in own), *names()])}")
    yield "faults: python -m llm_conformance faults"


def _stopper(stop: Event) -> Any:
    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a signal handler
        stop.set()

    return handle


def _record(options: argparse.Namespace) -> int:
    key = None
    if options.key_env is not None and not (key := os.environ.get(options.key_env)):
        return _fail(f"record: environment variable {options.key_env} is not set", _USAGE)
    if key is not None and not (key.isascii() and key.isprintable()):
        return _fail(f"record: {options.key_env}: expected a key of printable ASCII characters", _USAGE)
    path = options.output or Path(f"{options.name}.jsonl")
    if path.is_dir() or not path.parent.is_dir():
        return _fail(f"record: {path}: expected the name of a file in a folder that exists", _USAGE)
    request = RecordRequest(
        format=options.format,
        url=options.url,
        prompt=options.prompt,
        name=options.name,
        why=options.why,
        model=options.model,
        key=key,
        max_tokens=options.max_tokens,
        timeout=options.timeout,
        parameters=options.parameters,
    )
    try:
        recording = record(request)
        path.write_bytes(dumps(recording.golden))
    except (BrokenStreamError, ValueError, OSError) as error:
        return _fail(f"record: {error}; no file written", _BROKEN)
    stream = recording.golden
    what = "tokens" if stream.is_text else "pieces"
    print_line(printable(f"{path}: {len(stream.pieces)} {what} in {recording.seconds:.2f} s, finish {stream.finish}"))
    return 0


def _export(options: argparse.Namespace) -> int:
    try:
        export = Export(options.folder, Selection(tuple(options.stream), tuple(options.format), tuple(options.fault)))
        for path in export:
            print_line(str(path))
    except OSError as error:
        return _fail(f"export-golden: {options.folder}: cannot be written: {error.strerror}", _USAGE)
    except ValueError as error:
        return _fail(f"export-golden: {error}", _USAGE)
    print_line(printable(f"{options.folder}: {len(export.index)} files and index.json"))
    return 0


def _faults(options: argparse.Namespace) -> int:  # noqa: ARG001 - the command has none
    for line in table():
        print_line(line)
    return 0


def _fail(message: str, code: int) -> int:
    sys.stderr.write(f"{one_line(message)}\n")
    return code
