"""A saved run: one JSON document with a header, the subjects with their observations and verdicts, and a footer.

conformance/SAVED_RUN.md describes the format for readers in any language.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from llm_conformance.records.codec import decode_subject, decode_verdict, encode_fitness, encode_subject, encode_verdict
from llm_conformance.records.fitness import Fitness
from llm_conformance.records.run_file import read, write
from llm_conformance.records.schema import Schema, common, missing_field, schema
from llm_conformance.records.sharing import pack, unpack
from llm_conformance.records.subject_info import NOT_LOADED, SubjectInfo
from llm_conformance.records.verdict import Verdict

FORMAT = 4
_PROMPTS = 3
# More calls than a run can make, and more seconds.
_MOST = 1e12


class SavedRunError(ValueError):
    """The file is not a saved run, or not a whole one."""


@dataclass(slots=True)
class SubjectRecord:
    """The observations and verdicts on one subject.

    observations: JSON data, by scenario and attempt.
    recorded: the fields that the records had when they were made.
    partial: why some checks of the subject have no verdict, such as "1 of 118 checks selected"; empty if all have one.
    fitness: how fit the model is for each purpose; empty for a partial run.
    arguments: the options of pytest that judge the subject again, with secrets redacted; empty if pytest did not run.
    calls: the number of answers that the model was asked for. seconds: the time in which it was called.
    """

    subject_info: SubjectInfo
    observations: dict[str, Any] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    recorded: Schema = field(default_factory=schema)
    partial: str = ""
    arguments: tuple[str, ...] = ()
    fitness: tuple[Fitness, ...] = ()
    calls: int = 0
    seconds: float = 0.0


class SavedRun(NamedTuple):
    """What a file has: the subjects, the level that failed the run, and whether the run was interrupted.

    date: the day of the run in UTC, such as "2026-11-29"; empty if it is not known.
    """

    subjects: list[SubjectRecord]
    gate: str
    interrupted: bool
    date: str = ""


def begin(path: Path, *, gate: str) -> None:
    """Replace the file of an earlier run by one without an end, which `load` refuses; OSError where that fails."""
    write({"header": _header(gate, today(), schema())}, path)


def save(subjects: Mapping[str, SubjectRecord], path: Path, *, gate: str, interrupted: bool = False) -> None:
    """Write a run of today; OSError where the file cannot be written, which is then as it was before."""
    write_run(SavedRun([*subjects.values()], gate, interrupted, today()), path)


def write_run(run: SavedRun, path: Path) -> None:
    """Write a run as it is; OSError where the file cannot be written, which is then as it was before."""
    statuses = Counter(verdict.status.value for record in run.subjects for verdict in record.verdicts.values())
    recorded = common([one.recorded for one in run.subjects] or [schema()])
    document = {
        "header": _header(run.gate, run.date, recorded),
        "subjects": (_subject_data(record, recorded) for record in run.subjects),
        "footer": {
            "subjects": len(run.subjects),
            "interrupted": run.interrupted,
            "verdicts": dict(sorted(statuses.items())),
        },
    }
    write(document, path)


def today() -> str:
    """The day in UTC."""
    return f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"


def _subject_data(record: SubjectRecord, recorded: Schema) -> dict[str, Any]:
    verdicts = [encode_verdict(verdict) for verdict in record.verdicts.values()]
    return {
        "subject": encode_subject(record.subject_info),
        **({"records": record.recorded} if record.recorded != recorded else {}),
        "partial": record.partial,
        "arguments": list(record.arguments),
        "fitness": [encode_fitness(one) for one in record.fitness],
        "calls": record.calls,
        "seconds": record.seconds,
        **pack({"observations": record.observations, "verdicts": verdicts}),
    }


def _header(gate: str, date: str, recorded: Schema) -> dict[str, Any]:
    return {"format": FORMAT, "date": date, "gate": gate, "records": recorded}


def load(path: Path) -> SavedRun:
    """A saved run; SavedRunError says in one line what is wrong."""
    try:
        document = read(path)
    except OSError as error:
        raise SavedRunError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise SavedRunError(f"{path}: not JSON: {error}") from None
    interrupted = _interrupted(document, path)
    header = document["header"]
    try:
        recorded = header["records"]
        found = [_subject(data, recorded) for data in document["subjects"]]
        return SavedRun(found, str(header.get("gate", "must")), interrupted, _day(header.get("date", "")))
    except KeyError as error:
        raise SavedRunError(f"{path}: it lacks {error}; record it again") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise SavedRunError(f"{path}: {error}") from error
    except RecursionError:
        raise SavedRunError(f"{path}: it is nested too deep") from None


def _interrupted(document: Any, path: Path) -> bool:
    """Whether the run was interrupted; SavedRunError if the document is not a whole run of this format."""
    if not isinstance(document, dict) or not isinstance(document.get("header"), dict):
        raise SavedRunError(f"{path}: not a saved run: it has no header")
    header = document["header"]
    if (number := header.get("format")) != FORMAT:
        newer = isinstance(number, int) and number > FORMAT
        remedy = "judge it with the version that wrote it" if newer else "record it again"
        raise SavedRunError(f"{path}: format {number!r}; this version reads format {FORMAT}; {remedy}")
    subjects, footer = document.get("subjects"), document.get("footer")
    if not isinstance(subjects, list) or not isinstance(footer, dict):
        raise SavedRunError(f"{path}: not a whole run: it has no footer: it is under way, or it stopped before its end")
    if footer.get("subjects") != len(subjects):
        raise SavedRunError(f"{path}: not a whole run: it has a footer with another number of subjects")
    if not isinstance(interrupted := footer.get("interrupted"), bool):
        raise SavedRunError(f"{path}: its footer does not say whether the run was interrupted; record it again")
    return interrupted


def _day(date: Any) -> str:
    """The date in a header, empty if there is none; ValueError if it is not a day."""
    try:
        return f"{dt.date.fromisoformat(date)}" if date else ""
    except (ValueError, TypeError):
        raise ValueError(f"its date: expected a day such as 2026-11-29, got {date!r:.40}") from None


def only_subject(run: SavedRun, path: Path) -> SubjectRecord:
    """The subject of a whole run of one; SavedRunError if the run was interrupted or has another number of them."""
    if run.interrupted:
        raise SavedRunError(f"{path}: expected a whole run, got one that was interrupted")
    if len(run.subjects) != 1:
        raise SavedRunError(f"{path}: expected one subject, got {len(run.subjects)}")
    return run.subjects[0]


def _number(data: Mapping[str, Any], name: str) -> float:
    number = data[name]
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < _MOST:
        raise ValueError(f"{name}: expected a number from 0 to {_MOST:g}, got {number!r:.40}")
    return number


def _are_names(known: Any) -> bool:
    return isinstance(known, list) and all(isinstance(name, str) for name in known)


def _subject(data: Any, of_header: Schema) -> SubjectRecord:
    if not isinstance(data, dict):
        raise TypeError(f"subjects: expected an object, got {data!r:.40}")
    recorded = data.get("records", of_header)
    if not isinstance(recorded, dict) or not all(_are_names(one) for one in recorded.values()):
        raise TypeError(f"records: expected an object of lists of names, got {recorded!r:.40}")
    if missing := missing_field(SubjectInfo, recorded):
        raise ValueError(f"it was recorded without {missing}; record it again")
    whole = unpack({"observations": data["observations"], "verdicts": data.get("verdicts", [])})
    if not isinstance(verdicts := whole["verdicts"], list):
        raise TypeError(f"verdicts: expected an array, got {verdicts!r:.40}")
    subject = decode_subject(data["subject"])
    if subject.source_kind != NOT_LOADED and len(subject.prompts) != _PROMPTS:
        raise ValueError(f"expected {_PROMPTS} prompts, got {len(subject.prompts)}")
    by_check = {verdict.check: verdict for verdict in map(decode_verdict, verdicts)}
    if not isinstance(observations := whole["observations"], dict):
        raise TypeError(f"observations: expected an object, got {observations!r:.40}")
    partial, arguments = data.get("partial", ""), data.get("arguments", [])
    if not isinstance(partial, str):
        raise TypeError(f"partial: expected a text, got {partial!r:.40}")
    if not _are_names(arguments):
        raise TypeError(f"arguments: expected an array of texts, got {arguments!r:.40}")
    calls, seconds = int(_number(data, "calls")), float(_number(data, "seconds"))
    return SubjectRecord(
        subject, dict(observations), by_check, recorded, partial, tuple(arguments), calls=calls, seconds=seconds
    )
