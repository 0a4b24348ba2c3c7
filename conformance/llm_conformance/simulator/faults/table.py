"""The table of faults for SIMULATOR.md, generated from the registry."""

from collections.abc import Iterator

from llm_conformance.simulator.faults import FAULTS, Expected, Fault, FaultLevel
from llm_conformance.simulator.faults.fault import ALL, CHOICES, ENDED, OPENAI, SSE

_GROUPS = {
    ALL: "all",
    SSE: "server-sent events",
    OPENAI: "OpenAI",
    CHOICES: "OpenAI, with choices",
    ENDED: "all but gemini",
}
_LEVELS = {FaultLevel.MUST: "MUST", FaultLevel.SHOULD: "**SHOULD**", FaultLevel.MAY: "MAY"}


def table() -> Iterator[str]:
    """The lines of a Markdown table with one row for each fault."""
    yield "| fault | class | level | a correct client | formats | what the provider sends |"
    yield "|---|---|---|---|---|---|"
    for fault in FAULTS.values():
        name, level = f"`{fault.name}`", _LEVELS[fault.level]
        yield f"| {name} | {fault.kind} | {level} | {_expected(fault)} | {_formats(fault)} | {fault.rule} |"


def _expected(fault: Fault) -> str:
    return {
        Expected.EXACT: "gives the exact text",
        Expected.RAISES: "raises",
        Expected.EITHER: "gives the exact text or raises",
    }[fault.expected]


def _formats(fault: Fault) -> str:
    return _GROUPS.get(fault.formats, ", ".join(fault.formats))
