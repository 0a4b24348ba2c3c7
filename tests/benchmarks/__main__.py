"""The benchmarks: `python tests/benchmarks` runs all of them, `python tests/benchmarks P6 adapter` the named ones.

It prints each goal beside the measured figure. A missed goal is not an error. `--long` takes P4 to a million chunks.
`--page` writes the rows into conformance/PERFORMANCE.md, too.
"""

import argparse
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # beside the tests, as for pytest

from benchmarks.machine import described  # noqa: E402  # the path comes first
from benchmarks.page import PAGE, with_rows  # noqa: E402  # as above
from benchmarks.plan import BENCHMARKS, chosen  # noqa: E402  # as above
from benchmarks.table import HEAD, line  # noqa: E402  # as above


def main() -> None:
    """Run the chosen benchmarks one after the other, and print each row as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python tests/benchmarks", description=__doc__, allow_abbrev=False)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"goals or files: {', '.join(BENCHMARKS)}")
    parser.add_argument("--long", action="store_true", help="measure growth up to a million chunks")
    parser.add_argument("--page", action="store_true", help="write the rows into conformance/PERFORMANCE.md")
    options = parser.parse_args()
    try:
        benchmarks = chosen(options.names, long=options.long)
    except ValueError as error:
        parser.error(str(error))
    print(HEAD, flush=True)  # noqa: T201  # it is a command
    rows = []
    for goal, benchmark in benchmarks.items():
        _show_progress(f"measuring {goal} ..")
        for row in benchmark():
            _show_progress("")
            print(line(row), flush=True)  # noqa: T201  # as above
            rows.append(row)
            _show_progress(f"measuring {goal} ..")
        _show_progress("")
    if options.page:
        try:
            page = with_rows(PAGE.read_text(encoding="utf-8"), rows, described())
        except ValueError as error:
            parser.error(str(error))
        PAGE.write_text(page, encoding="utf-8")


def _show_progress(progress: str) -> None:
    """Overwrite the last line of a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{progress}")
        sys.stderr.flush()


if __name__ == "__main__":
    main()
