"""The measuring: CPU time, the minimum of several rounds, each cell in a new process.

A cell is a module-level function that measures one thing and returns a figure. In a new process a cell does not
inherit the caches, the garbage or the imports of another.
"""

import asyncio
import json
import os
import re
import resource
import shlex
import subprocess
import sys
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from time import process_time

TESTS = Path(__file__).parents[1]
# At least so many rounds and seconds: then the minimum is stable, even on a busy machine.
_ROUNDS, _SECONDS = 3, 0.5
_ANSWER = "the figure is "
# Otherwise each new process would compile our modules, and none of the installed ones. Empty is as if it were not set.
_KEEPS = {"PYTHONDONTWRITEBYTECODE": ""}
# Where a network has certificates of its own: a client would read all of them for each instance.
_CERTIFICATES = {"SSL_CERT_FILE", "SSL_CERT_DIR"}


def cpu(work: Callable[[], object], *, tiny: bool = False) -> float:
    """The minimum of the CPU seconds of this work."""
    rounds = [_once(work)]
    while not tiny and (len(rounds) < _ROUNDS or sum(rounds) < _SECONDS):
        rounds.append(_once(work))
    return min(rounds)


def acpu(work: Callable[[], Awaitable[object]], *, tiny: bool = False) -> float:
    """The same for asynchronous work. The event loop is running before the measurement starts."""

    async def main() -> float:
        rounds = [await _aonce(work)]
        while not tiny and (len(rounds) < _ROUNDS or sum(rounds) < _SECONDS):
            rounds.append(await _aonce(work))
        return min(rounds)

    return asyncio.run(main())


def cpu_of(command: list[str], folder: Path, *, tiny: bool = False, most: int = 0, **environment: str) -> float:
    """The minimum of the CPU seconds of a command, with the processes that it starts and waits for."""

    def run() -> float:
        before = _of_children()
        checked(command, folder, most=most, **environment)
        return _of_children() - before

    return min(run() for _ in range(1 if tiny else _ROUNDS))


def checked(command: list[str], folder: Path, *, most: int = 0, **environment: str) -> str:
    """The output of a command, stdout before stderr; RuntimeError with both if its exit code is above `most`."""
    own = {name: value for name, value in os.environ.items() if name not in _CERTIFICATES}
    run = subprocess.run(
        command, cwd=folder, env=own | _KEEPS | environment, capture_output=True, encoding="utf-8", check=False
    )
    if not 0 <= run.returncode <= most:
        raise RuntimeError(f"{shlex.join(command)} failed:\n{run.stdout}{run.stderr}")
    return run.stdout + run.stderr


def fresh(cell: Callable[..., float], *arguments: int | str, tiny: bool) -> float:
    """The figure of a cell, measured in a new process; with `tiny`, where figures do not matter, in this one."""
    if tiny:
        return cell(*arguments, tiny=True)
    call = json.dumps([cell.__module__, cell.__qualname__, *arguments])
    output = checked([sys.executable, "-c", f"from {__name__} import answer; answer()", call], TESTS)
    return float(re.findall(rf"^{_ANSWER}(.*)$", output, re.MULTILINE)[-1])


def answer() -> None:
    """The main function of the new process."""
    module, name, *arguments = json.loads(sys.argv[1])
    sys.stdout.write(f"\n{_ANSWER}{float(getattr(import_module(module), name)(*arguments, tiny=False))!r}\n")


def _once(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start


async def _aonce(work: Callable[[], Awaitable[object]]) -> float:
    start = process_time()
    await work()
    return process_time() - start


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
