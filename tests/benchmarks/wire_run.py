"""P9: a complete run of an adapter on the simulated provider, every check, in one process and on two workers."""

import importlib.util
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.measure import checked, fresh
from benchmarks.row import Absent, Row, Rows, Wanted

_KWARGS = json.dumps({"base_url": "{url}/v1", "api_key": "no-real-key", "model": "m", "max_retries": 0})
_REFERENCE = ("--llm-impl=llm_reference:OpenAICompletions", f"--llm-kwargs={_KWARGS}", "--llm-wire=openai-completions")
_PUBLISHED = ("OpenAI", "ChatOpenAI")
_TIMES = 3


def wire_run(*, tiny: bool = False) -> Rows:
    """Wall-clock seconds, because people wait for it: they count on a quiet machine only."""
    models: dict[str, tuple[tuple[str, ...], int]] = {"llm_reference:OpenAICompletions": (_REFERENCE, 8)}
    if importlib.util.find_spec("langchain_openai") is None:
        yield Absent("P9", "OpenAI and ChatOpenAI", "langchain-openai is not installed")
    elif not tiny:
        models |= {f"langchain_openai:{name}": ((f"--llm-impl=langchain_openai:{name}",), 15) for name in _PUBLISHED}
    for name, (options, goal) in models.items():
        what = name.partition(":")[2]
        one = fresh(waited, *options, tiny=tiny)
        yield Row("P9", f"{what}, in one process", one, "s", Wanted.AT_MOST, goal)
        if not tiny:
            two = fresh(waited, *options, "-p", "xdist", "-n", "2", tiny=tiny)
            yield Row("P9", f"{what}, on two workers", two, "s", Wanted.AT_MOST, goal)
            yield Row("P9", f"{what}, on two workers", two, "s", Wanted.AT_MOST, 0.6, "one process", one)


def waited(*options: str, tiny: bool) -> float:
    """Wall-clock seconds of the whole process, the least of three: a virtual machine may not get its processors."""
    return min(_waited_once(*options, tiny=tiny) for _ in range(1 if tiny else _TIMES))


def _waited_once(*options: str, tiny: bool) -> float:
    with TemporaryDirectory() as folder:
        start = perf_counter()
        checked(_command(*options, tiny=tiny), Path(folder), most=1, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
        return perf_counter() - start


def _command(*options: str, tiny: bool) -> list[str]:
    few = ("-k", "stream.exact") if tiny else ()
    plain = ("-q", "-p", "no:cacheprovider", "-p", "llm_conformance.plugin")
    return [sys.executable, "-m", "pytest", *plain, "llm-conformance", *options, *few]
