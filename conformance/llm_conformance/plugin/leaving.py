"""The end of the process, where a thread of the model would keep the interpreter from it."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable

_GRACE = 1.0


class Exit:
    """Knows the threads that were there before any model was."""

    def __init__(self) -> None:
        self._before = set(threading.enumerate())

    def insist(self, status: Callable[[], int]) -> None:
        """Let the interpreter end as it will, and leave with that status where it waits for a thread that does not end.

        An idle thread pool ends in time, and whoever called pytest.main() goes on undisturbed: only when the main
        thread is through do the seconds count.
        """
        if not any(thread not in self._before and not thread.daemon for thread in threading.enumerate()):
            return
        ended = threading.Event()
        # The interpreter joins its threads before it calls this.
        atexit.register(ended.set)

        def watch() -> None:
            threading.main_thread().join()
            if not ended.wait(_GRACE):
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status())

        threading.Thread(target=watch, name="llm-conformance-leaving", daemon=True).start()
