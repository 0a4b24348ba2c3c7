"""The fitness of a model for each purpose, one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from llm_conformance.catalogue.fitness import purposes
from llm_conformance.judge.gate import Gate
from llm_conformance.records import Control, Fitness, FitnessOutcome, Need
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.lines import escape_line, wrap
from llm_conformance.report.reach import STEPS
from llm_conformance.report.text import fails_run

# What would answer a requirement, beside a control or without one.
_LACKS: dict[str, str] = {
    Need.DETERMINISTIC: STEPS[Need.DETERMINISTIC],
    Need.TIME: "an answer of at least 8 chunks that takes 0.25 s",
    Need.PROMPTS: "longer, different answers (`prompts` in the profile)",
    Need.BUDGET: STEPS[Need.BUDGET],
    Need.SHORT_TIMEOUT: STEPS[Need.SHORT_TIMEOUT],
}

_WITHOUT_CONTROL = {Control.BLACKBOX: "a black box", Control.SCRIPT: "a scripted model"}


def fitness_lines(found: Iterable[Fitness], width: int | None) -> list[str]:
    """A heading, and the answer for each purpose. width: the columns of the terminal; None for any."""
    answers = [(purposes()[one.purpose].title, in_words(one)) for one in found]
    column = max((len(title) for title, _ in answers), default=0)
    lines = ["fit for"]
    for title, words in answers:
        lines += wrap(f"  {title.ljust(column)}  {words}", width, " " * (column + 4))
    return lines


def gate_lines(record: SubjectRecord, gate: str) -> list[str]:
    """Why the subject does not meet each purpose of the gate, if a finding alone does not say so, and what to do."""
    asked = Gate.parse(gate).purposes
    return [line for one in record.fitness if one.purpose in asked for line in _unmet(one, record, gate)]


def _unmet(fitness: Fitness, record: SubjectRecord, gate: str) -> Iterator[str]:
    begin = f"--llm-gate=fit:{fitness.purpose} is not met: "
    what = _WITHOUT_CONTROL.get(record.subject_info.control, "")
    if what and fitness.open and fitness.needs:
        step = STEPS[Need.WIRE if Need.WIRE in fitness.needs else Need.SCRIPT]
        yield f"{begin}{_quoted(fitness.open)} cannot be judged of {what}, only with {step}"
    failed = [name for name in fitness.findings if name in record.verdicts and fails_run(record.verdicts[name], gate)]
    if failed and fitness.outcome is FitnessOutcome.FIT_BUT:
        yield f"{begin}each finding that counts for it fails the run ({_some(failed)}): mend it, or declare it"


def in_words(fitness: Fitness) -> str:
    """The answer for one purpose, in one line."""
    match fitness.outcome:
        case FitnessOutcome.UNFIT:
            cause = f" ({_some(fitness.findings)})" if fitness.findings else ""
            # A gate may have tolerated what is broken, and not what is open.
            unjudged = f"; not judged: {_quoted(fitness.open)}{_needs(fitness)}" if fitness.open else ""
            return f"unfit: it breaks {_quoted(fitness.broken)}{cause}{unjudged}"
        case FitnessOutcome.NOT_JUDGED:
            count = f"; {_findings(fitness)} ({_some(fitness.findings)})" if fitness.findings else ""
            return f"not judged: {_quoted(fitness.open)}{_needs(fitness)}{count}"
        case FitnessOutcome.FIT_BUT:
            return f"fit but for {_findings(fitness)} ({_some(fitness.findings)})"
    return "fit"


def _needs(fitness: Fitness) -> str:
    """What would answer the requirements that are open."""
    steps = [f"control: {' or '.join(fitness.needs)}"] if fitness.needs else []
    steps += [_LACKS[one] for one in fitness.lacks if one in _LACKS]
    need = f"; needs {', or '.join(steps)}" if steps else ""
    reasons = [one for one in fitness.lacks if one not in _LACKS]
    need += f": {escape_line(reasons[0])}" if reasons and not steps else ""
    return need + (f"; blocked by {_some(fitness.blocked_by)}" if fitness.blocked_by else "")


def _findings(fitness: Fitness) -> str:
    """How many findings, and how many of them are not the model's own."""
    count, inherited = len(fitness.findings), len(fitness.inherited)
    noun = f"finding{'s' * (count != 1)}"
    if inherited == count:
        return f"{count} inherited {noun}"
    return f"{count} {noun}" + f", {inherited} inherited" * (inherited > 0)


def _quoted(rules: Sequence[str]) -> str:
    return f'"{rules[0]}"{_more(rules)}'


def _some(checks: Sequence[str]) -> str:
    return f"{checks[0]}{_more(checks)}"


def _more(several: Sequence[str]) -> str:
    return f" and {len(several) - 1} more" if len(several) > 1 else ""
