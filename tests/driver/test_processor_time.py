"""The processor time of a process has fine steps, whatever limits it."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("resource")

_LIMITED = """
import resource
from llm_conformance.driver.processor_time import processor_time

_, most = resource.getrlimit(resource.RLIMIT_CPU)
resource.setrlimit(resource.RLIMIT_CPU, (1000, most))
times = []
for _ in range(100):
    began = processor_time()
    sum(range(20_000))
    times.append(processor_time() - began)
print(sum(time > 0 for time in times))
"""


def test_a_limit_of_the_processor_time_does_not_make_its_clock_coarse() -> None:
    run = subprocess.run([sys.executable, "-c", _LIMITED], capture_output=True, encoding="utf-8", check=True)

    assert run.stdout == "100\n"
