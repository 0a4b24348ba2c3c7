"""From a request to its answer: path to format, prompts to cases. Pure, and every way to fail is an answer too."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from llm_conformance.simulator.action import Answer
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.formats import FORMATS, Format, Refusal, format_at
from llm_conformance.simulator.formats.openai_error import refuse
from llm_conformance.simulator.message import Head


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What was understood of a request, and what it is answered."""

    body: Any
    nonces: tuple[str, ...]
    answer: Answer


def dispatch(head: Head, content: bytes, cases: Sequence[Case], serial: int) -> Dispatch:
    """Have the format at this path answer with the announced cases."""
    body = _parsed(content)
    form = format_at(head.path)
    if form is None or head.method != "POST":
        served = ", ".join(f"POST {known.path}" for known in FORMATS.values())
        unknown = Refusal(404, f"unknown URL: {head.method} {head.path}; this simulator serves {served}")
        # No format answers here; OpenAI's shape is the one most clients can read.
        return Dispatch(body, (), refuse(unknown, serial))
    nonces: tuple[str, ...] = ()
    try:
        order = form.read(body)
        found = [_found(prompt, cases) for prompt in order.prompts]
        nonces = tuple(dict.fromkeys(case.nonce for several in found for case in several))
        chosen = [_chosen(form, several) for several in found]
        return Dispatch(body, nonces, order.answer(chosen, serial))
    except Refusal as refusal:
        return Dispatch(body, nonces, form.refuse(refusal, serial))


def _parsed(content: bytes) -> Any:
    """The JSON of a body; None where it is none, which no format takes for a request."""
    try:
        return json.loads(content.decode())
    except (ValueError, RecursionError):
        return None


def _found(prompt: str, cases: Sequence[Case]) -> tuple[Case, ...]:
    return tuple(case for case in cases if case.nonce in prompt)


def _chosen(form: Format, found: tuple[Case, ...]) -> Case:
    """The one case of a prompt, which must speak the format that was asked."""
    if not found:
        raise Refusal(
            400, "no announced case is found in the prompt: none of the announced nonces stands in it", "prompt"
        )
    if len(found) > 1:
        nonces = ", ".join(repr(case.nonce) for case in found)
        raise Refusal(400, f"the prompt holds the nonces of several cases: {nonces}", "prompt")
    if found[0].format != form.name:
        message = f"case {found[0].nonce!r} was announced for {found[0].format!r}, asked was {form.name!r}"
        raise Refusal(400, message, "prompt")
    return found[0]
