"""What gives the model of a script its answers, as source: nothing, a script object, watched hooks, or a provider."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from llm_conformance.observe.fault_calls import composite
from llm_conformance.records import Control
from llm_conformance.reproduce.evidence import Evidence
from llm_conformance.reproduce.literal import filled, literal
from llm_conformance.reproduce.model import Construction
from llm_conformance.reproduce.recipe import ANSWERS, CHAT, CROWD, EMPTY, FAILING, FAULT, PAUSED, SEARCH, Recipe
from llm_conformance.reproduce.refusal import refusal
from llm_conformance.reproduce.response import Step, Wire, paused
from llm_conformance.reproduce.said import NAMES, Said
from llm_conformance.reproduce.sends import Sends
from llm_conformance.simulator import golden_of
from llm_fixtures import Golden

_ANSWER_TO = '''

def answer_to({path}: str, body: str) -> list[Any]:
    """The answer to the prompt in the request: as a stream if it asks for one, or whole."""
    found = next(answer for prompt, answer in ANSWERS.items() if json.dumps(prompt)[1:-1] in body)
    return found[0] if {streams} else found[1]


source = Provider(answer_to)'''


class Answers:
    """The source that makes `source`, and the functions that it needs. NotExportedError if no script can answer."""

    def __init__(self, evidence: Evidence, recipe: Recipe, construction: Construction, said: Said) -> None:
        self._evidence = evidence
        self._recipe = recipe
        self._said = said
        self._wire = Wire(construction.wire, construction.dialect)
        self.functions: list[str] = []
        own_prompt = recipe.source == ANSWERS and "PROMPT" not in recipe.act
        if own_prompt and evidence.about.control is not Control.BLACKBOX:
            raise refusal(evidence.check, "the run has no answer to its prompt")
        match evidence.about.control:
            case Control.WIRE:
                self.source = self._of_provider()
            case Control.SCRIPT:
                self.source = self._of_script()
            case _:
                self.source = self._of_hooks() if recipe.source == PAUSED else []

    @property
    def watches_hooks(self) -> bool:
        """Whether the hooks of the model are watched, because nothing else decides its answer."""
        return self._recipe.source == PAUSED and self._evidence.about.control is Control.BLACKBOX

    def _of_hooks(self) -> list[str]:
        if not self._evidence.about.hooks:
            raise refusal(self._evidence.check, "the model has no hooks that a script could pause")
        plain = self._evidence.record.observations.get("astream" if self._evidence.style.asynchronous else "stream")
        chunks = len(plain.get("chunks", ())) if isinstance(plain, dict) else 0
        return [f"source = WatchedHooks(middle={max(chunks // 2, 1)})"]

    def _of_script(self) -> list[str]:
        source, chat = self._recipe.source, self._evidence.chat
        if source == PAUSED:
            pieces = '[SimpleNamespace(type="text", text=token) for token in TOKENS]'
            return [f"source = PausedPieces({pieces})" if chat else "source = PausedScript(TOKENS)"]
        if source in {FAILING, CROWD}:
            return ["source = FailingScript(TOKENS)" if source == FAILING else "source = Script(ANSWERS)"]
        answers = {name: golden_of(tokens) for name, tokens in self._prompts()}
        if source in {SEARCH, EMPTY, CHAT}:
            answers = {"PROMPT": self._said.stream}
        kind = "ScriptOfPieces" if chat else "Script"
        lines = ["ANSWERS = {"]
        for prompt, stream in answers.items():
            items = _pieces(stream) if chat else stream.text_tokens()
            lines += [f"    {prompt}: [", *(f"        {line}" for line in filled(map(literal, items))), "    ],"]
        return [*lines, "}", f"source = {kind}(ANSWERS)"]

    def _of_provider(self) -> list[str]:
        if not self._wire.form:
            raise refusal(self._evidence.check, "the run does not name the wire format")
        if self._recipe.source == FAULT:
            # The fault changes the golden stream itself.
            fault, sent = self._said.fault.name, self._said.response.sent
            return self._played(self._wire.responses(composite(fault), fault, sent))
        if self._recipe.source == PAUSED:
            steps = self._wire.answer(self._said.stream, streamed=not self._evidence.style.whole)
            return self._played([paused(steps, max(len(steps) // 2, 1))], "PausedProvider")
        return self._answered()

    def _played(self, responses: list[list[Step]], kind: str = "Provider") -> list[str]:
        """A provider that plays these responses one after the other, whatever it is asked."""
        sends = Sends(responses)
        recorded = "recorded by the run" if self._said.response.sent else "made again as in the run"
        lines = [f"# What the provider sends, {recorded}."]
        names = ["RESPONSE"] if len(responses) == 1 else [f"RESPONSE_{place + 1}" for place in range(len(responses))]
        for name, steps in zip(names, responses, strict=True):
            lines += [f"{name} = [", *(f"    {line}" for line in sends.source(steps)), "]"]
        self.functions = sends.functions
        return [*lines, f"source = {kind}(lambda _path, _body: {' if source.calls == 1 else '.join(names)})"]

    def _answered(self) -> list[str]:
        """A provider that gives each prompt its answer, as a stream or whole."""
        check, act = self._evidence.check, self._recipe.act
        if self._recipe.source == CROWD or "STOP" in act or "PROMPTS" in act:
            raise refusal(check, "recorded bytes answer a client of a provider one prompt, without a stop text")
        if any(call.raised is not None and call.raised.is_refusal for call in self._evidence.calls):
            raise refusal(check, "the provider refused the call, which recorded bytes do not")
        streams = {"PROMPT": self._said.stream, **{name: golden_of(tokens) for name, tokens in self._prompts()[1:]}}
        answers = {
            name: (self._wire.answer(one), self._wire.answer(one, streamed=False)) for name, one in streams.items()
        }
        sends = Sends([steps for both in answers.values() for steps in both])
        lines = ["ANSWERS = {"]
        for name, both in answers.items():
            lines.append(f"    {name}: (")
            for steps in both:
                lines += ["        [", *(f"            {line}" for line in sends.source(steps)), "        ],"]
            lines.append("    ),")
        self.functions = sends.functions
        streams_if = self._wire.asks_for_stream
        path = "path" if "path" in streams_if else "_path"
        return [*lines, "}", *_ANSWER_TO.format(path=path, streams=streams_if).splitlines()]

    def _prompts(self) -> list[tuple[str, tuple[str, ...]]]:
        """The prompts that the act uses, by the names of their constants, and the tokens of their answers."""
        act = self._recipe.act
        answers = zip(NAMES, self._evidence.about.tokens, strict=False)
        return [(name, tokens) for name, tokens in answers if name in act or "PROMPTS" in act]


def _pieces(stream: Golden) -> Iterable[dict[str, Any]]:
    """The pieces as a script gives them: without what only a simulator needs, and with texts for enums."""
    for event in stream.events():
        fields = {"type": event.type, **asdict(event)}
        said = {name: str(value) if name == "reason" else value for name, value in fields.items()}
        yield {name: value for name, value in said.items() if name != "dt" and value is not None}
