"""Ends the process if a thread of the model keeps the interpreter alive."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import threading
from collections.abc import Callable
from os import _exit
from time import monotonic, sleep

from llm_conformance.driver.instances import KEPT
from llm_conformance.driver.process_exit import GUARD
from llm_conformance.driver.stacks import thread_frames

_GRACE = 1.0
_PARENT_INTERVAL = 0.5
_POLL_INTERVAL = 0.1
# Seconds for which the main thread waits for a lock of the import system before that counts as for good.
_IMPORT_GRACE = 5.0
_IMPORT_LOCKS = {"_get_module_lock", "acquire"}


class ExitGuard:
    """Remembers the threads that ran before the first model was created, and keeps models from ending the process."""

    def __init__(self) -> None:
        self._forces = False
        self._before = set(threading.enumerate())
        GUARD.install(bound=True)

    def attempts(self) -> list[str]:
        """What models did to end the process outside of their calls, such as in a thread, in words."""
        return [one.text for one in GUARD.attempts()]

    def close(self, status: int) -> None:
        """The run is over. Until the process ends, it ends with this status if a model ends it with 0."""
        GUARD.remove(status)

    def force(self, status: Callable[[], int]) -> None:
        """Let the interpreter exit, and exit with that status if it waits for a thread that does not end.

        The grace period starts when the main thread is done: an idle thread pool ends within it, and a caller of
        `pytest.main()` goes on undisturbed. If a thread of the model holds a lock of the import system, the main thread
        may never be done.
        """
        if self._forces or not set(threading.enumerate()) - self._before:
            return
        self._forces = True
        ended = threading.Event()

        def end() -> None:
            sys.stdout.flush()
            sys.stderr.flush()
            _exit(status())

        def at_exit() -> None:
            ended.set()
            if KEPT:
                # The interpreter would let go of them after this, in the main thread.
                end()

        def watch() -> None:
            imports = _ImportLock()
            while not _main_thread_done() and not imports.held():
                if ended.wait(_POLL_INTERVAL):
                    return
            if not ended.wait(_GRACE):
                end()

        # The interpreter joins its threads before it calls this.
        atexit.register(at_exit)
        threading.Thread(target=watch, name="llm-conformance-exit", daemon=True).start()


def end_with_parent() -> None:
    """End this worker of pytest-xdist when its parent has ended: a hung model would keep it alive for ever."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            sleep(_PARENT_INTERVAL)
        _exit(1)

    threading.Thread(target=watch, name="llm-conformance-parent", daemon=True).start()


def end_without_collection() -> None:
    """Let this worker of pytest-xdist end without a search for garbage in all that it imported: its parent waits."""
    atexit.register(gc.freeze)


class _ImportLock:
    """Watches whether the main thread waits for a lock of the import system, which a hung thread may hold for good."""

    def __init__(self) -> None:
        self._place: object = None
        self._since = monotonic()

    def held(self) -> bool:
        """Whether it has waited at the same place since the grace period began."""
        frame = thread_frames().get(threading.main_thread().ident or 0)
        importing = frame is not None and frame.f_code.co_filename.startswith("<frozen importlib")
        place = (id(frame), frame.f_lasti) if frame and importing and frame.f_code.co_name in _IMPORT_LOCKS else None
        if place is None or place != self._place:
            self._place, self._since = place, monotonic()
        return monotonic() - self._since > _IMPORT_GRACE


def _main_thread_done() -> bool:
    """Whether the main thread has ended, or only waits for other threads.

    It is still alive while the interpreter joins the workers of thread pools, and it joins them although they are
    daemons.
    """
    main = threading.main_thread()
    frame = thread_frames().get(main.ident or 0)
    while frame is not None and frame.f_back is not None:
        frame = frame.f_back
    waits = frame is not None and frame.f_code.co_name == "_shutdown" and frame.f_code.co_filename == threading.__file__
    return waits or not main.is_alive()
