"""A saved run of somebody else, in which every text tries to be more than text: what the commands print and write."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from llm_conformance.__main__ import main
from llm_conformance.records.codec import decode
from llm_conformance.records.saved_run import SavedRun, load, write_run

CELL = Path(__file__).parents[2] / "conformance/matrix/langchain_community.llms.moonshot-Moonshot.json.gz"
MARKUP = "```\n# h\n</details></script><script>x()</script><img src=x onerror=x()> [a](javascript:b) | \n::error::x%0A"
FORGED = "conformant: must 1/1"
ESCAPES = "\x1b[2J\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\ \x9b31m \u202e\u2066 \u200b \x00\x07\r\x85\u2028 \ud800"
HOSTILE = f"{MARKUP}\n{FORGED}\n{ESCAPES}"
# Their values select something, so that others are refused.
SELECTS = {
    "kind",
    "base",
    "same-as",
    "scenario",
    "check",
    "status",
    "level",
    "control",
    "source_kind",
    "run_id",
    "outcome",
}
REPORTS = (
    "page.html",
    "page.md",
    "run.ctrf.json",
    "findings/",
    "again.json",
    "image.svg",
    "shields.badge.json",
    "github",
)
COMMANDS = (
    ("judge", "foreign.json"),
    ("judge", "foreign.json", "-v"),
    ("compare", "foreign.json", "cell.json"),
    ("compare", "cell.json", "foreign.json"),
    ("merge", "foreign.json", "cell.json", "-o", "merged.json"),
    ("badge", "foreign.json", "badge.svg"),
    ("report", "foreign.json", *REPORTS),
)


def hostile(value: Any, key: str = "") -> Any:
    """The value with each of its texts replaced, but those that select something."""
    if isinstance(value, str):
        return value if key in SELECTS else HOSTILE
    if isinstance(value, dict):
        return {name: hostile(item, name) for name, item in value.items()}
    return [hostile(item, key) for item in value] if isinstance(value, list) and key not in SELECTS else value


def foreign(run: SavedRun) -> SavedRun:
    """The run with hostile texts wherever a text does not select something."""
    (one,) = run.subjects
    about = replace(
        one.subject_info,
        spec=HOSTILE,
        profile=HOSTILE,
        not_hookable=HOSTILE,
        versions={HOSTILE: HOSTILE, "acme": HOSTILE},
        prompts=(HOSTILE, f"{HOSTILE}2", f"{HOSTILE}3"),
        method_owners=dict.fromkeys(one.subject_info.method_owners, HOSTILE),
        hooks=(HOSTILE,),
    )
    observations = {name: _hostile_observation(data) for name, data in one.observations.items()}
    verdicts = {name: replace(verdict, reason=HOSTILE, details=HOSTILE) for name, verdict in one.verdicts.items()}
    return run._replace(
        subjects=[replace(one, subject_info=about, observations=observations, verdicts=verdicts, arguments=(HOSTILE,))]
    )


def _hostile_observation(data: Any) -> Any:
    try:
        decode(changed := hostile(data))
    except ValueError:
        return data
    return changed


class Elements(HTMLParser):
    """The names of the elements, and of their attributes."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(name for name, _ in attrs)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("foreign")
    run = load(CELL)
    write_run(run, folder / "cell.json")
    write_run(foreign(run), folder / "foreign.json")
    (folder / "summary.md").touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("GITHUB_ACTIONS", "true")
        patch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
        for number, command in enumerate(COMMANDS):
            with redirect_stdout(StringIO()) as out, redirect_stderr(out):
                assert main(command) in {0, 1}, out.getvalue()
            Path(f"{number}.out").write_text(out.getvalue(), encoding="utf-8", errors="surrogatepass")
    return folder


def test_everything_that_is_printed_and_written_is_printable(folder: Path) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()}

    assert len(texts) > len(COMMANDS) + len(REPORTS)
    assert [path.name for path, text in texts.items() if not text.replace("\n", "").isprintable()] == []
    assert "\\x1b]8;;http://x\\x1b\\link" in texts[folder / "1.out"]


def test_a_text_forges_no_line(folder: Path) -> None:
    lines = [line.strip() for path in folder.glob("*.out") for line in path.read_text(encoding="utf-8").splitlines()]
    commands = [line for line in lines if line.startswith("::")]

    assert [line for line in lines if line.startswith((FORGED, "::error::x"))] == []
    assert len(commands) > 1
    assert all(line.startswith(("::error title=", "::warning title=", "::notice title=")) for line in commands)


@pytest.mark.parametrize("name", ["page.html", "image.svg", "badge.svg"])
def test_a_text_makes_no_element(name: str, folder: Path) -> None:
    found = Elements((folder / name).read_text(encoding="utf-8")).found

    assert found.isdisjoint({"img", "onerror", "src", "srcdoc", "iframe", "object", "embed", "onload"})
    assert name.endswith(".html") or "script" not in found
