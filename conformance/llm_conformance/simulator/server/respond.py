"""From a request to its response: path to format, prompts to cases, cases to actions. An error is a response too.

Uses neither a socket nor a clock. `RegisteredCases` carries the number of earlier requests.
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
from llm_conformance.simulator.formats.asked import TEXT_ONLY, Asked
from llm_conformance.simulator.formats.openai.error import refuse
from llm_conformance.simulator.http.credentials import credentials
from llm_conformance.simulator.http.host import is_foreign_page, is_loopback
from llm_conformance.simulator.http.request import Head
from llm_conformance.simulator.server.model_pages import PAGES, model_page
from llm_conformance.simulator.server.path_case import case_at_path
from llm_conformance.simulator.server.registered import RegisteredCases
from llm_conformance.simulator.server.timing import timed

_UNAUTHORIZED, _FORBIDDEN, _MISDIRECTED = 401, 403, 421


@dataclass(frozen=True, slots=True)
class Decision:
    """The parsed request and its response. `fault` is the fault that was applied, if one was."""

    body: Any
    nonces: tuple[str, ...]
    actions: Actions
    status: int | None
    fault: str | None = None
    prompts: tuple[str, ...] = ()
    asked: Asked = TEXT_ONLY


def respond(head: Head, content: bytes, cases: RegisteredCases, serial: int) -> Decision:
    """The response of the format at this path, from the registered cases."""
    body = _parsed(content)
    form, implied, prefix = format_at(head.path, head.query)
    try:
        _require_this_machine(head)
        if (page := model_page(head, body)) is not None:
            _require_key(head, cases)
            return Decision(body, (), page.actions(), page.status)
        path_case = _case_at(head, form, prefix, cases)
    except ProviderError as error:
        # The URL does not select a format; most clients can read an error in OpenAI's format.
        return Decision(body, (), refuse(error, serial).actions(), error.status)
    parameters = {**body, **implied} if isinstance(body, dict) else None
    nonces: tuple[str, ...] = ()
    asked = TEXT_ONLY
    try:
        request = form.read(_object(parameters))
        asked = request.asked
        prompts = request.prompts
        if request.asked_before is not None and not any(_matching_cases(one, cases.cases) for one in prompts):
            prompts = (request.asked_before,)
        found = [(path_case,) if path_case else _matching_cases(prompt, cases.cases) for prompt in prompts]
        nonces = tuple(dict.fromkeys(case.nonce for several in found for case in several))
        chosen = [_only_case(form, several) for several in found]
        fault = _fault(chosen, form)
        _require_key(head, cases)
    except ProviderError as error:
        refused = _refused(form, error, serial, parameters)
        return Decision(body, nonces, refused.actions(), refused.status, asked=asked)
    answered = [fault.case(case) for case in chosen]
    answer = request.answer(answered, serial)
    faultless = timed(answer.actions(), answered)
    attempt = 1 + max(cases.attempts.get(nonce, 0) for nonce in nonces)
    traits = RequestTraits(
        attempt=attempt,
        streamed=answer.streamed,
        gzip="gzip" in head.headers.get("accept-encoding", ""),
        in_array=answer.in_array,
    )
    actions = _render_errors(fault.apply(faultless, traits), form, serial, in_array=answer.in_array)
    changed = actions != faultless or (answered != chosen and (answer.streamed or fault.finish is None))
    applied = fault.name if changed else None
    return Decision(body, nonces, actions, _status(actions, answer), applied, prompts, asked)


def _parsed(content: bytes) -> Any:
    """The JSON of a body; None if it is not JSON, which every format rejects."""
    try:
        return json.loads(content.decode())
    except (ValueError, RecursionError):
        return None


def _case_at(head: Head, form: Format, prefix: str, cases: RegisteredCases) -> Case | None:
    """The case that the path selects, if it does. Raises ProviderError if the URL is not served."""
    answers = (f"POST {path}" for known in FORMATS.values() for path in known.paths)
    served = ", ".join((*answers, *PAGES))
    unknown = f"unknown URL: {head.method} {head.path}; this simulator serves {served}"
    if head.method != "POST":
        raise ProviderError(404, unknown)
    try:
        return case_at_path(prefix, form, cases.path_cases)
    except ProviderError as error:
        raise ProviderError(404, f"{unknown}, alone or below /<golden>/<fault>: {error.message}") from None


def _object(body: dict[str, Any] | None) -> dict[str, Any]:
    if body is None:
        raise ProviderError(400, "the request body must be a JSON object")
    return body


def _refused(form: Format, error: ProviderError, serial: int, body: dict[str, Any] | None) -> Answer:
    # Keys are tested in front of a model server, so their error is that of a request without streaming.
    streams = body is not None and body.get("stream") is True and error.status != _UNAUTHORIZED
    return (form.refuse_stream if streams and form.refuse_stream else form.refuse)(error, serial)


def _matching_cases(prompt: str, cases: Sequence[Case]) -> tuple[Case, ...]:
    return tuple(case for case in cases if case.nonce in prompt)


def _only_case(form: Format, found: tuple[Case, ...]) -> Case:
    """The only case of a prompt. Raises ProviderError unless there is exactly one, in the requested format."""
    if not found:
        raise ProviderError(400, "the prompt does not contain the nonce of a registered case", "prompt")
    if len(found) > 1:
        nonces = ", ".join(repr(case.nonce) for case in found)
        raise ProviderError(400, f"the prompt contains the nonces of several cases: {nonces}", "prompt")
    if found[0].format != form.name:
        message = f"case {found[0].nonce!r} is registered for {found[0].format!r}, but the request uses {form.name!r}"
        raise ProviderError(400, message, "prompt")
    return found[0]


def _fault(chosen: Sequence[Case], form: Format) -> Fault:
    """The fault of a request. Raises ProviderError if its prompts have different faults."""
    names = list(dict.fromkeys(case.fault for case in chosen))
    if len(names) > 1:
        raise ProviderError(400, f"the cases of one request have different faults: {', '.join(names)}", "prompt")
    fault = fault_named(names[0])
    if form.name not in fault.formats:
        message = f"fault {fault.name!r} does not apply to {form.name!r}, only to {', '.join(fault.formats)}"
        raise ProviderError(400, message, "prompt")
    return fault


def _require_this_machine(head: Head) -> None:
    if not is_loopback(host := head.headers.get("host")):
        message = f"this simulator serves 127.0.0.1 and localhost, not the host {host!r} of the request"
        raise ProviderError(_MISDIRECTED, message)
    if is_foreign_page(origin := head.headers.get("origin")):
        raise ProviderError(_FORBIDDEN, f"this simulator does not answer the web page {origin!r}")


def _require_key(head: Head, cases: RegisteredCases) -> None:
    if cases.needs_key and not credentials(head):
        raise ProviderError(_UNAUTHORIZED, "the request has no API key")


def _status(actions: Actions, answer: Answer) -> int | None:
    """The status that the client receives; None if it receives nothing."""
    for action in actions:
        match action:
            case ResponseHead(status):
                return status
            case Send():  # already bytes: a fault has split the response head as well
                return answer.status
    return None


def _render_errors(actions: Actions, form: Format, serial: int, *, in_array: bool) -> Actions:
    """The actions with every error rendered in the provider's format."""
    if not any(isinstance(action, ErrorEvent | ErrorResponse) for action in actions):
        return actions
    rendered: list[Action] = []
    for action in actions:
        match action:
            case ErrorEvent(error):
                before = sum(isinstance(one, Event) for one in rendered)
                rendered.append(Event(form.error_event(error, before, in_array=in_array)))
            case ErrorResponse(error, headers):
                start, *rest = form.refuse(error, serial).actions()
                rendered += [
                    replace(start, headers=(*start.headers, *headers)) if isinstance(start, ResponseHead) else start,
                    *rest,
                ]
            case _:
                rendered.append(action)
    return tuple(rendered)
