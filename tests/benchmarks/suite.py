"""P8: a complete run on a conforming model, less the start of pytest; and langchain's suite for comparison."""

import importlib.util
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import checked, cpu_of, fresh
from benchmarks.row import Absent, Row, Rows, Wanted

_OURS = ("-p", "llm_conformance.plugin")
_RUN = ("llm-conformance", "--llm-impl=llm_reference:EchoLLM")
_THEIRS = """
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_tests.integration_tests import ChatModelIntegrationTests


class Fake(GenericFakeChatModel):
    def __init__(self, **kwargs):
        super().__init__(messages=iter(lambda: AIMessage("a b c"), None))


class TestFake(ChatModelIntegrationTests):
    chat_model_class = Fake
    chat_model_params = {}
"""


def suite(*, tiny: bool = False) -> Rows:
    """The complete run, and the time per check."""
    seconds, checks = fresh(ours, tiny=tiny), fresh(items, *_OURS, *_RUN, tiny=tiny)
    what = "a run of all checks of a black box"
    yield Row("P8", what, seconds, "s", Wanted.AT_MOST, 1.0)
    if importlib.util.find_spec("langchain_tests") is None:
        yield Absent("P8", "a check against a test of langchain-tests", "langchain-tests is not installed")
        return
    theirs = fresh(langchain, tiny=tiny)
    yield Row("P8", "a check", seconds / checks * 1e3, "ms", Wanted.AT_LEAST, 20, "langchain-tests", theirs * 1e3)


def ours(*, tiny: bool) -> float:
    """CPU seconds, less the start of pytest."""
    with TemporaryDirectory() as folder:
        return _without_start(Path(folder), *_OURS, *_RUN, tiny=tiny)


def items(*options: str, tiny: bool) -> float:
    """The number of tests that these options collect."""
    with TemporaryDirectory() as folder:
        output = checked(_pytest("--collect-only", *options), Path(folder), PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    return int(re.findall(r"(\d+) tests? collected", output)[-1])


def langchain(*, tiny: bool) -> float:
    """CPU seconds per test of langchain-tests, imports included, as for ours."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "test_fake.py").write_text(_THEIRS, encoding="utf-8")
        plugins = ("-p", "pytest_asyncio.plugin", "-p", "pytest_benchmark.plugin", "-o", "asyncio_mode=auto")
        # The fake model has no usage and no tools, so some of the tests fail.
        seconds = _without_start(place, *plugins, "test_fake.py", tiny=tiny, most=1)
        tests = items(*plugins, str(place / "test_fake.py"), tiny=tiny)
    return seconds / tests


def _without_start(place: Path, *options: str, tiny: bool, most: int = 0) -> float:
    (place / "test_one.py").write_text("def test_one(): pass\n", encoding="utf-8")
    return _cpu_seconds(place, *options, tiny=tiny, most=most) - _cpu_seconds(place, "test_one.py", tiny=tiny)


def _cpu_seconds(place: Path, *options: str, tiny: bool, most: int = 0) -> float:
    return cpu_of(_pytest(*options), place, tiny=tiny, most=most, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")


def _pytest(*options: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
