"""The page of HTML, taken apart: its elements, its texts, and what its script unpacks."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from functools import cached_property
from html.parser import HTMLParser
from typing import Any

from checks.records import about, complete_run, message, reply, stream
from llm_conformance.records import (
    CallbackEvent,
    CallbackLog,
    ChatAnswer,
    ChatAnswers,
    ControlledOutcome,
    FaultResponse,
    Finding,
    GenerationRecord,
    Level,
    Milestone,
    Observation,
    Raised,
    Requests,
    Status,
    Text,
    Value,
    Verdict,
)
from llm_conformance.records.codec import encode
from llm_conformance.records.saved_run import SavedRun, SubjectRecord

HOSTILE = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(2)">',
    "\" onmouseover='alert(3)",
    "</script></style></template><svg onload=alert(4)>",
    " javascript:alert(5) https://evil.example/pixel.png ",
    "{{ 7 * 7 }}{% raw %}`&lt;b&gt;`",
    "\x1b[31mred\x1b[0m\x07\x00\n",
    "\u202egnirts\u202c\u200b\ufeff\ud800",
    "\u05e9\u05dc\u05d5\u05dd",
    "\u0301\u0327",
)
EVERYTHING = "".join(HOSTILE)
# The bytes of a response: markup, controls, halves of characters, and bytes that are no character.
BYTES = (
    "HTTP/1.1 200 OK\r\n\r\n",
    *(one.encode("utf-8", "replace").decode("latin-1") for one in HOSTILE),
    "\xe2\x82",
    "\xac\xff",
)
_VOID = {"meta", "link", "input", "br"}


class Page(HTMLParser):
    """A document, or a fragment of one: its elements with their attributes, and its visible text."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.scripts: dict[str, str] = {}
        self._inside: str = ""
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs)
        if tag not in _VOID:
            self.open.append(tag)
        if tag in {"script", "style"}:
            self._inside = dict(attrs).get("id") or tag
            self.scripts[self._inside] = ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[self._inside] += data
        else:
            self.text += data

    def attributes(self, name: str) -> list[str]:
        """The values that the attribute has on the page."""
        return [attributes[name] or "" for _, attributes in self.elements if name in attributes]

    def unpacked(self, name: str) -> Any:
        """What the script unpacks of that block."""
        return json.loads(gzip.decompress(base64.b64decode(self.scripts[name])))

    @cached_property
    def fragments(self) -> list[Page]:
        """All that the script can put on the page."""
        return [Page(one) for name in self.scripts if name == "rules" or name[1:].isdigit() for one in self._of(name)]

    def _of(self, name: str) -> Iterator[str]:
        for part in self.unpacked(name).values():
            yield from (part,) if isinstance(part, str) else part.values()


def hostile_run() -> SavedRun:
    """A run of a subject that puts markup, control characters and addresses into everything that it can name."""
    chat = Value("acme.AIMessage", "object", text=EVERYTHING, fields={"id": Value("str", "str", text=EVERYTHING)})
    raised = Raised(EVERYTHING, EVERYTHING, (EVERYTHING,), EVERYTHING, traceback="\n".join(HOSTILE))
    generations = (GenerationRecord(sent=3, total=len(HOSTILE), outcome=EVERYTHING),)
    controlled = ControlledOutcome(
        tokens=HOSTILE,
        chunks=tuple(message(one) for one in HOSTILE[:2]),
        generations=generations,
        raised=raised,
        milestones={Milestone.CANCEL_REQUESTED: 1},
        prompt=EVERYTHING,
        leftovers=(EVERYTHING,),
    )
    fault = FaultResponse(
        tokens=HOSTILE, generations=generations, fault=EVERYTHING, expected="raises", tokens_sent=1, sent=(BYTES,)
    )
    observations: dict[str, Observation] = {
        "stream": stream(*HOSTILE, times=tuple(range(len(HOSTILE))), seconds=12, total=message(EVERYTHING)),
        "astream": stream(*HOSTILE, raised=raised, times=tuple(range(len(HOSTILE)))),
        "invoke": reply(chat),
        "events_v2": complete_run(*HOSTILE, name=EVERYTHING, tags=[EVERYTHING], run_id=EVERYTHING),
        "chat_answers[stream]": ChatAnswers(by_label={EVERYTHING: ChatAnswer(chunks=(chat,), message=chat)}),
        "callbacks[stream]": CallbackLog(events=(CallbackEvent(EVERYTHING, EVERYTHING, errors=(EVERYTHING,)),)),
        "cancel[astream]": controlled,
        "stream_under[stall]": fault,
        "requests": Requests(by_label={EVERYTHING: {EVERYTHING: EVERYTHING}, "stream": {}}),
    }
    verdicts = [
        hostile_verdict(check, scenario)
        for check, scenario in (
            ("stream.concat", "stream"),
            ("invoke.completes", "invoke"),
            ("events.text", "events_v2"),
            ("calls.exact", "chat_answers[stream]"),
            ("callbacks.tokens", "callbacks[stream]"),
            ("cancel.astream", "cancel[astream]"),
            ("wire.stall[stall]", "stream_under[stall]"),
            ("wire.same-request", "requests"),
        )
    ]
    verdicts.append(Verdict("stream.exact", Level.MUST, "", Status.BLOCKED, EVERYTHING, blocked_by=EVERYTHING))
    subject = about()
    data = {name: encode(one) for name, one in observations.items()}
    record = SubjectRecord(subject, data, {one.check: one for one in verdicts}, arguments=(EVERYTHING,))
    return SavedRun([record], "must", interrupted=False, date="2026-11-29")


def hostile_verdict(check: str, scenario: str) -> Verdict:
    finding = Finding(
        EVERYTHING,
        Text(HOSTILE),
        code=EVERYTHING,
        at=100,
        scenario=scenario,
        where=f"{EVERYTHING}, a place",
        hint=EVERYTHING,
        sides=(EVERYTHING, EVERYTHING),
    )
    return Verdict(check, Level.MUST, "STREAM-001", Status.FAILED, EVERYTHING, (finding,), details="\n".join(HOSTILE))
