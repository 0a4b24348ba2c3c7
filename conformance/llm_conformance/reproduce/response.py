"""What a provider sends: the steps of one response, as the run recorded them or as the simulator makes them again."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llm_conformance.simulator.actions import Actions, Close, Hold, Pause, Reset, Send
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.dialect import Dialect
from llm_conformance.simulator.export.request import request_for
from llm_conformance.simulator.faults import fault_named
from llm_conformance.simulator.formats import FORMATS
from llm_conformance.simulator.formats.format import MODEL
from llm_conformance.simulator.http.framing import framed
from llm_conformance.simulator.http.request import Head
from llm_conformance.simulator.server.registered import RegisteredCases
from llm_conformance.simulator.server.respond import respond
from llm_fixtures import Golden

_NONCE = "reproduced"
# What a response has of its request: its number in an id, and the model.
_SERIAL = re.compile(rb"[-_](\d{1,6})\b")
_MODEL_NAME = re.compile(rb'"model": ?"([^"\\]+)"')
# So many sends at its beginning show both.
_FIRST = 24
# A run keeps so many bytes of what a provider has sent.
_KEPT = 64 * 1024
# The function of a script that does what the action does.
_CALLS: Mapping[type[Any], str] = {Close: "hang_up", Hold: "silence", Reset: "reset"}


@dataclass(frozen=True, slots=True)
class Call:
    """A step that a function of the script performs, as Python source."""

    text: str


Step = bytes | Call


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a request is in its response: the model, the number of the request, and whether it asks for usage."""

    model: str = "m"
    serial: int = 1
    usage: bool = True


_USUAL = Asked()


@dataclass(frozen=True, slots=True)
class Wire:
    """The wire format and the dialect in which a run was made. ValueError for a format that is not known."""

    form: str
    dialect: Dialect

    def answer(
        self, golden: Golden, fault: str = "baseline", *, streamed: bool = True, attempt: int = 1, asked: Asked = _USUAL
    ) -> list[Step]:
        """The response to a request for this golden stream: to the given attempt, as a stream or whole."""
        form = FORMATS[self.form]
        case = Case(_NONCE, golden, self.form, fault=fault, dialect=self.dialect)
        whole = next((path for path, implied in form.paths.items() if implied.get("stream") is False), "")
        path = form.stream_path(asked.model) if streamed or not whole else whole.replace(MODEL, asked.model)
        path, _, query = path.partition("?")
        body = _with_nonce(request_for(self.form, golden), golden.prompt)
        body |= {"model": asked.model} if "model" in body else {}
        body |= {"stream": streamed} if "stream" in body else {}
        if not streamed or not asked.usage:
            body.pop("stream_options", None)
        head = Head("POST", path, {"host": "127.0.0.1", "accept-encoding": "gzip"}, query)
        cases = RegisteredCases((case,), attempts={_NONCE: attempt - 1})
        return _steps(framed(respond(head, json.dumps(body).encode(), cases, asked.serial).actions, closing=False))

    def responses(self, golden: Golden, fault: str, sent: Sequence[Sequence[str]]) -> list[list[Step]]:
        """The responses to the requests of one call under a fault, with the bytes that a run has recorded.

        A client that has left did not get the rest of a response, and another one gets it.
        """
        attempts = 2 if fault_named(fault).passing else 1
        recorded = [[data.encode("latin-1") for data in sends] for sends in sent] or [[]]
        return [self._response(golden, fault, place + 1, recorded[place % len(recorded)]) for place in range(attempts)]

    def _response(self, golden: Golden, fault: str, attempt: int, sends: list[bytes]) -> list[Step]:
        for asked in _asked(b"".join(sends[:_FIRST])):
            steps = self.answer(golden, fault, attempt=attempt, asked=asked)
            if [step for step in steps if isinstance(step, bytes)][: len(sends)] == sends:
                return steps
        return _with_bytes(steps, sends) if sum(map(len, sends)) < _KEPT else steps

    @property
    def asks_for_stream(self) -> str:
        """Whether a request asks for a stream, as an expression of its path and its body."""
        match self.form:
            case "gemini" | "tgi":
                return '"stream" in path'
            case "ollama-chat" | "ollama-generate":
                return 'json.loads(body).get("stream", True)'
            case _:
                return 'json.loads(body).get("stream", False)'


def paused(steps: Iterable[Step], at: int) -> list[Step]:
    """The steps with a pause in the middle, before the step with this number."""
    before = list(steps)
    return [*before[:at], Call("until_left"), *before[at:]]


def _asked(sent: bytes) -> Iterator[Asked]:
    """What the request can have asked for, by the beginning of the response."""
    # An event may be in any number of HTTP chunks.
    data = re.sub(rb"\r\n[0-9a-f]+\r\n", b"", sent)
    models = dict.fromkeys([*(found.decode("latin-1") for found in _MODEL_NAME.findall(data)), "m"])
    serials = dict.fromkeys([*map(int, _SERIAL.findall(data)), 1])
    for model, serial, usage in itertools.product(models, serials, (True, False)):
        yield Asked(model, serial, usage)


def _with_nonce(body: dict[str, Any], prompt: str) -> Any:
    """The request with the nonce in its prompt, wherever that is."""
    return json.loads(json.dumps(body).replace(json.dumps(prompt)[1:-1], f"{json.dumps(prompt)[1:-1]} {_NONCE}", 1))


def _steps(actions: Actions) -> list[Step]:
    steps: list[Step] = []
    for action in actions:
        match action:
            case Send(data):
                steps.append(data)
            case Pause(seconds):
                steps.append(Call(f"pause({seconds:g})"))
            case _:
                steps.append(Call(_CALLS[type(action)]))
    return steps


def _with_bytes(steps: list[Step], sends: list[bytes]) -> list[Step]:
    """The steps with these bytes first: the client may have left before the others were sent."""
    left = iter(sends)
    return [next(left, step) if isinstance(step, bytes) else step for step in steps]
