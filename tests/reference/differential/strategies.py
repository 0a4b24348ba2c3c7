"""Hypothesis strategies for plans. Most plans fail, stop early, filter, or make several calls at the same time."""

from dataclasses import replace
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from reference.differential.plan import (
    ASYNC_CALLS,
    HOOKS,
    STREAMING_CALLS,
    SYNC_CALLS,
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

_TAGS = ("t1", "t2", "own", "seq:step:1", "map:key:a")
_NAMES = ("Drawn", "RunnableSequence", "mine", "StrOutputParser", "absent")
_TYPES = ("llm", "chain", "parser", "prompt", "chat_model", "custom")

tokens = st.lists(st.sampled_from(["a", "@", "", " b", "é🙂", "\n", "\r\n", "\u2028", "e\u0301"]), max_size=5).map(
    tuple
)
metadata = st.dictionaries(st.sampled_from(["m", "n"]), st.integers(0, 2), max_size=2)
tags = st.lists(st.sampled_from(_TAGS[:3]), max_size=2, unique=True).map(tuple)
hooks = st.lists(st.sampled_from(HOOKS), unique=True).map(lambda values: tuple(sorted(values)))
# langchain-core concatenates the values of a key that two chunks have; here only one chunk has each key.
infos = st.sampled_from(
    [(), (), ({"id": "x"},), ({"finish_reason": None}, {"finish_reason": "stop"}), (None, {"n": 1})]
)
_NO_ID = st.none()
_FAILURES = ("on_llm_start", "on_llm_new_token", "on_llm_end", "on_chain_end")


def handlers(*, inline: bool, fail: bool, sync: bool) -> st.SearchStrategy[Handler]:
    """Handlers of one plan: all of them inline or none, and one that raises only in a synchronous call.

    Other combinations behave differently in langchain-core; examples in `known` cover those.
    """
    passive = st.builds(Handler, kind=st.sampled_from(["sync", "async"]), inline=st.just(inline))
    raises = st.booleans() if sync else st.just(False)
    failing = st.builds(Handler, inline=st.just(inline), raises=raises, fails_on=st.sampled_from(_FAILURES))
    return passive | failing if fail else passive


def configs(
    handler: st.SearchStrategy[Handler], ids: st.SearchStrategy[int | None] = _NO_ID
) -> st.SearchStrategy[Config]:
    """Configs of a call."""
    return st.builds(
        Config,
        tags=tags,
        metadata=metadata,
        run_name=st.none() | st.just("mine"),
        run_id=ids,
        max_concurrency=st.sampled_from([None, None, 1, 2]),
        handlers=st.none() | st.lists(handler, max_size=2).map(tuple),
    )


def at_most_two(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...] | None]:
    """None, or at most two of the values."""
    return st.none() | st.lists(st.sampled_from(values), max_size=2).map(tuple)


filters = st.builds(
    Filters,
    include_names=at_most_two(_NAMES),
    include_types=at_most_two(_TYPES),
    include_tags=at_most_two(_TAGS),
    exclude_names=at_most_two(_NAMES),
    exclude_types=at_most_two(_TYPES),
    exclude_tags=at_most_two(_TAGS),
)


@st.composite
def models(
    draw: st.DrawFn,
    *,
    handler: st.SearchStrategy[Handler],
    fails: bool,
    alone: bool = True,
    model_metadata: dict[str, Any],
    gate: int | None = None,
) -> Model:
    """A model. If the consumer stops early, there are tokens before its gate."""
    drawn_tokens = draw(tokens)
    fault: dict[str, Any] = {}
    if fails:
        fault = draw(
            st.fixed_dictionaries(
                {
                    "fails_at": st.none() | st.integers(0, len(drawn_tokens)),
                    "call_fails": st.booleans(),
                    "fails_on": st.sampled_from(["", "", "bad"]),
                    "failures": st.sampled_from([None, None, 1, 2]) if alone else st.none(),
                }
            )
        )
    return Model(
        hooks=draw(hooks),
        tokens=drawn_tokens if gate is None else ("a", "@", "b", *drawn_tokens, "c", "d"),
        reports=draw(st.sampled_from(["chunk", "chunk", "text", "nothing"])),
        call_reports=draw(st.sampled_from([False, False, True])),
        infos=draw(infos),
        gate=gate,
        name=draw(st.sampled_from([None, None, "mine"])),
        tags=draw(st.sampled_from([(), (), ("own",)])),
        metadata=model_metadata,
        handlers=tuple(draw(st.lists(handler, max_size=1))),
        **fault,
    )


def chains(
    model: st.SearchStrategy[Model], *, handler: st.SearchStrategy[Handler], fails: bool
) -> st.SearchStrategy[Node]:
    """Chains from text to text, so that each can be a step of another."""
    functions = st.builds(
        Plain, kind=st.sampled_from(["shout", "dispatches", *(["raises"] if fails else [])]), is_async=st.booleans()
    )
    steps = functions | st.builds(
        Plain, kind=st.sampled_from(["parser", "passthrough", "by_piece", *(["breaks"] if fails else [])])
    )

    def around(node: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        dicts = st.fixed_dictionaries({"q": st.just(Plain(kind="shout"))}, optional={"a": node, "b": node})
        before = functions | dicts.map(lambda values: Sequence(steps=(Parallel(steps=values), Plain(kind="prompt"))))
        return st.one_of(
            st.tuples(before, node, steps).map(lambda steps: Sequence(steps=steps)),
            st.builds(
                Sequence, steps=st.tuples(node, steps) | st.tuples(steps, node), name=st.none() | st.just("mine")
            ),
            st.fixed_dictionaries({"a": node, "b": node}).map(
                lambda values: Sequence(steps=(Parallel(steps=values), Plain(kind="join")))
            ),
            node.map(
                lambda a: Sequence(
                    steps=(
                        Parallel(steps={"q": Plain(kind="shout")}),
                        Assign(steps={"a": Sequence(steps=(Plain(kind="prompt"), a))}),
                        Plain(kind="join"),
                    )
                )
            ),
            st.builds(
                Calls,
                node=node,
                how=st.sampled_from(["invoke", "stream", "answer"]),
                passes=st.booleans(),
                is_async=st.booleans(),
            ),
            st.builds(Bound, node=node, config=configs(handler)),
            st.builds(Retry, node=node, attempts=st.integers(1, 3)),
            st.builds(Fallbacks, node=node, others=node.map(lambda other: (other,))),
        )

    short = around(model)
    chain = st.one_of(short, short, around(model | short))
    # A prompt comes first: the two libraries format a prompt value inside a prompt differently.
    prompt = Plain(kind="prompt")
    before: st.SearchStrategy[Node] = st.sampled_from(
        [prompt, Sequence(steps=(Parallel(steps={"q": Plain(kind="passthrough")}), prompt))]
    )
    return chain | st.tuples(before, chain).map(lambda steps: Sequence(steps=steps))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans."""
    kind = draw(
        st.sampled_from(
            [
                "plain",
                "fails",
                "fails",
                "closes",
                "closes",
                "closes",
                "is cancelled",
                "is cancelled",
                "at once",
                "filters",
            ]
        )
    )
    fails = kind == "fails"
    early_exit = None
    if kind == "is cancelled":
        early_exit, call = EarlyExit(how="cancel"), draw(st.sampled_from(ASYNC_CALLS))
    elif kind == "closes":
        early_exit = EarlyExit(how=draw(st.sampled_from(["close", "break"])), after=draw(st.integers(1, 4)))
        call = draw(st.sampled_from(STREAMING_CALLS))
    elif kind == "filters":
        call = draw(st.sampled_from(["events v1", "events v2"]))
    else:
        call = draw(st.sampled_from((*SYNC_CALLS, *ASYNC_CALLS)))
    gate = draw(st.integers(1, 3)) if early_exit and call in ASYNC_CALLS else None
    # A handler that raises may keep the model from its gate.
    handler = handlers(
        inline="events" not in call and draw(st.booleans()), fail=not early_exit, sync=call in SYNC_CALLS
    )
    model_metadata = draw(st.sampled_from([{}, {}, {"m": 9}]))
    model = models(handler=handler, fails=fails, alone="batch" not in call, model_metadata=model_metadata, gate=gate)
    if early_exit and gate is None:
        model = models(handler=handler, fails=False, model_metadata=model_metadata, gate=0).map(_ungated)
    root = draw(chains(model, handler=handler, fails=fails) if draw(st.integers(0, 3)) else model)
    root_is_model = isinstance(root, Model)
    batch = "batch" in call
    many = batch or kind == "at once"
    config = draw(configs(handler, st.none() if many and not batch else st.sampled_from([None, 7])))
    inputs = draw(st.permutations(["one", "two", "bad"]))[: draw(st.integers(2 if many else 1, 3 if many else 1))]
    plan = Plan(
        root=root,
        call=call,
        inputs=tuple(inputs),
        config=config,
        configs=draw(st.none() | st.tuples(*[configs(handler)] * len(inputs))) if batch else None,
        kwargs=draw(st.sampled_from([{}, {}, {"stop": ["x"]}, {"stop": None, "temperature": 0}]))
        if root_is_model
        else {},
        filters=draw(filters)
        if call.startswith("events") and (kind == "filters" or draw(st.booleans()))
        else Filters(),
        return_exceptions=batch and draw(st.booleans()),
        early_exit=early_exit,
    )
    # langchain-core joins the handlers of bindings in any order, so any of several may raise first.
    assume(len(plan.handlers) < 2 or not any(handler.raises for handler in plan.handlers))
    if early_exit and not plan.linear and call.startswith("events"):
        # The order of the first events is not defined; a cancellation comes after all events before the gate.
        return replace(plan, early_exit=EarlyExit(how="cancel"))
    return plan


def _ungated(model: Model) -> Model:
    return replace(model, gate=None)
