from __future__ import annotations

import pytest

from plugin.bench import Bench, impls

ALONE = "llm-conformance"
SOME = ["-k", "load or concat"]
LOADS = {
    "unknown module": ("lms:Conformant", "no module named 'lms'; did you mean llms?"),
    "unknown module of a package": ("acme.lms:X", "no module named 'acme.lms'; did you mean acme.llms?"),
    "misspelt attribute": ("llms:Conformed", "module 'llms' has no 'Conformed'; did you mean Conformant?"),
    "unknown attribute": ("llms:Zzz", "module 'llms' has no 'Zzz'; Runnables it has: *"),
    "misspelt package of a preset": (
        "langchain_kserv:X",
        "no module named 'langchain_kserv'; did you mean langchain_kserve?",
    ),
    "no Runnable there": ("numbers:Model", "module 'numbers' has no 'Model'; it does not contain a Runnable: *"),
    "no Runnable": ("llms:NoRunnable", "not a Runnable: the class NoRunnable lacks stream(), astream()"),
    "a number": ("llms:number", "not a Runnable: the int object lacks invoke(), stream(), astream()"),
}
RAISING = {
    "module": ("broken:Model", "importing 'broken' raised ValueError: no licence", 'File "*broken.py", line 1, in *'),
    "syntax": ("garbled:Model", "importing 'garbled' raised SyntaxError: *", 'File "*garbled.py", line 1'),
    "missing": (
        "needy:Model",
        "importing 'needy' raised ModuleNotFoundError: No module named 'nowhere'",
        'File "*needy.py", line 1, in *',
    ),
    "leaving": ("leaver:Model", "importing 'leaver' raised SystemExit: 3", 'File "*leaver.py", line 1, in *'),
    "lazy": ("lazy:Model", "looking up 'Model' raised ImportError: install it", 'File "*lazy.py", line 2, in *'),
    "constructor": (
        "maker:Model",
        "constructing it raised ValueError: no key",
        'File "*maker.py", line 3, in *',
    ),
    "constructor that leaves": (
        "maker:Leaver",
        "constructing it raised SystemExit: 5",
        'File "*maker.py", line 7, in *',
    ),
}
FILES = {
    "broken": "raise ValueError('no licence\\nat all')",
    "garbled": "def",
    "needy": "import nowhere",
    "leaver": "raise SystemExit(3)",
    "waiting": "import threading\ntry:\n    threading.Event().wait()\nexcept Exception:\n    pass",
    "lazy": "def __getattr__(name):\n    raise ImportError('install it')",
    "maker": """\
class Model:
    def __init__(self):
        raise ValueError('no key')
    invoke = stream = astream = print
class Leaver(Model):
    def __init__(self):
        raise SystemExit(5)
""",
}


@pytest.fixture
def workshop(bench: Bench) -> Bench:
    for name, source in FILES.items():
        (bench.folder / f"{name}.py").write_text(source, encoding="utf-8")
    (bench.folder / "acme").mkdir()
    (bench.folder / "acme" / "llms.py").touch()
    return bench


@pytest.mark.parametrize(("spec", "line"), LOADS.values(), ids=LOADS)
def test_an_object_that_is_not_a_model_is_refused_in_one_line(workshop: Bench, spec: str, line: str) -> None:
    result = workshop(ALONE, f"--llm-impl={spec}", *impls("Conformant"))

    assert result.ret == 4
    assert len([one for one in result.errlines if one]) == 1
    result.stderr.fnmatch_lines([f"ERROR: --llm-impl={spec}: {line}"])
    assert "llm_conformance" not in result.stdout.str()


@pytest.mark.parametrize(("spec", "line", "place"), RAISING.values(), ids=RAISING)
def test_code_that_raises_while_it_is_loaded_keeps_its_own_traceback(
    workshop: Bench, spec: str, line: str, place: str
) -> None:
    result = workshop(ALONE, f"--llm-impl={spec}")

    assert result.ret == 1
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines([f"--llm-impl={spec}: {line}", f"*{place}"])
    assert "llm_conformance" not in result.stdout.str()
    assert result.stdout.str().count("File ") == 1


@pytest.mark.parametrize("selection", [["-k", "concat"], ["-k", "not load"], ["-m", "llm_may"]], ids=" ".join)
def test_a_subject_that_cannot_be_loaded_says_why_whatever_is_selected(workshop: Bench, selection: list[str]) -> None:
    result = workshop(ALONE, "--llm-impl=broken:Model", *selection)

    assert result.ret == 1
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(["--llm-impl=broken:Model: importing 'broken' raised ValueError: no licence"])


def test_a_module_that_hangs_while_it_is_imported_is_a_finding(workshop: Bench) -> None:
    result = workshop.saved(ALONE, "--llm-impl=waiting:Model", *impls("Conformant"), *SOME, "-o", "llm_timeout=0.1")

    assert result.ret == 1
    assert workshop.statuses["waiting:Model"] == {"load": "failed"}
    result.stdout.fnmatch_lines(
        ["--llm-impl=waiting:Model: importing 'waiting' had not ended after 0.6 s (waiting.py:3 in <module>); *"]
    )


def test_a_folder_named_like_the_harness_keeps_its_frames(workshop: Bench) -> None:
    package = workshop.folder / "my_llm_conformance"
    package.mkdir()
    (package / "broken.py").write_text(FILES["broken"], encoding="utf-8")

    result = workshop(ALONE, "--llm-impl=my_llm_conformance.broken:Model")

    result.stdout.fnmatch_lines(['  File "*my_llm_conformance*broken.py", line 1, in <module>'])


def test_missing_arguments_are_reported_with_a_profile_to_write(workshop: Bench) -> None:
    result = workshop(ALONE, *impls("Wants"))

    assert result.ret == 4
    result.stderr.fnmatch_lines(
        [
            'ERROR: *: its constructor requires mark, times; add --llm-kwargs=\'{"mark": .., "times": ..}\'',
            "or in pyproject.toml, *{url}:",
            '  [[]tool.llm-conformance."llms:Wants"]',
            "  kwargs = { mark = .., times = .. }",
            '  # wire = "openai-completions" and kwargs = { base_url = "{url}/v1", .. }',
        ],
        consecutive=True,
    )


def test_missing_arguments_of_a_pydantic_model_are_named(workshop: Bench) -> None:
    result = workshop(ALONE, "--llm-impl=langchain_core.language_models:FakeListLLM")

    result.stderr.fnmatch_lines(["*its constructor requires responses; add --llm-kwargs='{\"responses\": ..}'"])


def test_an_instance_with_arguments_is_refused(workshop: Bench) -> None:
    result = workshop(ALONE, *impls("instance"), '--llm-kwargs={"n": 1}')

    assert result.ret == 4
    result.stderr.fnmatch_lines(["*an instance is constructed already and cannot get the arguments n; *"])


def test_the_other_subject_is_still_judged(workshop: Bench) -> None:
    result = workshop.saved(ALONE, "--llm-impl=broken:Model", *impls("Conformant"), "-k", "load or concat")

    assert result.ret == 1
    assert result.parseoutcomes()["failed"] == 1
    assert list(workshop.statuses) == ["broken:Model", "llms:Conformant"]
    assert workshop.statuses["broken:Model"] == {"load": "failed"}


def test_the_users_own_tests_still_run(workshop: Bench) -> None:
    workshop.pytester.makepyfile(test_own="def test_mine():\n    pass")

    result = workshop("--llm-impl=broken:Model")

    assert result.ret == 1
    assert result.parseoutcomes() == {"failed": 1, "passed": 1}


def test_a_load_failure_has_the_same_message_on_a_worker(workshop: Bench) -> None:
    result = workshop(ALONE, "--llm-impl=broken:Model", "-n", "1")

    assert result.ret == 1
    assert result.parseoutcomes() == {"failed": 1}
    assert "llm_conformance" not in result.stdout.str()
    result.stdout.fnmatch_lines(
        ["--llm-impl=broken:Model: importing 'broken' raised ValueError: no licence", "ValueError: no licence"]
    )


def test_an_object_that_is_not_a_model_is_refused_in_one_line_by_a_worker(workshop: Bench) -> None:
    result = workshop(ALONE, "--llm-impl=broken:Model", "--llm-impl=lms:Conformant", "-n", "1")

    assert result.ret == 4
    assert result.parseoutcomes() == {}
    assert [one for one in result.errlines if one] == [
        "ERROR: --llm-impl=lms:Conformant: no module named 'lms'; did you mean llms?"
    ]
