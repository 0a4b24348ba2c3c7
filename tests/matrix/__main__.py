"""Judges every cell of the matrix again with the present suite, without the models, and writes page and badges.

python tests/matrix                 judge the saved runs in conformance/matrix again
python tests/matrix --add RUN ..    first take these saved runs, or those below these folders, as the cells of their
                                    classes
python tests/matrix --check         write nothing; 1 if a file would change

It names what changed, and each finding without a confirmed cause in tests/presets/findings.toml.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

_TESTS = Path(__file__).parents[1]
sys.path[0] = str(_TESTS)  # beside the tests, as for pytest

from llm_conformance.records.saved_run import SavedRunError  # noqa: E402  # the path comes first
from matrix.folder import Folder  # noqa: E402  # as above
from matrix.page import unconfirmed  # noqa: E402  # as above
from presets.published import known, newest  # noqa: E402  # as above


def main(arguments: Sequence[str], folder: Folder) -> int:
    """Perform the command; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python tests/matrix", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--check", action="store_true", help="write nothing; 1 if a file would change")
    group.add_argument("--add", nargs="+", type=Path, metavar="RUN", default=[], help="saved runs, or folders of them")
    options = parser.parse_args(arguments)
    try:
        for path in _runs(options.add):
            sys.stdout.write(f"added: {folder.add(path)}\n")
        cells = folder.judged()
    except SavedRunError as error:
        sys.stderr.write(f"{error}\n")
        return 4
    wanted = folder.files(cells)
    stale, left = folder.stale(wanted), folder.left(cells)
    if not options.check:
        for path in stale:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
        for path in left:
            path.unlink()
    for word, paths in (("stale" if options.check else "written", stale), ("of no cell", left)):
        sys.stdout.writelines(f"{word}: {path.relative_to(folder.root)}\n" for path in paths)
    sys.stdout.writelines(f"without a confirmed cause: {name}: {check}\n" for name, check in unconfirmed(cells))
    return int(options.check and bool(stale or left))


def _runs(paths: Sequence[Path]) -> Iterator[Path]:
    """The saved runs: files as they are, and of each folder the newest run of each known class."""
    for path in paths:
        if path.is_dir():
            yield from (run for name in known() if (run := newest(name, path)) is not None)
        else:
            yield path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Folder(_TESTS.parent / "conformance")))
