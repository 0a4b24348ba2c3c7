"""Several saved runs as one: their subjects are taken over as JSON, so nothing of them is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llm_conformance.records.run_file import read
from llm_conformance.records.saved_run import SavedRunError, load
from llm_conformance.records.schema import Schema, common, schema


def merged(paths: Sequence[Path], gate: str = "") -> dict[str, Any]:
    """The document; SavedRunError if one of the files is not a whole run, or does not go with the others.

    gate: that of the new run; empty for that of all files.
    """
    runs = [load(path) for path in paths]
    documents = [(path, read(path)) for path in paths]
    headers = [one["header"] for _, one in documents]
    for path, document in documents:
        if not gate and document["header"].get("gate") != headers[0].get("gate"):
            gates = f"{document['header'].get('gate')!r}, and that of {paths[0]} is {headers[0].get('gate')!r}"
            raise SavedRunError(f"{path}: its gate is {gates}; give the gate of the new run, such as --llm-gate=must")
    _require_different(documents)
    recorded = [subject.recorded for run in runs for subject in run.subjects]
    records = common(recorded or [schema()])
    found = [one for _, document in documents for one in document["subjects"]]
    subjects = [_with_records(one, own, records) for one, own in zip(found, recorded, strict=True)]
    footers = [one["footer"] for _, one in documents]
    verdicts = [verdict for run in runs for subject in run.subjects for verdict in subject.verdicts.values()]
    statuses = Counter(verdict.status.value for verdict in verdicts)
    return {
        "header": {
            **headers[0],
            **({"gate": gate} if gate else {}),
            "records": records,
            "date": max(str(one.get("date", "")) for one in headers),
        },
        "subjects": subjects,
        "footer": {
            "subjects": len(subjects),
            "interrupted": any(one["interrupted"] for one in footers),
            "verdicts": dict(sorted(statuses.items())),
        },
    }


def _with_records(subject: Any, own: Schema, of_header: Schema) -> Any:
    """The subject, which says itself what its records have where the header does not say all of it."""
    return subject if own == of_header else {**subject, "records": own}


def _require_different(documents: Sequence[tuple[Path, Any]]) -> None:
    """Raise SavedRunError for a subject that two runs judge in the same way: a reader would count it twice."""
    known: dict[str, Path] = {}
    for path, document in documents:
        for one in document["subjects"]:
            spec, how = one["subject"]["spec"], one["subject"]["control"]
            key = repr((spec, how, one.get("arguments")))
            if key in known:
                raise SavedRunError(f"{path}: {spec} is in {known[key]}, too, with the same options")
            known[key] = path
