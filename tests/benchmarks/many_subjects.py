"""P12: two hundred subjects in one run, in one process and on two workers, against a run of one."""

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.measure import checked, cpu_of, fresh
from benchmarks.row import Row, Rows, Wanted

_MANY, _FEW = 200, 20
# Each subject has its own name, as `--llm-impl` tells them apart by it.
_SUBJECTS = """
from llm_reference import EchoLLM

for number in range({count}):
    globals()[f"Echo{{number}}"] = type(f"Echo{{number}}", (EchoLLM,), {{}})
"""


def many_subjects(*, tiny: bool = False) -> Rows:
    """CPU seconds without the start, which a run of one subject has, too; then the memory, and two workers."""
    few, many = (1, 2) if tiny else (_FEW, _MANY)
    start, some, all_ = (fresh(computed, count, tiny=tiny) for count in (1, few, many))
    # Where figures do not matter, one subject more may take less.
    brief, ours = (max(took - start, 1e-3) / max(count - 1, 1) for took, count in ((some, few), (all_, many)))
    yield Row("P12", f"a subject of {many}, beyond the first", ours, "s", Wanted.AT_MOST, 1.5, f"of {few}", brief)
    brief, ours = (fresh(resident, count, tiny=tiny) for count in (few, many))
    yield Row("P12", f"peak memory, {many} subjects", ours, "MB", Wanted.AT_MOST, 3, f"{few} subjects", brief)
    if not tiny:
        one, two = fresh(waited, many, tiny=tiny), fresh(waited, many, "-p", "xdist", "-n", "2", tiny=tiny)
        yield Row("P12", f"{many} subjects on two workers", two, "s", Wanted.AT_MOST, 0.6, "one process", one)


def computed(count: int, *options: str, tiny: bool) -> float:
    """CPU seconds of a run of so many subjects."""
    with TemporaryDirectory() as folder:
        return cpu_of(
            _command(folder, count, *options, tiny=tiny), Path(folder), tiny=True, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"
        )


def waited(count: int, *options: str, tiny: bool) -> float:
    """Wall-clock seconds of the same."""
    with TemporaryDirectory() as folder:
        start = perf_counter()
        checked(_command(folder, count, *options, tiny=tiny), Path(folder), PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
        return perf_counter() - start


def resident(count: int, *, tiny: bool) -> float:
    """The memory of the run at its peak, in megabytes."""
    program = (
        "import resource, sys, pytest; code = pytest.main(sys.argv[1:]); "
        "print('resident:', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024); sys.exit(code)"
    )
    with TemporaryDirectory() as folder:
        options = _command(folder, count, tiny=tiny)[3:]
        output = checked([sys.executable, "-c", program, *options], Path(folder), PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    return float(re.findall(r"resident: (\d+)", output)[-1])


def _command(folder: str, count: int, *options: str, tiny: bool) -> list[str]:
    (Path(folder) / "echoes.py").write_text(_SUBJECTS.format(count=count), encoding="utf-8")
    subjects = [f"--llm-impl=echoes:Echo{number}" for number in range(count)]
    few = ("-k", "stream.concat") if tiny else ()
    plain = ("-q", "-p", "no:cacheprovider", "-p", "llm_conformance.plugin", "--llm-report=run.json.gz")
    return [sys.executable, "-m", "pytest", *plain, "llm-conformance", *subjects, *options, *few]
