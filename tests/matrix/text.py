"""The words of the page that do not depend on the cells."""

HEAD = """\
# The matrix of known classes

How published classes keep the [contract](CONTRACT.md), each judged by its name alone on a simulated provider:
`pytest llm-conformance --llm-impl=CLASS`. A class that speaks more than one wire format has a cell for each. A
[preset](llm_conformance/subject/presets) points each class at the simulated provider; it has the form of a profile.

- *Verified*, {verified} cells: a saved run is in [matrix](matrix), with its date and the versions of everything that
  takes part in a call. Every finding was confirmed by hand: in the source of the class, and by a call without the
  suite.
- *Untested*, {untested} classes: [there is no saved run](#untested-classes), for the reason that is given.

The saved runs were judged again with the present checks; nothing here depends on what the suite said on the day of the
run. `must` and `should` have the checks that passed, of those that passed or failed. What the class inherits from
langchain-core counts neither way. `fit for` has the [purposes](../docs/read-a-finding.md#is-it-fit-for-your-purpose) of
which the class breaks no requirement: `token-ui`, `pipeline` (unattended), `agent-loop`, `cost-control` and
`concurrency`.

- [How to cite a cell](#how-to-cite-a-cell), and show its badge
- [How to dispute a cell](#how-to-dispute-a-cell)
- [The causes of the findings](#the-causes-of-the-findings)

| class | must<br>should | fit for |
|---|---|---|"""

UNTESTED = """
## Untested classes

Published classes without a saved run. Nothing is known about them, good or bad. A
[recipe](../CONTRIBUTING.md#a-preset) adds one.
"""

CAUSES = """
## The causes of the findings

Most of them lie in the client library of a class, so classes with one client share them."""

FOOT = """
## How to cite a cell

Name the class, its version, the version of this suite, the day, and the figures, all of which are in the cell:

> {citation}

[cells.json](matrix/cells.json) has the same as data, with the SHA-256 of each saved run. Its badges are in
[badges](matrix/badges): an SVG image for each cell, and a JSON file for the endpoint badges of shields.io:

```markdown
![llm conformance](https://img.shields.io/endpoint?url=ADDRESS_OF_THE_JSON_FILE)
```

## How to dispute a cell

A wrong finding is a defect of this suite, and is treated as one.

1. Judge the saved run yourself. It needs neither the class nor a network, and `-v` shows every finding in full:

   ```sh
   python -m llm_conformance judge -v conformance/matrix/langchain_openai-ChatOpenAI.json.gz
   ```

2. Read what the check demands, why, and where it is specified: `pytest --llm-explain=blocks.same-answer`.
3. Make the call again, with the versions that the cell names, or with newer ones:

   ```sh
   pytest llm-conformance::langchain_openai:ChatOpenAI::blocks::same-answer --llm-impl=langchain_openai:ChatOpenAI
   ```

4. Report the class, the versions, the id of the check, and one of these:
   - the rule does not follow from its source: say what the source says;
   - the class keeps the rule: give a call without the suite that shows it;
   - the class is used in another way: give the constructor arguments, for the preset;
   - a newer version mends it: attach the run that `--llm-report=run.json.gz` saves.

If the class is right, its behaviour becomes a [conforming model](../CONTRIBUTING.md#a-conforming-model), for which no
check may fail. The check is then mended, and every cell is judged again.

This page is generated from the saved runs: `python tests/matrix`.
"""
