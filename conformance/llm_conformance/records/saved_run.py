"""A saved run: one JSON document with a header, the subjects with their observations and verdicts, and a footer.

conformance/SAVED_RUN.md describes the format for readers in any language.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llm_conformance.records.codec import decode_subject, decode_verdict, encode_subject, encode_verdict
from llm_conformance.records.schema import Schema, missing_field, schema
from llm_conformance.records.subject_info import SubjectInfo
from llm_conformance.records.verdict import Verdict

FORMAT = 2
_PROMPTS = 3


class SavedRunError(ValueError):
    """The file is not a saved run, or not a whole one."""


@dataclass(slots=True)
class SubjectRecord:
    """The observations and verdicts on one subject.

    observations: JSON data, by scenario and attempt.
    recorded: the fields that the records had when they were made.
    """

    subject_info: SubjectInfo
    observations: dict[str, Any] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    recorded: Schema = field(default_factory=schema)


def save(subjects: Mapping[str, SubjectRecord], path: Path, *, gate: str) -> None:
    """Write a run; OSError where the file cannot be written."""
    statuses = Counter(verdict.status.value for record in subjects.values() for verdict in record.verdicts.values())
    document = {
        "header": {"format": FORMAT, "gate": gate, "records": schema()},
        "subjects": [
            {
                "subject": encode_subject(record.subject_info),
                "observations": record.observations,
                "verdicts": [encode_verdict(verdict) for verdict in record.verdicts.values()],
            }
            for record in subjects.values()
        ],
        "footer": {"subjects": len(subjects), "verdicts": dict(sorted(statuses.items()))},
    }
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> tuple[list[SubjectRecord], str]:
    """The subjects of a saved run, and the gate it was run with; SavedRunError says in one line what is wrong."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SavedRunError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise SavedRunError(f"{path}: not JSON: {error}") from None
    if not isinstance(document, dict) or not isinstance(document.get("header"), dict):
        raise SavedRunError(f"{path}: not a saved run: it has no header")
    header = document["header"]
    if header.get("format") != FORMAT:
        raise SavedRunError(f"{path}: format {header.get('format')!r}; this version reads format {FORMAT}")
    subjects, footer = document.get("subjects"), document.get("footer")
    if not isinstance(subjects, list) or not isinstance(footer, dict) or footer.get("subjects") != len(subjects):
        raise SavedRunError(f"{path}: not a whole run: it has no footer, or one with another number of subjects")
    try:
        recorded = header["records"]
        return [_subject(data, recorded) for data in subjects], str(header.get("gate", "must"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SavedRunError(f"{path}: {error}") from error


def _subject(data: Mapping[str, Any], recorded: Schema) -> SubjectRecord:
    if missing := missing_field(SubjectInfo, recorded):
        raise ValueError(f"it was recorded without {missing}; record it again")
    verdicts = [decode_verdict(verdict) for verdict in data.get("verdicts", [])]
    subject = decode_subject(data["subject"])
    if len(subject.prompts) != _PROMPTS:
        raise ValueError(f"expected {_PROMPTS} prompts, got {len(subject.prompts)}")
    by_check = {verdict.check: verdict for verdict in verdicts}
    if not isinstance(data["observations"], dict):
        raise TypeError(f"observations: expected an object, got {data['observations']!r:.40}")
    return SubjectRecord(subject, dict(data["observations"]), by_check, recorded)
