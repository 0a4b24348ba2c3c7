"""Looking at the stacks of threads keeps nothing of them."""

from __future__ import annotations

import threading
import weakref

from llm_conformance.driver.stacks import threads_in_model
from llm_conformance.observe.gc_pause import gc_paused


class Held:
    """What a thread of the model refers to."""


def test_what_a_thread_refers_to_is_freed_when_the_thread_ends() -> None:
    started, may_end = threading.Event(), threading.Event()
    kept: list[weakref.ref[Held]] = []

    def work() -> None:
        held = Held()
        kept.append(weakref.ref(held))
        started.set()
        may_end.wait()

    thread = threading.Thread(target=work)
    thread.start()
    started.wait()
    with gc_paused():
        assert thread in threads_in_model()
        may_end.set()
        thread.join()

        assert kept[0]() is None
