"""CI.md and action.yml: their YAML, and the scripts of the action, which are run here as a runner would run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from llm_conformance import plugin as options_of
from plugin.bench import OTHERS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "conformance" / "CI.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r'```yaml title="([^"]+)"\n(.*?)```', PAGE, re.DOTALL))
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}


@pytest.mark.parametrize("text", EXAMPLES.values(), ids=EXAMPLES)
def test_an_example_is_yaml_and_has_options_that_exist(text: str) -> None:
    options = set(re.findall(r'"(--llm-[a-z-]+)"', Path(options_of.__file__).read_text(encoding="utf-8")))

    assert yaml.safe_load(text)
    assert set(re.findall(r"--llm-[a-z-]+", text)) <= options


def test_the_example_of_the_action_gives_it_inputs_that_it_has() -> None:
    (step,) = (
        step
        for step in yaml.safe_load(EXAMPLES[".github/workflows/conformance-action.yml"])["jobs"]["conformance"]["steps"]
        if step["uses"].startswith("OWNER/")
    )

    assert set(step["with"]) < set(ACTION["inputs"])


def test_no_input_of_the_action_is_pasted_into_a_script() -> None:
    for step in STEPS.values():
        assert "${{" not in step.get("run", "")
    given = " ".join(value for step in STEPS.values() for value in step.get("env", {}).values())
    assert set(re.findall(r"inputs\.(\w+)", given)) == set(ACTION["inputs"])


def judge(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the step that judges; `python` is the one of the tests."""
    environment: dict[str, Any] = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTEST_ADDOPTS": OTHERS,
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "REPORTS": "out",
        **inputs,
    }
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", STEPS["Judge"]["run"]]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)


@pytest.mark.skipif(os.name == "nt", reason="runs bash")
def test_the_step_judges_and_keeps_the_reports(tmp_path: Path) -> None:
    options = "-k\nstream and concat\n-p\nno:asyncio\n\n"
    run = judge(tmp_path, IMPL="llm_reference:EchoLLM\n\n", PYTEST_OPTIONS=options)

    assert run.returncode == 0, run.stdout + run.stderr
    reports = sorted(one.name for one in (tmp_path / "out").iterdir())
    assert reports == ["findings", "report.html", "run.json.gz", "run.xml"]
    assert "| `llm_reference:EchoLLM` | " in (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "\n::notice title=llm_reference%3AEchoLLM::partial: must " in run.stdout
