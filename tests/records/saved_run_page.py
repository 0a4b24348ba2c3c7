"""The tables of SAVED_RUN.md, made from the dataclasses of `records/`: fields, JSON types and the docstrings' lines."""

from __future__ import annotations

import inspect
import json
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from llm_conformance.records import (
    CallbackEvent,
    CallOutcome,
    ChatAnswer,
    Cost,
    Deviation,
    Event,
    Finding,
    GenerationRecord,
    Hung,
    IteratorOutcome,
    NotExercised,
    Observation,
    Projection,
    Raised,
    Stalls,
    SubjectInfo,
    Text,
    V3Event,
    Value,
    Verdict,
)

KINDS: tuple[type[Any], ...] = get_args(Observation)
SHARED: tuple[type[Any], ...] = (CallOutcome, IteratorOutcome)
PARTS: tuple[type[Any], ...] = (Raised, Hung, Stalls, CallbackEvent, ChatAnswer, GenerationRecord, Cost, Projection)
TABLES: dict[str, tuple[type[Any], ...]] = {
    "subject": (SubjectInfo, Deviation),
    "observations": (*SHARED, *PARTS),
    "kinds": KINDS,
    "value": (Value,),
    "verdicts": (Verdict, Finding, NotExercised),
}
_NAMES = {
    str: "text",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
    Value: "[value](#values)",
    Event: "[value](#values)",
    V3Event: "[value](#values)",
    Text: '`{"chunks": [..]}`',
}
# The page describes their JSON in prose.
WITH_OWN_FORM = {Event, V3Event, Text}

# Fields whose names need no line in the docstring.
_PLAIN: dict[type[Any], dict[str, str]] = {
    Verdict: {
        "check": "The id of the check",
        "level": "Its level",
        "clause": "The clause of the contract",
        "status": "The verdict; docs/read-a-finding.md explains each word",
        "reason": "Why, if the status needs a reason",
        "findings": "The violations",
        "details": "A traceback of the model, or of the harness",
    },
    Deviation: {
        "check": "The id of the check",
        "reason": "Why the model deviates",
        "mode": "How the deviation shows",
        "link": "Where to read more",
    },
    Finding: {"expected": "What the rule demands", "actual": "What was observed"},
}


def insert(page: str) -> str:
    """The page with each table between its two marks made again."""
    for name in TABLES:
        begin, end = f"<!-- table: {name} -->\n", "<!-- end of table -->"
        before, mark, rest = page.partition(begin)
        _, end, after = rest.partition(end)
        if not mark or not end:
            raise ValueError(
                f"SAVED_RUN.md has no place for the table {name!r}: {begin.strip()} .. <!-- end of table -->"
            )
        page = "".join([before, begin, "\n", *(f"{line}\n" for line in section(name)), end, after])
    return page


def section(name: str) -> Iterator[str]:
    """One table for each dataclass of that name."""
    for record in TABLES[name]:
        yield f"#### {title(record)[0].upper()}{title(record)[1:]}"
        yield ""
        yield summary(record)
        yield ""
        yield "| key | type | default | what it is |"
        yield "|---|---|---|---|"
        texts, types_of = descriptions(record), get_type_hints(record)
        for field in own_fields(record):
            kind, text = json_type(types_of[field.name]), texts[field.name].rstrip(".")
            yield f"| `{field.name}` | {kind} | {default(field)} | {text} |"
        yield ""


def title(record: type[Any]) -> str:
    """The heading: the kind where the record has one, with what it extends."""
    if record in KINDS:
        base = record.__mro__[1]
        return f"`{record.kind}`" + ("" if base is CallOutcome else f", with the keys of {title(base)}")
    return {CallOutcome: "every call", IteratorOutcome: "an iterator"}.get(record, record.__name__)


def own_fields(record: type[Any]) -> tuple[Field[Any], ...]:
    """The fields that the record does not inherit."""
    inherited = {field.name for base in record.__mro__[1:-1] for field in fields(base)}
    return tuple(field for field in fields(record) if field.name not in inherited)


def default(field: Field[Any]) -> str:
    """The value that a key which is left out stands for."""
    if field.default_factory is not MISSING:
        return "`{}`"
    return "required" if field.default is MISSING else f"`{json.dumps(field.default)}`"


def summary(record: type[Any]) -> str:
    """The first paragraph of the docstring."""
    return " ".join(_paragraphs(record)[0].split())


def descriptions(record: type[Any]) -> dict[str, str]:
    """By field, what the docstring says behind its name and a colon; TypeError names a field without a description."""
    names = "|".join(field.name for field in fields(record))
    mark = re.compile(rf"(?:^|(?<=\. ))((?:{names})(?:, (?:{names}))*): ", re.MULTILINE)
    found = dict(_PLAIN.get(record, {}))
    for paragraph in _paragraphs(record)[1:]:
        _, *parts = mark.split(paragraph)
        for keys, text in zip(parts[::2], parts[1::2], strict=True):
            found |= dict.fromkeys(keys.split(", "), _capitalised(" ".join(text.split())))
    if missing := [field.name for field in own_fields(record) if field.name not in found]:
        raise TypeError(f"{record.__name__}: the docstring describes no {', '.join(missing)}")
    return found


def json_type(hint: Any) -> str:
    """The type in the terms of JSON."""
    if hint in _NAMES:
        return _NAMES[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return " or ".join(json_type(one) for one in arguments)
    if origin is tuple:
        return f"list of {_plural(json_type(arguments[0]))}"
    if origin is not None and issubclass(origin, Mapping):
        keys = "" if arguments[0] is str else f"; the keys are {json_type(arguments[0])}"
        return f"object of {_plural(json_type(arguments[1]))}{keys}"
    if issubclass(hint, StrEnum):
        return ", ".join(f'`"{one}"`' for one in hint)
    return f"`{hint.kind}`" if hint in KINDS else str(hint.__name__)


def _plural(word: str) -> str:
    if word.startswith(("list of", "object of")):
        return word.replace(" of", "s of", 1)
    return {"text": "texts", "integer": "integers", "number": "numbers", "[value](#values)": "[values](#values)"}.get(
        word, word
    )


def _capitalised(text: str) -> str:
    text = re.sub(r"\bNone\b", "null", text)
    return text[:1].upper() + text[1:].replace("|", "\\|")


def _paragraphs(record: type[Any]) -> list[str]:
    text = inspect.getdoc(record)
    if not text:
        raise TypeError(f"{record.__name__} has no docstring, which is its description")
    return re.split(r"\n\s*\n", text)
