"""The end of the process, where a thread of the model would keep the interpreter from it."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable

from llm_conformance.driver.stacks import thread_frames

_GRACE = 1.0
_GLANCE = 0.1


class ExitGuard:
    """Knows the threads that were there before any model was."""

    def __init__(self) -> None:
        self._before = set(threading.enumerate())

    def force(self, status: Callable[[], int]) -> None:
        """Let the interpreter end as it will, and leave with that status where it waits for a thread that does not end.

        An idle thread pool ends in time, and whoever called pytest.main() goes on undisturbed: only when the main
        thread is through do the seconds count.
        """
        if not set(threading.enumerate()) - self._before:
            return
        ended = threading.Event()
        # The interpreter joins its threads before it calls this.
        atexit.register(ended.set)

        def watch() -> None:
            while not _through():
                if ended.wait(_GLANCE):
                    return
            if not ended.wait(_GRACE):
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status())

        threading.Thread(target=watch, name="llm-conformance-leaving", daemon=True).start()


def _through() -> bool:
    """Whether the main thread does nothing any more but wait for the others.

    It counts as alive while the workers of thread pools are joined, and those are joined though they are daemons.
    """
    main = threading.main_thread()
    frame = thread_frames().get(main.ident or 0)
    while frame is not None and frame.f_back is not None:
        frame = frame.f_back
    waits = frame is not None and frame.f_code.co_name == "_shutdown" and frame.f_code.co_filename == threading.__file__
    return waits or not main.is_alive()
