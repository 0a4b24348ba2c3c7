"""P5: the cost of the installed plugin in a run that does not use it, in instructions: load does not change these."""

import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import TESTS, checked, fresh
from benchmarks.row import Absent, Row, Rows, Wanted

_PLUGIN = ("-p", "llm_conformance.plugin")
_EMPTY = ("-p", "benchmarks.empty_plugin")
_HEAVY = ("hypothesis", "httpx", "syrupy", "asyncio")


def idle(*, tiny: bool = False) -> Rows:
    """Collection of one test, with the plugin and without it; no other plugin is loaded."""
    # First, because it compiles the plugin.
    heavy = fresh(modules, *_PLUGIN, tiny=tiny) - fresh(modules, tiny=tiny)
    what = "pytest --collect-only with the idle plugin"
    if shutil.which("valgrind"):
        ours = fresh(instructions, *_PLUGIN, tiny=tiny)
        for against, options in (("without it", ()), ("an empty plugin", _EMPTY)):
            fresh(modules, *options, tiny=tiny)
            other = fresh(instructions, *options, tiny=tiny)
            yield Row("P5", what, ours, "M", Wanted.AT_MOST, 1.01, against, other)
    else:
        yield Absent("P5", what, "valgrind is not installed")
    yield Row("P5", f"of {', '.join(_HEAVY)} it imports", heavy, "", Wanted.AT_MOST, 0)


def instructions(*options: str, tiny: bool) -> float:
    """Millions of instructions."""
    arguments = ["-c", ""] if tiny else ["-m", "pytest", "-p", "no:cacheprovider", "--collect-only"]
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    return int(_run([*valgrind, sys.executable, *arguments, *options], r"Collected : (\d+)")) / 1e6


def modules(*options: str, tiny: bool) -> float:
    """The number of heavy modules that are imported after collection."""
    program = (
        f"import sys, pytest; pytest.main({['--collect-only', '-p', 'no:cacheprovider', *options]!r}); "
        f"print('heavy:', len(sys.modules.keys() & {set(_HEAVY)!r}))"
    )
    return int(_run([sys.executable, "-c", program], r"heavy: (\d+)"))


def _run(command: list[str], figure: str) -> str:
    with TemporaryDirectory() as folder:
        (Path(folder) / "test_one.py").write_text("def test_one(): pass\n", encoding="utf-8")
        # The empty plugin is beside the tests.
        output = checked(
            command, Path(folder), PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTHONHASHSEED="0", PYTHONPATH=str(TESTS)
        )
    return re.findall(figure, output)[-1]  # type: ignore[no-any-return]  # one group, one text
