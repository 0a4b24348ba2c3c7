"""A small saved run: one model, two observations, two verdicts."""

from __future__ import annotations

import json
import tempfile
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from llm_conformance.records import Control, Deviation, Finding, Kind, Level, Status, SubjectInfo, Text, Verdict
from llm_conformance.records.codec import encode
from llm_conformance.records.saved_run import SubjectRecord, save
from llm_conformance.records.stream import Stream
from llm_conformance.records.value import Value


def small_run() -> Any:
    """The document, to be changed."""
    return deepcopy(_saved())


@cache
def _saved() -> Any:
    """A small saved run of two verdicts."""
    chunks = tuple(Value("str", "str", text) for text in ("one ", "two"))
    observations = {"stream": encode(Stream(chunks=chunks)), "astream": encode(Stream(chunks=chunks[:1]))}
    passed = Verdict("stream.concat", Level.MUST, "STREAM-001", Status.PASSED)
    finding = Finding(Text(("a",)), "nothing", code="text-differs", scenario="astream", where="at the end", hint="h")
    failed = Verdict("astream.concat", Level.MUST, "STREAM-001", Status.FAILED, findings=(finding,))
    about = SubjectInfo(
        spec="acme:Model",
        kind=Kind.LLM,
        control=Control.BLACKBOX,
        method_owners={"invoke": "acme.Model", "stream": "acme.Model", "astream": "acme.Model"},
        prompts=("a", "b", "c"),
        claims={"streams": True},
        versions={"python": "3.12.1", "langchain-core": "1.0.0"},
        deviations=(Deviation(check="stream.lazy", reason="r"),),
        profile="pyproject.toml",
        hooks=("_stream",),
    )
    verdicts = {one.check: one for one in (passed, failed)}
    record = SubjectRecord(about, observations, verdicts, partial="2 of 9 checks", arguments=("--llm-impl=acme:Model",))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "run.json")
        save({about.spec: record}, path, gate="must")
        return json.loads(path.read_text(encoding="utf-8"))
