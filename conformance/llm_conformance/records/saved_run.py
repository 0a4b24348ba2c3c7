"""A saved run: one JSON document with a header, the subjects with what was seen of them, and a footer.

SAVED_RUN.md beside this file describes the format for readers in any language.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llm_conformance.catalogue.catalogue import SNAPSHOTS, checks_for
from llm_conformance.judge.judge import Judge
from llm_conformance.records import Observation, Status, SubjectInfo, Unavailable, Verdict
from llm_conformance.records.codec import decode, decode_subject, decode_verdict, encode_subject, encode_verdict
from llm_conformance.scenarios.registry import Scenario

FORMAT = 1


class SavedRunError(ValueError):
    """The file is no saved run, or not a whole one."""


@dataclass(slots=True)
class SubjectRecord:
    """What was seen and said of one subject. `observations` is JSON data, by scenario."""

    subject_info: SubjectInfo
    observations: dict[str, Any] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def judged_again(self) -> SubjectRecord:
        """The same observations with the verdicts of today's checks; what was never recorded is not testable.

        What was said of snapshots stands: what had been accepted is not recorded.

        RecordError where an observation is damaged.
        """
        seen = {name: self._decoded(name) for name in self.observations}

        def take(name: str, _scenario: Scenario, _used: tuple[Observation, ...]) -> Observation | Unavailable:
            return seen.get(name, Unavailable(Status.NOT_TESTABLE, "not recorded"))

        judge = Judge(self.subject_info, take)
        asked = [
            check.id
            for check in checks_for(self.subject_info.control)
            if not self.verdicts or check.id in self.verdicts
        ]
        verdicts = {name: judge.verdict(name) for name in asked}
        verdicts |= {name: verdict for name, verdict in self.verdicts.items() if name in SNAPSHOTS}
        return SubjectRecord(self.subject_info, self.observations, verdicts)

    def _decoded(self, name: str) -> Observation:
        try:
            return decode(self.observations[name])
        except ValueError as error:
            raise SavedRunError(f"{self.subject_info.spec}: observation {name!r}: {error}") from error


def save(subjects: Mapping[str, SubjectRecord], path: Path, *, gate: str) -> None:
    """Write a run; OSError where the file cannot be written."""
    words = Counter(verdict.status.value for record in subjects.values() for verdict in record.verdicts.values())
    document = {
        "header": {"format": FORMAT, "gate": gate},
        "subjects": [
            {
                "about": encode_subject(record.subject_info),
                "observations": record.observations,
                "verdicts": [encode_verdict(verdict) for verdict in record.verdicts.values()],
            }
            for record in subjects.values()
        ],
        "footer": {"subjects": len(subjects), "verdicts": dict(sorted(words.items()))},
    }
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> tuple[list[SubjectRecord], str]:
    """The subjects of a saved run, and the gate it was run with; RecordError says in one line what is wrong."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SavedRunError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise SavedRunError(f"{path}: not JSON: {error}") from None
    if not isinstance(document, dict) or not isinstance(document.get("header"), dict):
        raise SavedRunError(f"{path}: no saved run: it has no header")
    header = document["header"]
    if header.get("format") != FORMAT:
        raise SavedRunError(f"{path}: format {header.get('format')!r}; this version reads format {FORMAT}")
    subjects, footer = document.get("subjects"), document.get("footer")
    if not isinstance(subjects, list) or not isinstance(footer, dict) or footer.get("subjects") != len(subjects):
        raise SavedRunError(f"{path}: no whole run: it has no footer, or one that counts other subjects")
    try:
        return [_subject(data) for data in subjects], str(header.get("gate", "must"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SavedRunError(f"{path}: {error}") from error


def _subject(data: Mapping[str, Any]) -> SubjectRecord:
    verdicts = [decode_verdict(verdict) for verdict in data.get("verdicts", [])]
    about = decode_subject(data["about"])
    return SubjectRecord(about, dict(data["observations"]), {verdict.check: verdict for verdict in verdicts})
