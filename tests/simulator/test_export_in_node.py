"""The example in JavaScript replays an export to the SDKs of npm."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from llm_conformance.simulator.export import Export, Selection

EXAMPLE = Path(__file__).parents[2] / "fixtures" / "examples" / "node"
FAULTS = ("one_byte_tcp", "utf8_cuts", "error_mid_stream", "fin_mid_stream", "clean_end_early")


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
@pytest.mark.skipif(not (EXAMPLE / "node_modules").exists(), reason="run `npm install` in fixtures/examples/node")
def test_the_sdks_of_npm_read_an_export_and_take_a_truncated_answer_for_a_whole_one(tmp_path: Path) -> None:
    formats = ("openai-chat", "anthropic-messages")
    list(Export(tmp_path, Selection(streams=("chat-text-then-call",), formats=formats, faults=FAULTS)))

    run = subprocess.run(
        ["node", EXAMPLE / "replay.mjs", tmp_path],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )

    *lines, last = run.stdout.splitlines()
    said = {tuple(line.split(maxsplit=4)[1::2]): line.split(maxsplit=4)[::4] for line in lines}
    before = 'after "Let me look."'
    assert said == {
        (form, fault): answer
        for form in formats
        for fault, answer in {
            "one_byte_tcp": ["ok", "the exact answer"],
            "utf8_cuts": ["ok", "the exact answer"],
            "error_mid_stream": ["ok", f"raised APIError {before}"],
            "fin_mid_stream": ["ok", f"raised TypeError {before}"],
            "clean_end_early": ["WRONG", f"ended {before}"],
        }.items()
    }, run.stderr
    assert (last, run.returncode) == ("2 wrong", 1)
