"""P8: a whole in-process run on a conforming model, beyond what pytest needs to start; and langchain's own suite."""

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
    """The run as a whole, and for a check."""
    seconds, checks = fresh(ours, tiny=tiny), fresh(items, *_OURS, *_RUN, tiny=tiny)
    what = "a run of every check that needs no wire"
    yield Row("P8", what, seconds, "s", Wanted.AT_MOST, 1.0)
    if importlib.util.find_spec("langchain_tests") is None:
        yield Absent("P8", "a check against a test of langchain-tests", "langchain-tests is not installed")
        return
    theirs = fresh(langchain, tiny=tiny)
    yield Row("P8", "a check", seconds / checks * 1e3, "ms", Wanted.AT_LEAST, 20, "langchain-tests", theirs * 1e3)


def ours(*, tiny: bool) -> float:
    """Seconds of CPU beyond those of a run that asks nothing of the plugin."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "test_one.py").write_text("def test_one(): pass\n", encoding="utf-8")
        run, start = (_spent(place, *_OURS, *asked, tiny=tiny) for asked in (_RUN, ("test_one.py",)))
    return run - start


def items(*options: str, tiny: bool) -> float:
    """How many tests these options collect."""
    with TemporaryDirectory() as folder:
        said = checked(_pytest("--collect-only", *options), Path(folder), PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    return int(re.findall(r"(\d+) tests? collected", said)[-1])


def langchain(*, tiny: bool) -> float:
    """Seconds of CPU for a test of langchain-tests, beyond the start."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "test_fake.py").write_text(_THEIRS, encoding="utf-8")
        (place / "test_one.py").write_text("import langchain_tests.integration_tests\n\ndef test_one(): pass\n")
        plugins = ("-p", "pytest_asyncio", "-o", "asyncio_mode=auto")
        run, start = (_spent(place, *plugins, name, tiny=tiny) for name in ("test_fake.py", "test_one.py"))
        tests = items(*plugins, str(place / "test_fake.py"), tiny=tiny)
    return (run - start) / tests


def _spent(place: Path, *options: str, tiny: bool) -> float:
    return cpu_of(_pytest(*options), place, tiny=tiny, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")


def _pytest(*options: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
