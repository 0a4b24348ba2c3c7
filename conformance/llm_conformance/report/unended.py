"""What a report for people says while its run has not ended. Every other report of such a run is empty."""

from __future__ import annotations

_TITLE = "LLM conformance: no report yet"
WHY = "The run is under way, or it stopped before its end."
REMEDY = "Wait until pytest has ended, and open this again. If pytest no longer runs, start it again."
_HTML = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{_TITLE}</title>
<h1>{_TITLE}</h1>
<p>{WHY}</p>
<p>{REMEDY}</p>
</html>
"""
# By the ending of a file's name.
_PAGES = {".html": _HTML, ".md": f"# {_TITLE}\n\n{WHY}\n\n{REMEDY}\n"}


def unended(name: str) -> bytes:
    """The content of a file with that name; empty where a program would take it for a report."""
    return next((page for ending, page in _PAGES.items() if name.endswith(ending)), "").encode()
