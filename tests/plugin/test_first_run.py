"""The first command of the README, in a clone of the repository and without what only its tests need."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from plugin.bench import ONE, Starter

ROOT = Path(__file__).parents[2]
NOT_INSTALLED = """
import sys, pytest
sys.modules |= dict.fromkeys({packages!r})
sys.exit(pytest.main(sys.argv[1:]))
"""


def test_a_model_is_judged_without_the_dependencies_of_the_tests() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packages = {Requirement(one).name.replace("-", "_") for one in project["optional-dependencies"]["test"]}
    # What the clients that are no dependency of the harness bring with them.
    code = NOT_INSTALLED.format(packages=[*packages, "xdist", "httpcore2", "httpx2"])
    options = ["-p", "llm_conformance.plugin", "-p", "no:cacheprovider", "llm-conformance"]

    run = Starter(ROOT).execute(
        [sys.executable, "-c", code, *options, "--llm-impl=llm_reference:EchoLLM", *ONE],
        PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
    )

    assert run.code == 0, run.out
    assert "1 passed" in run.out
