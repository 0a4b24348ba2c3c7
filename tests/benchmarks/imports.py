"""P11: the import time of the reference, against the module of langchain-core that has the same classes."""

import re
import sys
from pathlib import Path

from benchmarks.measure import checked
from benchmarks.row import Row, Rows, Wanted


def imports(*, tiny: bool = False) -> Rows:
    """Each in a new interpreter."""
    ours, theirs = (_imported(module, tiny=tiny) for module in ("llm_reference", "langchain_core.language_models.llms"))
    yield Row("P11", "import llm_reference", ours, "ms", Wanted.AT_LEAST, 20, "langchain-core", theirs)


def _imported(module: str, *, tiny: bool) -> float:
    program = f"from time import process_time as now; start = now(); import {module}; print('took', now() - start)"
    rounds = 1 if tiny else 5
    outputs = [checked([sys.executable, "-c", program], Path.cwd()) for _ in range(rounds)]
    return min(float(re.findall(r"took (.*)", one)[-1]) for one in outputs) * 1000
