from __future__ import annotations

import pytest

from bad_input.answer import MODEL, of_pytest, of_suite

NODES = {
    "": "expected a name after '::'; did you mean llm-conformance?",
    "llms:Other": "this run does not have the subject 'llms:Other'; add --llm-impl=llms:Other",
    "llms:Other::stream": "this run does not have the subject 'llms:Other'; add --llm-impl=llms:Other",
    f"{MODEL}::": f"expected a name after '::'; did you mean llm-conformance::{MODEL}?",
    f"{MODEL}::stream::": f"expected a name after '::'; did you mean llm-conformance::{MODEL}::stream?",
    f"{MODEL}::::stream": "unknown check '.stream'; did you mean *stream*?",
    f"{MODEL}::stream::conact": "unknown check 'stream.conact'; did you mean stream::concat*?",
    f"{MODEL}::streem": "unknown check 'streem'; did you mean *stream*?",
    f"{MODEL}::stream.concat": "unknown check 'stream.concat'; did you mean stream::concat?",
    f"{MODEL}::stream::concat::more": "unknown check 'stream.concat::more'; did you mean stream::concat*?",
    f"{MODEL}::load::x": "unknown check 'load.x'; did you mean load?",
    f"{MODEL}::wire::cut": "unknown check 'wire.cut'; did you mean *wire*?",
    f"{MODEL}::astream_events": "unknown check 'astream_events'; did you mean *?",
    f"{MODEL}::\x1b[2K": "unknown check '\\x1b[2K'",
    f"{MODEL}::a\nb": "unknown check 'a\\nb'",
}


@pytest.mark.parametrize(("node", "line"), NODES.items(), ids=NODES)
def test_a_wrong_node_id_is_refused(node: str, line: str) -> None:
    answer = of_pytest(f"llm-conformance::{node}", f"--llm-impl={MODEL}")

    answer.assert_refused(f"llm-conformance::{repr(node)[1:-1]}: {line}")


def test_a_long_node_id_is_cut() -> None:
    of_pytest(f"llm-conformance::{MODEL}::{'x' * 5000}", f"--llm-impl={MODEL}").assert_refused("llm-*x\u2026x*")


def test_a_check_of_adapters_needs_a_provider() -> None:
    answer = of_pytest(f"llm-conformance::{MODEL}::wire::golden", f"--llm-impl={MODEL}")

    answer.assert_refused(f"{MODEL}: the requested checks need a simulated provider; add --llm-wire=FORMAT")


def test_wrong_use_is_refused_before_a_worker_starts() -> None:
    of_suite("--llm-gate=may", "-p", "xdist", "-n", "2").assert_refused("--llm-gate=may: expected must, *")
