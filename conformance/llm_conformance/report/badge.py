"""The badge of a judged subject: an SVG image, and the JSON of the endpoint badges of shields.io."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from llm_conformance.records import Level
from llm_conformance.records.saved_run import SavedRun, SubjectRecord
from llm_conformance.records.whole_file import write_whole
from llm_conformance.report.lines import escape_line
from llm_conformance.report.text import CONFORMANT, EXCEPT_DECLARED, NOT_CONFORMANT, figures, outcome

LABEL = "llm conformance"
_COLORS = {CONFORMANT: "#3a7d0a", EXCEPT_DECLARED: "#8a6500", NOT_CONFORMANT: "#c0392b"}
_WITHOUT_CONCLUSION = "#6a6a6a"
# The average advance of a character of Verdana at 11 pixels; `textLength` makes the text as wide as that.
_ADVANCE, _PADDING, _HEIGHT = 6.6, 10, 20


class Badge(NamedTuple):
    """What a badge says. color: of the part with the message, with a contrast of 4.5 to white text."""

    message: str
    color: str


def badge_of(record: SubjectRecord, gate: str = "must") -> Badge:
    """The badge of a whole run. It says "conformant" only if no MUST fails, as declared or not."""
    verdicts = list(record.verdicts.values())
    found = outcome(verdicts, gate, record.partial)
    words = "declared deviations" if found == EXCEPT_DECLARED else found
    passed, judged = figures(verdicts, Level.MUST)
    return Badge(f"{words}, must {passed}/{judged}", _COLORS.get(found, _WITHOUT_CONCLUSION))


def badge_of_run(run: SavedRun) -> Badge:
    """The badge of a run; of several subjects, how many of them are conformant."""
    if len(run.subjects) == 1:
        return badge_of(run.subjects[0], run.gate)
    found = [outcome(list(one.verdicts.values()), run.gate, one.partial) for one in run.subjects]
    conformant = found.count(CONFORMANT)
    color = _COLORS[NOT_CONFORMANT] if NOT_CONFORMANT in found else _WITHOUT_CONCLUSION
    whole = found and conformant == len(found)
    return Badge(f"{conformant} of {len(found)} conformant", _COLORS[CONFORMANT] if whole else color)


def render(run: SavedRun) -> str:
    """The image of a run."""
    return svg(badge_of_run(run))


def markdown(image: str) -> str:
    """The line that shows the image in a README."""
    return f"![{LABEL}]({escape_line(image)})"


def write(one: Badge, path: Path) -> None:
    """Write the image, or the JSON for shields.io if the name ends in `.json`. OSError if it cannot be written."""
    content = shields_text(one) if path.suffix == ".json" else svg(one)
    write_whole(content.encode(), path)


def shields(one: Badge) -> dict[str, Any]:
    """The JSON that shields.io reads of an endpoint."""
    return {"schemaVersion": 1, "label": LABEL, "message": one.message, "color": one.color}


def shields_text(one: Badge) -> str:
    """That JSON as the text of a file."""
    return json.dumps(shields(one)) + "\n"


def svg(one: Badge) -> str:
    """The badge as an image of its own, which a screen reader reads as its text."""
    left, right = (round(len(text) * _ADVANCE) + 2 * _PADDING for text in (LABEL, one.message))
    message = escape(one.message)
    texts = ((LABEL, 0, left), (message, left, right))
    lines = (
        f'<text x="{start + width / 2:g}" y="14" textLength="{width - 2 * _PADDING}">{text}</text>'
        for text, start, width in texts
    )
    size = f'width="{left + right}" height="{_HEIGHT}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{LABEL}: {message}">',
            f"<title>{LABEL}: {message}</title>",
            f'<clipPath id="round"><rect {size} rx="3"/></clipPath>',
            '<g clip-path="url(#round)">',
            f'<rect width="{left}" height="{_HEIGHT}" fill="#444"/>',
            f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{one.color}"/>',
            "</g>",
            '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">',
            *lines,
            "</g>",
            "</svg>",
            "",
        ]
    )
