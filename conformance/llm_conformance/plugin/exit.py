"""Ends the process if a thread of the model keeps the interpreter alive."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable

from llm_conformance.driver.process_exit import GUARD
from llm_conformance.driver.stacks import thread_frames

_GRACE = 1.0
_POLL_INTERVAL = 0.1


class ExitGuard:
    """Remembers the threads that ran before the first model was created, and keeps models from ending the process."""

    def __init__(self) -> None:
        self._before = set(threading.enumerate())
        GUARD.install()

    def attempts(self) -> list[str]:
        """What models did to end the process outside of their calls, such as in a thread, in words."""
        return [one.text for one in GUARD.attempts()]

    def close(self, status: int) -> None:
        """The run is over. Until the process ends, it ends with this status if a model ends it with 0."""
        GUARD.remove(status)

    def force(self, status: Callable[[], int]) -> None:
        """Let the interpreter exit, and exit with that status if it waits for a thread that does not end.

        The grace period starts when the main thread is done: an idle thread pool ends within it, and a caller of
        `pytest.main()` goes on undisturbed.
        """
        if not set(threading.enumerate()) - self._before:
            return
        ended = threading.Event()
        # The interpreter joins its threads before it calls this.
        atexit.register(ended.set)

        def watch() -> None:
            while not _main_thread_done():
                if ended.wait(_POLL_INTERVAL):
                    return
            if not ended.wait(_GRACE):
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status())

        threading.Thread(target=watch, name="llm-conformance-exit", daemon=True).start()


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
