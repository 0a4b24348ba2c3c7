"""`python tests/fuzz NAME [SECONDS]`: look for input that breaks a promise of a decoder, guided by coverage.

It needs `pip install atheris`. What breaks one is written to the current folder; with the mend it goes to the corpus of
the target, which the tests replay.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import suppress
from pathlib import Path

TESTS = Path(__file__).parents[1]
OURS = ["llm_conformance", "llm_fixtures", "llm_reference"]


def main() -> None:
    """Fuzz one target."""
    try:
        import atheris  # noqa: PLC0415 - needed by nothing else
    except ModuleNotFoundError:
        sys.exit("python tests/fuzz needs a package that is not installed: pip install atheris")

    name, *seconds = sys.argv[1:] or [""]
    with atheris.instrument_imports(include=OURS):
        from fuzz.targets import TARGETS  # noqa: PLC0415 - instrumented as it is imported

        if name not in TARGETS:
            sys.exit(f"python tests/fuzz NAME [SECONDS]: expected one of {', '.join(TARGETS)}, got {name!r}")
        kept = TESTS / "fuzz" / "corpus" / name
        # Some modules are imported when they are needed. What is instrumented is printed, into the answer of a command.
        for path in kept.iterdir():
            with suppress(AssertionError):
                TARGETS[name](path.read_bytes())
    with tempfile.TemporaryDirectory() as found:
        time = f"-max_total_time={seconds[0] if seconds else 60}"
        atheris.Setup(
            [sys.argv[0], found, str(kept), time, "-timeout=10", "-max_len=2048", "-len_control=10"], TARGETS[name]
        )
        atheris.Fuzz()


if __name__ == "__main__":
    sys.path[:0] = [str(TESTS)]
    main()
