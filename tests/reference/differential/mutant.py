"""Mutants of the reference: its source with one place changed, imported again."""

import importlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import llm_reference
from reference.differential.library import Library, library_of
from reference.differential.plan import Plan

_HOME = Path(str(llm_reference.__file__)).parent


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module, and the plans whose comparison must notice it.

    module: the name of the module inside `llm_reference`, such as "runnables.step".
    """

    module: str
    before: str
    after: str
    plans: tuple[Plan, ...]

    @property
    def name(self) -> str:
        return f"{self.module}: {' '.join(self.before.split())[:50]} -> {' '.join(self.after.split())[:50]}"

    def source(self) -> str:
        """Return the source of the changed module."""
        path = _HOME.joinpath(*self.module.split(".")).with_suffix(".py")
        text = path.read_text(encoding="utf-8")
        assert text.count(self.before) == 1, (
            f"{self.module}: expected {self.before!r} once, got {text.count(self.before)}"
        )
        return text.replace(self.before, self.after)


@contextmanager
def alive(mutant: Mutant) -> Generator[Library, None, None]:
    """Import the changed reference and provide it. Inside the `with` block, `import llm_reference` imports it, too."""
    # Before the modules are removed: an error here must not leave them removed.
    finder = _Finder(f"llm_reference.{mutant.module}", mutant.source())
    originals = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "llm_reference"}
    for name in originals:
        del sys.modules[name]
    sys.meta_path.insert(0, finder)
    try:
        yield library_of(importlib.import_module("llm_reference"))
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.split(".")[0] == "llm_reference"]:
            del sys.modules[name]
        sys.modules.update(originals)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module and loads it from another source."""

    def __init__(self, name: str, source: str) -> None:
        self._name, self._source = name, source

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: Any = None) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(name, self) if name == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._source, f"<mutant of {self._name}>", "exec"), vars(module))  # noqa: S102  # the reference's own source
