"""Where a report goes, and in which form: what `--llm-report` and `python -m llm_conformance report` name."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from llm_conformance.records.saved_run import SavedRun, begin, write_run
from llm_conformance.records.whole_file import write_whole
from llm_conformance.report.unended import unended
from llm_conformance.suggest import did_you_mean

# By the ending of a file's name, the module whose `render(run)` gives its text. It is imported when a run is written.
_TEXTS = {
    ".badge.json": "llm_conformance.report.shields",
    ".ctrf.json": "llm_conformance.report.ctrf",
    ".html": "llm_conformance.report.html.page",
    ".md": "llm_conformance.report.markdown",
    ".svg": "llm_conformance.report.badge",
}
# By ending, the package that makes the text, which is imported for nothing else.
_NEEDS = {".html": "jinja2"}
_SAVED_RUNS = (".json.gz", ".json")
_WORKFLOW = "github"


class TargetError(ValueError):
    """Nothing can be written there; the message says why, in one line and without the name of the target."""


class Target(Protocol):
    """The place of one report. `begin` and `write` raise OSError where it cannot be written."""

    def exists(self) -> bool:
        """Whether there may be the report of an earlier run."""

    def begin(self, gate: str) -> None:
        """Replace or remove the report of an earlier run, which would pass for that of this one."""

    def write(self, run: SavedRun) -> None:
        """Write the report of a run."""


@dataclass(frozen=True, slots=True)
class SavedRunFile:
    """A file that `judge` reads. path: its name says whether it is compressed."""

    path: Path

    def exists(self) -> bool:
        """Whether there is a file."""
        return self.path.exists()

    def begin(self, gate: str) -> None:
        """Replace it by a run without an end."""
        begin(self.path, gate=gate)

    def write(self, run: SavedRun) -> None:
        """Write all of the run."""
        write_run(run, self.path)


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file for people or for another tool. module: the name of the module that makes its text."""

    path: Path
    module: str

    def exists(self) -> bool:
        """Whether there is a file."""
        return self.path.exists()

    def begin(self, gate: str) -> None:  # noqa: ARG002 - nothing is known of the run yet
        """Leave a page that says so, or an empty file for a program to refuse."""
        write_whole(unended(self.path.name), self.path)

    def write(self, run: SavedRun) -> None:
        """Write the text."""
        text: str = import_module(self.module).render(run)
        write_whole(text.encode("utf-8", "backslashreplace"), self.path)


def target_of(text: str, folder: Path) -> Target:
    """The target that the text names, relative to the folder. TargetError if its name or its folder is wrong."""
    if text == _WORKFLOW:
        from llm_conformance.report.github import Workflow  # noqa: PLC0415 - most runs write no such report

        return Workflow()
    path = folder / text
    endings = (*_TEXTS, *_SAVED_RUNS)
    ending = next((one for one in endings if path.name.endswith(one)), "")
    is_folder = text.endswith("/")
    if not ending and not is_folder:
        names = f"a file name that ends in {', '.join(endings)}, a folder that ends in /, or {_WORKFLOW}"
        # The name of `folder / ""` is that of the folder.
        name = path.name if text else ""
        meant = did_you_mean(name, [_WORKFLOW, *(f"{name.partition('.')[0]}{one}" for one in endings)])
        raise TargetError(f"expected {names}{meant}")
    if (package := _NEEDS.get(ending)) is not None and find_spec(package) is None:
        raise TargetError(f"it needs a package that is not installed: pip install {package}")
    try:
        path.resolve()
    except (ValueError, RuntimeError) as error:  # a null character, or a link to itself
        raise TargetError(f"no file can have that name: {error}") from None
    try:
        if not is_folder and path.is_dir():
            raise TargetError("a folder has that name")
        if not path.parent.is_dir():
            raise TargetError(f"the folder {path.parent} does not exist")
        if is_folder:
            return _assistant_folder(path)
    except OSError as error:
        raise TargetError(f"{error.strerror}; choose another name") from None
    return TextFile(path, _TEXTS[ending]) if ending in _TEXTS else SavedRunFile(path)


def _assistant_folder(path: Path) -> Target:
    from llm_conformance.report.assistant_folder import AssistantFolder  # noqa: PLC0415 - as above

    folder = AssistantFolder(path)
    if folder.is_foreign():
        raise TargetError("the folder has files that are not of a report; name an empty one, or a new one")
    if path.is_file():
        raise TargetError("a file has that name")
    return folder
