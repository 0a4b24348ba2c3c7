"""Changes the reference in one place at a time. The comparison with langchain-core must notice each change."""

import pytest

from reference.differential.compare import compare
from reference.differential.mutant import Mutant, alive
from reference.differential.plan import (
    Assign,
    Bound,
    Calls,
    Config,
    EarlyExit,
    Fallbacks,
    Filters,
    Handler,
    Model,
    Node,
    Parallel,
    Plain,
    Plan,
    Retry,
    Sequence,
)

pytestmark = [pytest.mark.matrix, pytest.mark.filterwarnings("ignore")]

_CALL = Model()
_STREAM = Model(hooks=("_stream",), tokens=("a", "@", "", "b"))
_ASYNC = Model(hooks=("_acall", "_astream"), tokens=("a", "@", "", "b"))
_GATED = Model(hooks=("_astream",), tokens=("a", "b", "c", "d"), gate=2)
_WITH_INFO = Model(hooks=("_stream",), infos=({"id": "x"},))
_PROMPT, _PARSER, _JOIN, _PIECES = (Plain(kind=kind) for kind in ("prompt", "parser", "join", "by_piece"))
_LOGGED = Config(tags=("t1",), run_name="mine", handlers=(Handler(),))
_FAILS = Model(call_fails=True, failures=1)


def chain(*steps: Node) -> Sequence:
    return Sequence(steps=steps)


def logged(root: Node, call: str, *inputs: str) -> Plan:
    return Plan(root=root, call=call, config=_LOGGED, inputs=inputs or ("hi",))


MUTANTS = [
    Mutant(
        "runs.chunk",
        "piece.text for piece in pieces)",
        "piece.text for piece in pieces[1:])",
        (logged(_STREAM, "stream"),),
    ),
    Mutant(
        "runs.chunk",
        "reduce(_sum, infos, GenerationChunk(text))",
        "GenerationChunk(text)",
        (logged(_WITH_INFO, "stream"),),
    ),
    Mutant("runs.chunk", "[*self._blocks, *self._chunks]", "self._chunks[1:]", (logged(_STREAM, "stream"),)),
    Mutant(
        "models.llm",
        "self._call(prompt, stop=stop, run_manager=C",
        "self._call(prompt, stop=None, run_manager=C",
        (Plan(kwargs={"stop": ["x"]}),),
    ),
    Mutant(
        "models.llm",
        'if not self._overrides("_stream") and not self._overrides("_astream"):',
        'if not self._overrides("_astream"):',
        (Plan(root=_STREAM, call="astream"),),
    ),
    Mutant(
        "models.llm",
        "yield await self.ainvoke(",
        "yield self.invoke(",
        (Plan(root=Model(hooks=("_acall",)), call="astream"),),
    ),
    Mutant(
        "runnables.runnable",
        "yield from self.stream(add_chunks(pieces), config",
        "yield from self.stream(pieces[-1], config",
        (Plan(root=_STREAM, call="transform"),),
    ),
    Mutant(
        "runnables.runnable",
        "contexts, inputs, configs))",
        "contexts, inputs, configs))[::-1]",
        (Plan(call="batch", inputs=("a", "b")),),
    ),
    Mutant(
        "runs.run",
        "self.parent.inheritable_tags if",
        "self.parent.tags if",
        (logged(chain(_PROMPT, chain(_CALL, _PARSER)), "invoke"), logged(chain(_PROMPT, Calls(node=_CALL)), "invoke")),
    ),
    Mutant("runs.run", '"run_name": None, "run_id"', '"run_id"', (logged(chain(_PROMPT, _CALL), "invoke"),)),
    Mutant(
        "runs.callbacks",
        'if getattr(handler, "raise_error", False):',
        "if False:",
        (Plan(config=Config(handlers=(Handler(fails_on="on_llm_start", raises=True),))),),
    ),
    Mutant(
        "runs.callback_manager", "(*self.handlers, *new)", "self.handlers", (Plan(root=Model(handlers=(Handler(),))),)
    ),
    Mutant(
        "runs.run_manager",
        "                dispatch(run.handlers, *self._new_token(token, chunk, kwargs))",
        "                dispatch(run.handlers, *self._new_token(token, None, kwargs))",
        (logged(_STREAM, "stream"),),
    ),
    Mutant(
        "runs.events",
        'run.parent_ids if self._version == "v2" else []',
        "run.parent_ids",
        (Plan(root=chain(_PROMPT, _CALL), call="events v1"),),
    ),
    Mutant(
        "runs.events",
        'text if self._version == "v1" else',
        "text or",
        (Plan(root=chain(_STREAM, _PARSER), call="events v2"),),
    ),
    Mutant(
        "runs.events",
        "await cancel_and_wait([task])",
        "pass",
        (Plan(root=_GATED, call="events v2", early_exit=EarlyExit(how="cancel")),),
    ),
    Mutant(
        "runs.events",
        "return included and not matches(*excludes)",
        "return included",
        (Plan(root=chain(_STREAM, _PARSER), call="events v2", filters=Filters(exclude_types=("llm",))),),
    ),
    Mutant(
        "runs.events",
        "all(include is None for include in includes)",
        "any(include is None for include in includes)",
        (Plan(root=chain(_STREAM, _PARSER), call="events v1", filters=Filters(include_types=("llm",))),),
    ),
    Mutant(
        "runs.event_queue", "return items", "return items[:1]", (Plan(root=chain(_PROMPT, _STREAM), call="events v2"),)
    ),
    Mutant(
        "runs.config",
        'sorted({*(base.get("tags") or ()), ',
        "sorted({",
        (logged(Bound(node=_CALL, config=Config(tags=("t2",))), "invoke"),),
    ),
    Mutant(
        "runs.config",
        '{**one, "run_id": None}',
        "one",
        (
            Plan(
                root=chain(_PROMPT, _CALL),
                call="batch",
                inputs=("a", "b"),
                config=Config(run_id=7, handlers=(Handler(),)),
            ),
        ),
    ),
    Mutant("runnables.sequence", "start=1", "start=0", (logged(chain(_PROMPT, _CALL), "invoke"),)),
    Mutant(
        "runnables.streaming_step",
        "run.consume(first, input)",
        "run.consume(_END, input)",
        (Plan(root=chain(_STREAM, _PARSER), call="stream"),),
    ),
    Mutant(
        "runnables.streaming_step",
        "tracer.chunk(self, chunk)",
        "pass",
        (Plan(root=chain(_STREAM, _PARSER), call="events v2"),),
    ),
    Mutant(
        "runnables.step",
        "context_with(run.child_config()).run(self._invoke, input, run, **kwargs)",
        "self._invoke(input, run, **kwargs)",
        (logged(Calls(node=_CALL, passes=False), "invoke"),),
    ),
    Mutant(
        "runnables.function",
        "result = await result.ainvoke(value, run.child_config())",
        "pass",
        (Plan(root=Calls(how="answer"), call="ainvoke"),),
    ),
    Mutant(
        "runnables.arguments",
        "manager.run.child_config()",
        "manager.run.config",
        (logged(Calls(node=_CALL), "invoke"),),
    ),
    Mutant(
        "runnables.generator",
        "_total(list(self.stream(input, config, **kwargs)))",
        "list(self.stream(input, config, **kwargs))[-1]",
        (Plan(root=chain(_CALL, _PIECES)),),
    ),
    Mutant(
        "runnables.parallel",
        'run.child_config(f"map:key:{key}")',
        "run.child_config()",
        (logged(chain(Parallel(steps={"a": _CALL}), _JOIN), "invoke"),),
    ),
    Mutant(
        "runnables.passthrough",
        "{**_checked(value), **self.mapper.invoke(",
        "{**self.mapper.invoke(",
        (
            Plan(
                root=chain(
                    Parallel(steps={"q": Plain(kind="passthrough")}), Assign(steps={"a": chain(_PROMPT, _CALL)}), _JOIN
                )
            ),
        ),
    ),
    Mutant("runnables.prompt", '= "prompt"', '= "chain"', (Plan(root=chain(_PROMPT, _CALL), call="events v2"),)),
    Mutant(
        "runnables.parser",
        "async for piece in pieces:\n",
        "async for piece in (each async for each in pieces if each):\n",
        (Plan(root=chain(_ASYNC, _PARSER), call="astream"),),
    ),
    Mutant(
        "runnables.binding",
        "self.bound.invoke(input, merge_configs(self.config, config)",
        "self.bound.invoke(input, merge_configs(config, self.config)",
        (logged(Bound(node=_CALL, config=Config(run_name="bound")), "invoke"),),
    ),
    Mutant("runnables.retry", "if number > 1", "if number > 0", (logged(Retry(node=_FAILS), "invoke"),)),
    Mutant(
        "runnables.retry", "self.max_attempt_number + 1)", "self.max_attempt_number)", (Plan(root=Retry(node=_FAILS)),)
    ),
    Mutant(
        "runnables.fallbacks",
        "        for runnable in self.runnables:\n            try:\n                return runnable.invoke",
        "        for runnable in [self.runnable]:\n            try:\n                return runnable.invoke",
        (Plan(root=Fallbacks(node=_FAILS, others=(_CALL,))),),
    ),
    Mutant(
        "aio.closing",
        "            await aclose()",
        "            pass",
        (
            Plan(
                root=chain(_GATED, _PARSER),
                call="astream",
                config=Config(handlers=(Handler(kind="async"),)),
                early_exit=EarlyExit(),
            ),
        ),
    ),
    Mutant(
        "aio.thread",
        "await asyncio.to_thread(call)",
        "await asyncio.get_running_loop().run_in_executor(None, call)",
        (logged(Calls(node=_CALL, passes=False, is_async=False), "ainvoke"),),
    ),
    Mutant(
        "messages.conversion",
        "str(value.to_string())",
        "str(value.to_string()).strip()",
        (Plan(root=chain(_PROMPT, _CALL), inputs=("hi ",)),),
    ),
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_comparison_notices_a_mutant(mutant: Mutant) -> None:
    assert all(compare(plan).is_equal for plan in mutant.plans)

    with alive(mutant) as reference:
        assert not all(compare(plan, reference).is_equal for plan in mutant.plans)


def test_mutants_are_spread_over_the_reference() -> None:
    assert len(MUTANTS) >= 20
    assert len({mutant.module for mutant in MUTANTS}) >= 20
