"""Compares the verdicts of two versions of the suite on every subject that the tests have.

python tests/verdicts.py save FOLDER [PART/PARTS]     judges every defect, every conforming model, the reference and the
                                                      presets that are installed, and saves one run for each
python tests/verdicts.py compare OLD NEW [NAMES.json] prints each verdict and finding that differs, and exits with 1

NAMES.json maps old names of checks, scenarios and keys to new ones: {"checks": {..}, "scenarios": {..}, "keys": {..},
"statuses": {"not testable": ["not testable", "inconclusive"]}}. Prose is not compared: a finding is the same when it is
about the same scenario, and its literal texts and their first difference are equal.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from llm_conformance.catalogue.catalogue import SCENARIOS
from llm_conformance.records import Control
from llm_conformance.records.saved_run import save
from llm_conformance.records.sharing import unpack
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec, LoadError
from llm_zoo import DEFECTS, Defect
from zoo import test_conforming_models as conforming

_PUBLISHED = ("OpenAI", "ChatOpenAI")
_RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27,}|0x[0-9a-f]+|[0-9a-f]{8}-[0-9]{5}")


def subjects() -> Iterator[tuple[str, ImplSpec, dict[str, Any]]]:
    """Each subject: a file name, its spec, and the arguments of the run."""
    for model, defect in DEFECTS.items():
        yield f"zoo-{defect.id}", ImplSpec(model.__module__, model.__qualname__), _of_defect(defect)
    for module, name in conforming.CONFORMING:
        wire = conforming.WIRED.get(module)
        kwargs = {"url": "{url}"} if wire else conforming.KWARGS.get(name)
        folder = module.__name__.rpartition(".")[2]
        yield (
            f"conforming-{folder}-{name}",
            ImplSpec(module.__name__, name),
            {"kwargs": kwargs, "wire": wire, "timeout": 5},
        )
    for name in ("EchoLLM", "OneChunkLLM", "EchoChatModel", "OneChunkChatModel"):
        yield f"reference-{name}", ImplSpec("llm_reference", name), {}
    kwargs = {"base_url": "{url}/v1", "api_key": "no-real-key", "model": "m", "max_retries": 0}
    for name, wire in (("OpenAICompletions", "openai-completions"), ("OpenAIChat", "openai-chat")):
        yield f"preset-{name}", ImplSpec("llm_reference", name), {"kwargs": kwargs, "wire": wire}
    for name in _PUBLISHED:
        yield f"preset-{name}", ImplSpec("langchain_openai", name), {}


def save_all(folder: Path, part: int, parts: int) -> None:
    """Judge every subject of this part."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, spec, arguments) in enumerate(subjects()):
        if number % parts != part:
            continue
        try:
            with Run(RunSpec.of(spec, **arguments)) as run:
                save({name: run.record()}, folder / f"{name}.json", gate="must")
        except LoadError as error:
            print(f"{name}: {error}")  # noqa: T201 - it is a script


def compare(old: Path, new: Path, names: Mapping[str, Any]) -> list[str]:
    """A line for each verdict or finding that differs."""
    lines = []
    for path in sorted(old.glob("*.json")):
        if not (new / path.name).exists():
            lines.append(f"{path.stem}: there is no new run")
            continue
        before, after = _verdicts(path), _verdicts(new / path.name)
        for check, verdict in before.items():
            now = after.pop(names.get("checks", {}).get(check, check), None)
            lines += [f"{path.stem} {check}: {line}" for line in _differences(verdict, now, names)]
        lines += [f"{path.stem} {check}: a new verdict: {verdict['status']}" for check, verdict in after.items()]
    return lines


def _of_defect(defect: Defect) -> dict[str, Any]:
    soon = defect.script or defect.short_timeout
    return {
        "kwargs": {"url": "{url}", "api_key": "key-of-the-kill-matrix"} if defect.wire else {},
        "profile": Profile(
            claims={**defect.declares, **({"short-timeout": True} if defect.short_timeout else {})},
            control=Control.SCRIPT if defect.script else None,
            short_timeout=defect.short_timeout,
        ),
        "wire": defect.wire,
        "timeout": 1 if soon else 5,
    }


def _verdicts(path: Path) -> dict[str, dict[str, Any]]:
    document = json.loads(path.read_text(encoding="utf-8"))
    subjects = [
        unpack({name: subject[name] for name in ("observations", "verdicts")}) for subject in document["subjects"]
    ]
    return {verdict["check"]: verdict for subject in subjects for verdict in subject["verdicts"]}


def _differences(before: Mapping[str, Any], now: Mapping[str, Any] | None, names: Mapping[str, Any]) -> Iterator[str]:
    if now is None:
        yield "there is no new verdict"
        return
    key = names.get("keys", {}).get
    old, new = str(before.get("status") or before[key("status")]), str(now["status"])
    if new not in names.get("statuses", {}).get(old, [old]):
        yield f"{old} ({before.get('reason', '')}) -> {new} ({now.get('reason', '')})"
    elif (one := _findings(before, names)) != (other := _findings(now, names)):
        yield f"findings {one} -> {other}"


def _findings(verdict: Mapping[str, Any], names: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What of the findings does not depend on wording."""
    found = []
    for finding in verdict.get("findings", []):
        where = finding.get("where", "").partition(": ")[0]
        old = names.get("scenarios", {}).get(where, where if where in SCENARIOS else "")
        actual = finding.get("actual", finding.get(names.get("keys", {}).get("actual", ""), ""))
        sides = [_RANDOM.sub("#", json.dumps(one)) for one in (finding["expected"], actual) if isinstance(one, dict)]
        found.append((finding.get("scenario") or old, *sides, finding.get("at")))
    return found


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["save", folder, *part]:
            number, _, parts = (part[0] if part else "0/1").partition("/")
            save_all(Path(folder), int(number), int(parts))
        case ["compare", old, new, *table]:
            map_of_names = json.loads(Path(table[0]).read_text(encoding="utf-8")) if table else {}
            found_lines = compare(Path(old), Path(new), map_of_names)
            print("\n".join([*found_lines, f"{len(found_lines)} differences"]))  # noqa: T201 - the same
            sys.exit(bool(found_lines))
        case _:
            sys.exit(__doc__)
