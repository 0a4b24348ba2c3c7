"""One golden stream in one format under one fault: what is sent, step by step, and what a correct client gives."""

import base64
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from llm_conformance.simulator.actions import Action, Close, Hold, Pause, Reset, Send
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.export.request import request_for
from llm_conformance.simulator.faults import Expected, Fault
from llm_conformance.simulator.formats import Format
from llm_conformance.simulator.http.framing import framed
from llm_conformance.simulator.http.request import Head
from llm_conformance.simulator.server.registered import RegisteredCases
from llm_conformance.simulator.server.respond import respond
from llm_fixtures import Golden, Refusal
from llm_fixtures.reasoning import reasoning_texts
from llm_fixtures.tool_calls import whole_calls

_HEADERS = {"host": "127.0.0.1", "accept-encoding": "gzip"}


def played(golden: Golden, form: Format, fault: Fault) -> dict[str, Any]:
    """The answer as JSON: the fault, what a correct client gives as `client`, and the `steps` of the server.

    A step is one of `{"send": TEXT or {"base64": BYTES}}`, `{"pause": SECONDS}`, `{"hold": true}`, `{"close": true}`
    and `{"reset": true}`.
    """
    case = Case(nonce=golden.name, golden=golden, format=form.name, fault=fault.name)
    path, _, query = f"/{golden.name}{form.stream_path()}".partition("?")
    content = json.dumps(request_for(form.name, golden)).encode()
    decision = respond(
        Head("POST", path, _HEADERS, query), content, RegisteredCases(path_cases={golden.name: case}), serial=1
    )
    return {
        "fault": fault.name,
        "class": fault.kind.value,
        "rule": fault.rule,
        "level": fault.level.value,
        "first_attempt_only": fault.passing,
        "client": _client(fault, golden, form),
        "steps": list(_steps(framed(decision.actions, closing=False))),
    }


def _client(fault: Fault, golden: Golden, form: Format) -> dict[str, Any]:
    """What a correct client gives: the exact answer, an error, or either; and the text that comes before the error."""
    answer = fault.answer(golden)
    texts = answer.text_tokens()
    said = [piece for piece in answer.pieces if piece.type in form.speaks]
    before = fault.tokens_before_fault(len(texts)) if fault.expected is not Expected.EXACT else 0
    return {
        "expected": fault.expected.value,
        "text": _json_text("".join(texts)),
        "text_before_error": _json_text("".join(texts[:before])),
        "calls": [asdict(call) for call in whole_calls(said)],
        "reasoning": list(reasoning_texts(said)),
        "refusal": "".join(piece.text for piece in said if isinstance(piece, Refusal)),
        "finish": answer.finish.value,
        "usage": asdict(answer.usage),
    }


def _json_text(text: str) -> str:
    """The text with its surrogates in pairs, as JSON has them: two halves of one character are that character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _steps(actions: tuple[Action, ...]) -> Iterator[dict[str, Any]]:
    for action in actions:
        match action:
            case Send(data):
                yield {"send": _in_json(data)}
            case Pause(seconds):
                yield {"pause": seconds}
            case Hold():
                yield {"hold": True}
            case Close():
                yield {"close": True}
            case Reset():
                yield {"reset": True}
            case _:
                raise TypeError(f"an action without bytes: {action!r}")


def _in_json(data: bytes) -> str | dict[str, str]:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii")}
