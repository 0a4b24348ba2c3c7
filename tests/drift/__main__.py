"""Holds the contract against the installed langchain-core, and prints what changed since the release in `known.json`.

    python tests/drift            # what changed; 1 if anything did
    python tests/drift --save     # this release is the one to compare with from now on

It compares the signatures of the methods that a model overrides, the keys of events, the types and the faults of
version v3, and what the suite finds in models that do nothing themselves: a fault of the baseline that is mended, or a
new one.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

_TESTS = Path(__file__).parents[1]
sys.path[0] = str(_TESTS)  # beside the tests, as for pytest

from drift.changes import changes  # noqa: E402  # the path comes first
from drift.surface import release, surface  # noqa: E402  # the same

KNOWN = Path(__file__).with_name("known.json")


def main() -> int:
    """Read the options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--save", action="store_true", help="keep this release as the one to compare with")
    options = parser.parse_args()
    if options.save:
        found = {"release": release(), **surface()}
        KNOWN.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return 0
    known = json.loads(KNOWN.read_text(encoding="utf-8"))
    since = known.pop("release")
    lines = list(changes(known, surface(known["deviations"])))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.write(f"langchain-core {release()}: {len(lines)} changes since {since}\n")
    return min(len(lines), 1)


if __name__ == "__main__":
    sys.exit(main())
