"""The process exits with the right code, whatever threads the model leaves behind."""

from __future__ import annotations

import re
import sys

import pytest

from plugin.bench import ONE, Starter, impls

ALONE = "llm-conformance"
QUICK = ["-p", "no:asyncio", "-o", "llm_timeout=1"]
STUCK = impls("StartsAThread", module="lingering")
MANY = impls("Conformant", "factory", "instance", "Unstoppable", "Talkative")
WORKER = """
import sys, threading
from llm_conformance.plugin.exit import end_with_parent

end_with_parent()
print("ready", file=sys.stderr, flush=True)
threading.Event().wait()
"""
PARENT = f"""
import subprocess, sys

subprocess.Popen([sys.executable, "-c", {WORKER!r}], stderr=subprocess.PIPE).stderr.readline()
print("the parent ends", flush=True)
"""
FROZEN = """
import atexit, gc
atexit.register(lambda: print("frozen:", gc.get_freeze_count() > 1000))
from llm_conformance.plugin.exit import end_without_collection

end_without_collection()
"""
CALLER = f"""
import pytest
code = pytest.main(["llm-conformance", *{STUCK}, "-k", "concat", "-p", "no:asyncio"])
again = pytest.main(["llm-conformance", *{MANY}, "-p", "no:asyncio"])
print("the caller goes on with", int(code), int(again))
raise SystemExit(code)
"""


def test_nothing_that_is_left_of_models_keeps_the_process(started: Starter) -> None:
    models = impls("StartsAThread", "HangsWhenDropped", "LeavesAKnot", module="lingering")
    run = started(ALONE, *models, *QUICK, "-k", "invoke. or batch. or concat")

    assert run.code == 0
    assert run.out.count("\npartial: must ") == 3


def test_nothing_that_is_left_of_models_hides_a_finding(started: Starter) -> None:
    models = impls("StartsAThread", "HangsInAPool", "HangsInStream", module="lingering")
    run = started(ALONE, *models, *impls("EmptyHanded"), *QUICK, "-k", "completes or batch.empty")

    assert run.code == 1
    assert len(re.findall("^FAILED ", run.out, re.MULTILINE)) == 3


@pytest.mark.matrix
def test_nothing_that_is_left_of_models_keeps_a_worker(started: Starter) -> None:
    models = impls("StartsAThread", "HangsInStream", module="lingering")
    run = started(ALONE, *models, *QUICK, "-n", "2", "-k", "stream.completes or invoke.completes")

    assert run.code == 1
    assert "node down" not in run.out


def test_a_caller_of_pytest_main_goes_on(started: Starter) -> None:
    run = started.execute([sys.executable, "-c", CALLER])

    assert run.code == 0
    assert "the caller goes on with 0 0" in run.out


def test_exit_handlers_run_if_the_threads_end(started: Starter) -> None:
    (started.folder / "pool.py").write_text(
        """
import atexit
import threading
from concurrent.futures import ThreadPoolExecutor

from llms import Conformant

pool = ThreadPoolExecutor(1)


class Pooled(Conformant):
    def _call(self, *args, **kwargs):
        return pool.submit(super()._call, *args, **kwargs).result()



@atexit.register
def save():
    threading.Event().wait(2)
    print("done at the end")
""",
        encoding="utf-8",
    )

    run = started(ALONE, "--llm-impl=pool:Pooled", *QUICK, *ONE)

    assert run.code == 0
    assert "done at the end" in run.out


def test_a_hang_that_holds_the_import_lock_does_not_keep_the_process(started: Starter) -> None:
    run = started(ALONE, *impls("HoldsTheImportLock", module="lingering"), *QUICK, "-k", "stream.completes")

    assert run.code == 1
    assert "not end" in run.out or "yielded nothing" in run.out


def test_a_worker_ends_with_its_parent(started: Starter) -> None:
    # The worker has the same standard output, so it is read to its end only when the worker has ended.
    run = started.execute([sys.executable, "-c", PARENT])

    assert (run.code, run.out.strip()) == (0, "the parent ends")


def test_a_worker_does_not_search_for_garbage_at_its_end(started: Starter) -> None:
    # What is registered first is called last.
    run = started.execute([sys.executable, "-c", FROZEN])

    assert (run.code, run.out.strip()) == (0, "frozen: True")
