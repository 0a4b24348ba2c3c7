"""Options, ini keys, conftests and other plugins change no verdict."""

from __future__ import annotations

import pytest

from plugin.bench import ONE, TWO, Bench, Starter, failed, impls, statuses_of

ALONE = "llm-conformance"
SUBJECTS = impls("Conformant", "EmptyHanded")
# A run takes all that do not exclude each other.
OPTIONS = [
    "-W error",
    "--import-mode=importlib --capture=sys",
    "--doctest-modules -s",
]
# These change what pytest prints or remembers, and not what runs while a model is called.
OPTIONS_OF_REPORTS = [
    "-p no:cacheprovider",
    "-p no:xdist",
    "--tb=no",
    "--tb=short",
    "--tb=line",
    "--tb=native",
    "--tb=long --showlocals",
    "-vv",
    "-q -q",
    "-rA",
    "--strict-markers --strict-config",
    "--durations=3",
]
FIXTURES = """
import pytest

collected = []

@pytest.fixture(autouse=True)
def each(request, tmp_path):
    collected.append(request.node.nodeid)
    yield

@pytest.fixture(autouse=True, scope="class")
def by_class(request):
    yield

@pytest.fixture(autouse=True, scope="module")
def by_module(request):
    yield request.module.__name__

@pytest.fixture(autouse=True, scope="package")
def by_package(request):
    yield

@pytest.fixture(autouse=True, scope="session")
def once(tmp_path_factory):
    yield
    assert "llm-conformance::llms:Conformant::stream::concat" in collected
"""
HOOKS = """
import pytest

def pytest_collection_modifyitems(session, config, items):
    for item in items:
        assert item.path.exists()
        assert item.fspath
        assert item.module.__name__ and item.function and item.cls is None
        assert item.originalname and item.location and item.fixturenames is not None
        item.add_marker(pytest.mark.mine)
    items.sort(key=lambda item: item.name)

def pytest_itemcollected(item):
    item.user_properties.append(("team", "mine"))

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    report.mine = item.get_closest_marker("mine").name
    return report

def pytest_configure(config):
    config.addinivalue_line("markers", "mine: of mine")

def pytest_report_teststatus(report):
    assert report.nodeid
"""


@pytest.fixture(scope="module")
def expected(started: Starter) -> dict[str, dict[str, str]]:
    """The verdicts of a run without any of this."""
    started("-p", "no:asyncio", ALONE, *SUBJECTS, "--llm-report=alone.json")
    return statuses_of(started.folder / "alone.json")


@pytest.mark.parametrize("options", [OPTIONS[0], *(pytest.param(one, marks=pytest.mark.matrix) for one in OPTIONS[1:])])
def test_an_option_of_pytest_changes_no_verdict(
    bench: Bench, expected: dict[str, dict[str, str]], options: str
) -> None:
    result = bench.saved(ALONE, *SUBJECTS, *options.split())

    assert result.ret == 1
    assert bench.statuses == expected


@pytest.mark.parametrize("options", OPTIONS_OF_REPORTS)
def test_an_option_of_reports_changes_no_verdict(
    bench: Bench, expected: dict[str, dict[str, str]], options: str
) -> None:
    result = bench.saved(ALONE, *SUBJECTS, *TWO, *options.split())

    assert result.ret == 1
    assert bench.statuses == {
        spec: {name: status for name, status in of_subject.items() if name in {"stream.concat", "batch.empty"}}
        for spec, of_subject in expected.items()
    }


def test_one_defect_fails_one_check(expected: dict[str, dict[str, str]]) -> None:
    assert failed(expected["llms:Conformant"]) == []
    assert failed(expected["llms:EmptyHanded"]) == ["batch.empty"]


@pytest.mark.parametrize("conftest", [FIXTURES, HOOKS], ids=["autouse fixtures", "hooks"])
def test_a_conftest_of_the_user_changes_no_verdict(
    bench: Bench, expected: dict[str, dict[str, str]], conftest: str
) -> None:
    bench.pytester.makeconftest(conftest)

    result = bench.saved(ALONE, *SUBJECTS)

    assert result.ret == 1
    assert result.parseoutcomes()["failed"] == 1
    assert list(bench.statuses["llms:Conformant"].items()) == list(expected["llms:Conformant"].items())


def test_an_expected_failure_of_the_user_is_counted_as_one(bench: Bench) -> None:
    bench.pytester.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(items):
            for item in items:
                if item.nodeid.endswith("::batch::empty"):
                    item.add_marker(pytest.mark.xfail(reason="known"))
        """
    )

    result = bench(ALONE, *impls("EmptyHanded"), *TWO)

    assert result.ret == 0
    assert result.parseoutcomes()["xfailed"] == 1
    result.stdout.fnmatch_lines(["partial: must 1/2 (1 failed), *"])


def test_a_collection_error_of_the_user_is_reported_by_pytest(bench: Bench) -> None:
    bench.pytester.makepyfile(test_broken="import nowhere_to_be_found")

    result = bench(*SUBJECTS)

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["ERROR test_broken.py", "*Interrupted: 1 error during collection*"])


@pytest.mark.parametrize("mode", ["auto", pytest.param("strict", marks=pytest.mark.matrix)])
def test_the_users_asyncio_mode_changes_no_verdict(
    started: Starter, expected: dict[str, dict[str, str]], mode: str
) -> None:
    options = ["-o", f"asyncio_mode={mode}", "-o", "asyncio_default_fixture_loop_scope=function"]

    run = started(ALONE, *SUBJECTS, *options, "-W", "error", "--llm-report=with.json")

    assert run.code == 1
    assert f"asyncio: mode=Mode.{mode.upper()}" in run.out
    assert statuses_of(run.folder / "with.json") == expected


@pytest.mark.parametrize(("arguments", "there"), [([ALONE], False), ([ALONE, "tests"], True)], ids=["alone", "tests"])
def test_the_session_of_syrupy_is_there_for_tests_alone(bench: Bench, arguments: list[str], there: bool) -> None:  # noqa: FBT001 - a row of the table
    """It warns of workers that are interrupted, and looks for snapshots of tests."""
    (bench.folder / "tests").mkdir()
    (bench.folder / "conftest.py").write_text(
        "def pytest_report_header(config):\n    return f'syrupy: {config.pluginmanager.hasplugin(\"syrupy\")}'\n",
        encoding="utf-8",
    )

    result = bench(*arguments, *impls("Conformant"), *ONE)

    result.stdout.fnmatch_lines([f"syrupy: {there}"])
