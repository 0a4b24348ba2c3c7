"""One finding as a script: the model, what gives its answers, the calls, and the comparison of both sides."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from typing import Any

from llm_conformance.records import Finding, one_line
from llm_conformance.reproduce.act import Act
from llm_conformance.reproduce.answers import Answers
from llm_conformance.reproduce.evidence import Evidence
from llm_conformance.reproduce.literal import WIDTH, assigned
from llm_conformance.reproduce.model import Construction, imports_of_model
from llm_conformance.reproduce.recipe import FAULT, Recipe
from llm_conformance.reproduce.said import Said
from llm_conformance.reproduce.source import foreign_imports_of, imports_of, names_in, source_of
from llm_conformance.reproduce.traits import has_trait

_SECONDS = 10
# The codes of calls that raise, hang, or never end; a longer code ends like that.
_RAISES, _HANGS = ("raised",), ("hung", "endless")
_WATCH = '''\
def give_up() -> None:
    """End a script whose call does not end."""
    print("expected:", {expected})
    print("actual:   no end within {seconds} seconds")
    sys.stdout.flush()
    os._exit(1)
'''
_ARGUMENTS = {
    "own name": "name",
    "own type": "kind",
    "own tag": '"t1"',
    "another type": '"no such thing"',
}
_FILTER = re.compile(r"(\w+)=\[([^\]]+)\]")
_WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


class Script:
    """The script that shows one finding. NotExportedError if it cannot be shown by a script."""

    def __init__(self, evidence: Evidence, recipe: Recipe, construction: Construction) -> None:
        self._evidence = evidence
        self._recipe = recipe
        self._construction = construction
        self._said = Said(evidence, recipe)
        self._answers = Answers(evidence, recipe, construction, self._said)
        self._act = Act(self._in_words(recipe.act), evidence.style)

    @property
    def text(self) -> str:
        """The source of the script."""
        finding, answers = self._evidence.finding, self._answers
        make = self._construction.source(
            self._evidence.about, short_timeout=self._needs_timeout, wrapped=answers.watches_hooks
        )
        below = [answers.source, make, self._watch(finding), self._main(), self._tail()]
        code = "\n".join(line for part in below for line in part)
        pieces = source_of(code)
        constants = self._constants("\n".join([code, *pieces]))
        parts = ["\n".join(constants), *answers.functions, *pieces, *("\n".join(part) for part in below)]
        text = "\n\n\n".join(part.strip("\n") for part in parts if part.strip())
        imports = imports_of(text)
        foreign = {*foreign_imports_of(text), *imports_of_model(self._evidence.about, self._construction)}
        return "\n".join([self._docstring(), "", *imports, "", *sorted(foreign), "", text, ""])

    @property
    def _needs_timeout(self) -> bool:
        """Whether the finding is about a client that waits for a silent provider."""
        check = self._evidence.check
        return self._recipe.source == FAULT and (check.family == "wire.stall" or check.fault == "late_close")

    def _in_words(self, act: str) -> str:
        """The act with what the finding itself says in place of names."""
        finding, chat = self._evidence.finding, self._evidence.chat
        filters = (
            f"{key}=[{_ARGUMENTS[value]}]" for key, value in _FILTER.findall(finding.where) if value in _ARGUMENTS
        )
        words: Mapping[str, str] = {
            "FILTERS": ", ".join(filters),
            "BOUND": "model.bind_tools(TOOLS)" if self._said.tools else "model",
            "BUFFERED": str(self._said.buffered),
            "WANTED_TYPE": '"on_chat_model_"' if chat else '"on_llm_"',
            "TYPE_OF_CHUNK": '"AIMessageChunk"' if chat else '"str"',
            **self._of_sampled(),
            "TYPE_OF_OUTPUT": '"AIMessageChunk"' if chat else '"str"',
        }
        return re.sub(rf"(?:(?<=\w) (?=UNCACHED))?\b({'|'.join(words)})\b", lambda found: words[found[1]], act)

    def _of_sampled(self) -> Mapping[str, str]:
        """The words of an act that asks for several answers; the run may have asked past a cache."""
        if not self._said.trait:
            return {}
        method, uncached = self._evidence.style.method, self._said.sampled.uncached
        stop = ', stop=[f"<|elsewhere-{number}-{side}|>"]' if uncached else ""
        return {
            "HAS_TRAIT": has_trait(self._said.trait),
            "ASKED": "[PROMPT]" if method.endswith("batch") else "PROMPT",
            "UNCACHED_INVOKE": stop.replace("{side}", "0"),
            "UNCACHED": stop.replace("{side}", "1"),
            "METHOD": method,
        }

    def _main(self) -> list[str]:
        kept = self._in_words(self._recipe.kept)
        loose = re.search(r"\b(?:and|or|if)\b", kept)
        differ = "actual != expected" if kept == "actual == expected" else f"not ({kept})" if loose else f"not {kept}"
        act = self._act.text.splitlines()
        model = ["model = make()"] if "model" in names_in(self._act.text) else []
        head = "async def main() -> int:" if self._act.asynchronous else "def main() -> int:"
        body = [
            *model,
            *act,
            'print(f"expected: {expected!r:.600}")',
            'print(f"actual:   {actual!r:.600}")',
            f"return int({differ})",
        ]
        docstring = '"""Show both sides; return 1 if the defect is there, 0 if it is not."""'
        return [head, *(f"    {line}" if line else "" for line in (docstring, *body))]

    def _tail(self) -> list[str]:
        finding = self._evidence.finding
        run = "asyncio.run(main())" if self._act.asynchronous else "main()"
        lines: list[str] = []
        if finding.code.endswith(_HANGS):
            lines += [f"timer = threading.Timer({_SECONDS}, give_up)", "timer.daemon = True", "timer.start()"]
        if finding.code.endswith(_RAISES) and not re.search("ENDED|ATTEMPT", self._recipe.act):
            lines += [
                "try:",
                f"    sys.exit({run})",
                "except Exception as error:",
                f'    print("expected:", {one_line_literal(finding)})',
                '    print(f"actual:   raised {type(error).__name__}: {error}")',
                "    sys.exit(1)",
            ]
        else:
            lines.append(f"sys.exit({run})")
        return ['if __name__ == "__main__":', *(f"    {line}" for line in lines)]

    def _watch(self, finding: Finding) -> list[str]:
        if not finding.code.endswith(_HANGS):
            return []
        return _WATCH.format(expected=one_line_literal(finding), seconds=_SECONDS).splitlines()

    def _constants(self, code: str) -> list[str]:
        """The constants that the code uses."""
        used = names_in(code)
        used |= {"PROMPT", "OTHER", "THIRD"} if "PROMPTS" in used else set()
        values: dict[str, Any] = {**self._said.constants, "WEATHER": _WEATHER}
        found = [assigned(name, value) for name, value in values.items() if name in used]
        pause = ["# Seconds for which the model is paused in the middle of its answer.", "PAUSE = 2.0"]
        return [*found, *(pause if "PAUSE" in used else [])]

    def _docstring(self) -> str:
        evidence = self._evidence
        lines = [
            f"{evidence.call}: {evidence.title}.",
            "",
            evidence.check.rule.replace("\n", " "),
            *([f"Here: {evidence.check.fault_rule}"] if evidence.check.fault_rule else []),
            "",
            f"expected: {shortened(one_line(evidence.finding.expected))}",
            f"actual:   {shortened(one_line(evidence.finding.actual))}",
            "",
            f"It needs {evidence.installed}. Its exit code is 1 if the defect is there, and 0 if it is not.",
        ]
        wrapped = (textwrap.fill(line, WIDTH, subsequent_indent="    ") for line in lines)
        inside = "\n".join(wrapped).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        printable = "".join(one if one.isprintable() or one == "\n" else f"\\x{ord(one):02x}" for one in inside)
        return f'"""{printable}\n"""'


def one_line_literal(finding: Finding) -> str:
    """The expected side as a Python text."""
    return repr(shortened(one_line(finding.expected)))


def shortened(text: str) -> str:
    """The text on a line that a reader need not scroll."""
    most = 70
    return text if len(text) <= most else f"{text[: most // 2]} .. {text[-most // 2 :]}"
