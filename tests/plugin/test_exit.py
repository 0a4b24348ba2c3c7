"""The process exits with the right code, whatever threads the model leaves behind."""

from __future__ import annotations

import sys

import pytest

from plugin.bench import ONE, TWO, Starter, impls

ALONE = "llm-conformance"
QUICK = ["-p", "no:asyncio", "-o", "llm_timeout=1"]
STUCK = impls("StartsAThread", module="hostile")
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
CALLER = f"""
import pytest
code = pytest.main(["llm-conformance", *{STUCK}, "-k", "concat", "-p", "no:asyncio"])
again = pytest.main(["llm-conformance", *{MANY}, "-p", "no:asyncio"])
print("the caller goes on with", int(code), int(again))
raise SystemExit(code)
"""


def test_a_thread_that_never_ends_does_not_keep_the_process(started: Starter) -> None:
    run = started(ALONE, *STUCK, *QUICK, *ONE)

    assert run.code == 0
    assert "partial: must" in run.out


def test_a_thread_that_never_ends_does_not_hide_a_finding(started: Starter) -> None:
    run = started(ALONE, *STUCK, *impls("EmptyHanded"), *QUICK, *TWO)

    assert run.code == 1


def test_a_thread_that_never_ends_does_not_keep_a_worker(started: Starter) -> None:
    run = started(ALONE, *STUCK, *QUICK, "-n", "2", "-k", "concat or batch.order")

    assert run.code == 0
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


def test_a_pool_that_never_ends_does_not_keep_the_process(started: Starter) -> None:
    run = started(ALONE, *impls("HangsInAPool", module="hostile"), *QUICK, "-k", "invoke.completes")

    assert run.code == 1


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["one process", "workers"])
def test_a_hung_model_does_not_keep_the_process(started: Starter, workers: list[str]) -> None:
    run = started(ALONE, *impls("HangsInStream", module="hostile"), *QUICK, *workers, "-k", "stream.completes")

    assert run.code == 1


def test_a_finaliser_that_hangs_does_not_keep_the_process(started: Starter) -> None:
    run = started(ALONE, *impls("HangsWhenDropped", module="hostile"), *QUICK, "-k", "invoke.completes or batch.one")

    assert run.code == 0
    assert "partial: must 3/3" in run.out


def test_a_finaliser_that_hangs_in_the_garbage_collector_does_not_keep_the_process(started: Starter) -> None:
    run = started(ALONE, *impls("LeavesAKnot", module="hostile"), *QUICK, "-k", "invoke. or batch. or concat")

    assert run.code == 0
    assert "partial: must " in run.out


def test_a_hang_that_holds_the_import_lock_does_not_keep_the_process(started: Starter) -> None:
    run = started(ALONE, *impls("HoldsTheImportLock", module="hostile"), *QUICK, "-k", "stream.completes")

    assert run.code == 1
    assert "not end" in run.out or "yielded nothing" in run.out


def test_a_worker_ends_with_its_parent(started: Starter) -> None:
    # The worker has the same standard output, so it is read to its end only when the worker has ended.
    run = started.execute([sys.executable, "-c", PARENT])

    assert (run.code, run.out.strip()) == (0, "the parent ends")
