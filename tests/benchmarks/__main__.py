"""The benchmarks: `python tests/benchmarks` runs all, `python tests/benchmarks P6 adapter` those that are named.

It prints each goal beside the figure that was reached, and never fails by time. `--long` takes P4 to a million chunks.
"""

import argparse
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # beside the tests, as pytest sees them

from benchmarks.plan import BENCHMARKS, chosen  # noqa: E402  # the path comes first
from benchmarks.table import HEAD, line  # noqa: E402


def main() -> None:
    """Run the chosen benchmarks one after the other, and print each row when it is there."""
    parser = argparse.ArgumentParser(prog="python tests/benchmarks", description=__doc__, allow_abbrev=False)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"goals or files: {', '.join(BENCHMARKS)}")
    parser.add_argument("--long", action="store_true", help="measure growth up to a million chunks")
    options = parser.parse_args()
    try:
        benchmarks = chosen(options.names, long=options.long)
    except ValueError as error:
        parser.error(str(error))
    print(HEAD, flush=True)  # noqa: T201  # it is a command
    for goal, benchmark in benchmarks.items():
        _tell(f"measuring {goal} ..")
        for row in benchmark():
            _tell("")
            print(line(row), flush=True)  # noqa: T201  # as above
            _tell(f"measuring {goal} ..")
        _tell("")


def _tell(progress: str) -> None:
    """Write over the last line, where somebody watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{progress}")
        sys.stderr.flush()


if __name__ == "__main__":
    main()
