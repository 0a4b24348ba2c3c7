"""From a request to its answer: path to format, prompts to cases, cases to actions. Every way to fail is one too.

Pure: no socket, no clock. What the server did before is told by the board.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from llm_conformance.simulator.actions import (
    Action,
    Actions,
    Answer,
    ErrorEvent,
    ErrorResponse,
    Event,
    ResponseHead,
    Send,
)
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.faults import Fault, RequestTraits, fault_named
from llm_conformance.simulator.formats import FORMATS, Format, ProviderError, format_at
from llm_conformance.simulator.formats.openai_error import refuse
from llm_conformance.simulator.http.request import Head
from llm_conformance.simulator.server.path_case import case_at_path
from llm_conformance.simulator.server.registered import RegisteredCases
from llm_conformance.simulator.server.timing import timed


@dataclass(frozen=True, slots=True)
class Decision:
    """What was understood of a request, and what is to be done. `fault` is the one that was played, if any was."""

    body: Any
    nonces: tuple[str, ...]
    actions: Actions
    status: int | None
    fault: str | None = None


def respond(head: Head, content: bytes, cases: RegisteredCases, serial: int) -> Decision:
    """Have the format at this path answer with the announced cases."""
    body = _parsed(content)
    form, end, place = format_at(head.path)
    try:
        housed = _case_at(head, form, place, cases)
    except ProviderError as refusal:
        # No format answers here; OpenAI's shape is the one most clients can read.
        return Decision(body, (), refuse(refusal, serial).actions(), refusal.status)
    wanted = {**body, **form.paths[end]} if isinstance(body, dict) else None
    nonces: tuple[str, ...] = ()
    try:
        order = form.read(_object(wanted))
        found = [(housed,) if housed else _matching_cases(prompt, cases.cases) for prompt in order.prompts]
        nonces = tuple(dict.fromkeys(case.nonce for several in found for case in several))
        chosen = [_only_case(form, several) for several in found]
        fault = _fault(chosen, form)
    except ProviderError as refusal:
        told = _refused(form, refusal, serial, wanted)
        return Decision(body, nonces, told.actions(), told.status)
    spoken = [replace(case, golden=fault.answer(case.golden)) for case in chosen]
    answer = order.answer(spoken, serial)
    undisturbed = timed(answer.actions(), spoken)
    attempt = 1 + max(cases.attempts.get(nonce, 0) for nonce in nonces)
    asked = RequestTraits(
        attempt=attempt, streamed=answer.streamed, gzip="gzip" in head.headers.get("accept-encoding", "")
    )
    actions = _render_errors(fault.apply(undisturbed, asked), form, serial)
    played = fault.name if actions != undisturbed or spoken != chosen else None
    return Decision(body, nonces, actions, _status(actions, answer), played)


def _parsed(content: bytes) -> Any:
    """The JSON of a body; None where it is none, which no format takes for a request."""
    try:
        return json.loads(content.decode())
    except (ValueError, RecursionError):
        return None


def _case_at(head: Head, form: Format, place: str, board: RegisteredCases) -> Case | None:
    """The case that the path names, if it names one; refused where nothing is served."""
    served = ", ".join(f"POST {path}" for known in FORMATS.values() for path in known.paths)
    unknown = f"unknown URL: {head.method} {head.path}; this simulator serves {served}"
    if head.method != "POST":
        raise ProviderError(404, unknown)
    try:
        return case_at_path(place, form, board.addresses)
    except ProviderError as refusal:
        raise ProviderError(404, f"{unknown}, alone and below /<golden>/<fault>: {refusal.message}") from None


def _object(body: dict[str, Any] | None) -> dict[str, Any]:
    if body is None:
        raise ProviderError(400, "the request body must be a JSON object")
    return body


def _refused(form: Format, refusal: ProviderError, serial: int, body: dict[str, Any] | None) -> Answer:
    streams = body is not None and body.get("stream") is True
    return (form.refuse_stream if streams and form.refuse_stream else form.refuse)(refusal, serial)


def _matching_cases(prompt: str, cases: Sequence[Case]) -> tuple[Case, ...]:
    return tuple(case for case in cases if case.nonce in prompt)


def _only_case(form: Format, found: tuple[Case, ...]) -> Case:
    """The one case of a prompt, which must speak the format that was asked."""
    if not found:
        raise ProviderError(
            400, "no announced case is found in the prompt: none of the announced nonces stands in it", "prompt"
        )
    if len(found) > 1:
        nonces = ", ".join(repr(case.nonce) for case in found)
        raise ProviderError(400, f"the prompt holds the nonces of several cases: {nonces}", "prompt")
    if found[0].format != form.name:
        message = f"case {found[0].nonce!r} was announced for {found[0].format!r}, asked was {form.name!r}"
        raise ProviderError(400, message, "prompt")
    return found[0]


def _fault(chosen: Sequence[Case], form: Format) -> Fault:
    """The fault of a request, which is one even if its prompts are several."""
    names = list(dict.fromkeys(case.fault for case in chosen))
    if len(names) > 1:
        raise ProviderError(400, f"the cases of one request have different faults: {', '.join(names)}", "prompt")
    fault = fault_named(names[0])
    if form.name not in fault.formats:
        message = f"fault {fault.name!r} does not apply to {form.name!r}, only to {', '.join(fault.formats)}"
        raise ProviderError(400, message, "prompt")
    return fault


def _status(actions: Actions, answer: Answer) -> int | None:
    """The status that the client is told; None if it is told nothing."""
    for action in actions:
        match action:
            case ResponseHead(status):
                return status
            case Send():  # bytes already: a fault that takes the whole answer apart
                return answer.status
    return None


def _render_errors(actions: Actions, form: Format, serial: int) -> Actions:
    """The actions with every error in the words of the provider."""
    if not any(isinstance(action, ErrorEvent | ErrorResponse) for action in actions):
        return actions
    told: list[Action] = []
    for action in actions:
        match action:
            case ErrorEvent(refusal):
                told.append(Event(form.fail(refusal)))
            case ErrorResponse(refusal, headers):
                start, *rest = form.refuse(refusal, serial).actions()
                told += [
                    replace(start, headers=(*start.headers, *headers)) if isinstance(start, ResponseHead) else start,
                    *rest,
                ]
            case _:
                told.append(action)
    return tuple(told)
