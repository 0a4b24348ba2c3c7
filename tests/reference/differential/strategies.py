"""How plans are drawn. Most of them fail, or are left early, or filter, or do several things at the same time."""

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
    Fallbacks,
    Filters,
    Handler,
    Leave,
    Model,
    Node,
    Parallel,
    Plain,
    Plan,
    Retry,
    Sequence,
)

_TAGS = ("t1", "t2", "own", "seq:step:1", "map:key:a")
_NAMES = ("Drawn", "RunnableSequence", "mine", "StrOutputParser", "nobody")
_TYPES = ("llm", "chain", "parser", "prompt", "chat_model", "told")

tokens = st.lists(st.sampled_from(["a", "@", "", " b", "é🙂", "\n", "\r\n", "\u2028", "e\u0301"]), max_size=5).map(
    tuple
)
metadata = st.dictionaries(st.sampled_from(["m", "n"]), st.integers(0, 2), max_size=2)
tags = st.lists(st.sampled_from(_TAGS[:3]), max_size=2, unique=True).map(tuple)
hooks = st.lists(st.sampled_from(HOOKS), unique=True).map(lambda some: tuple(sorted(some)))
# langchain-core glues what two chunks both say; here each key is said once.
infos = st.sampled_from(
    [(), (), ({"id": "x"},), ({"finish_reason": None}, {"finish_reason": "stop"}), (None, {"n": 1})]
)
_NO_ID = st.none()
_FAILURES = ("on_llm_start", "on_llm_new_token", "on_llm_end", "on_chain_end")


def listeners(*, inline: bool, fail: bool, sync: bool) -> st.SearchStrategy[Handler]:
    """Handlers of one plan. How langchain-core confuses those that run inline with others is pinned in known.py.

    So are an asynchronous one that raises under a synchronous call, and one that raises beside others under an
    asynchronous call.
    """
    quiet = st.builds(Handler, kind=st.sampled_from(["sync", "async"]), inline=st.just(inline))
    raises = st.booleans() if sync else st.just(False)
    failing = st.builds(Handler, inline=st.just(inline), raises=raises, fails_on=st.sampled_from(_FAILURES))
    return quiet | failing if fail else quiet


def configs(who: st.SearchStrategy[Handler], ids: st.SearchStrategy[int | None] = _NO_ID) -> st.SearchStrategy[Config]:
    """What may be said of a call."""
    return st.builds(
        Config,
        tags=tags,
        metadata=metadata,
        run_name=st.none() | st.just("mine"),
        run_id=ids,
        max_concurrency=st.sampled_from([None, None, 1, 2]),
        handlers=st.none() | st.lists(who, max_size=2).map(tuple),
    )


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...] | None]:
    """Two of them at most, and perhaps it says nothing of them at all."""
    return st.none() | st.lists(st.sampled_from(values), max_size=2).map(tuple)


filters = st.builds(
    Filters,
    include_names=some(_NAMES),
    include_types=some(_TYPES),
    include_tags=some(_TAGS),
    exclude_names=some(_NAMES),
    exclude_types=some(_TYPES),
    exclude_tags=some(_TAGS),
)


@st.composite
def models(
    draw: st.DrawFn,
    *,
    who: st.SearchStrategy[Handler],
    fails: bool,
    alone: bool = True,
    said_of_it: dict[str, Any],
    gate: int | None = None,
) -> Model:
    """A model. One that will be left says enough before its gate."""
    said = draw(tokens)
    fault: dict[str, Any] = {}
    if fails:
        fault = draw(
            st.fixed_dictionaries(
                {
                    "fails_at": st.none() | st.integers(0, len(said)),
                    "call_fails": st.booleans(),
                    "fails_on": st.sampled_from(["", "", "bad"]),
                    "failures": st.sampled_from([None, None, 1, 2]) if alone else st.none(),
                }
            )
        )
    return Model(
        hooks=draw(hooks),
        tokens=said if gate is None else ("a", "@", "b", *said, "c", "d"),
        reports=draw(st.sampled_from(["chunk", "chunk", "text", "nothing"])),
        call_reports=draw(st.sampled_from([False, False, True])),
        infos=draw(infos),
        gate=gate,
        name=draw(st.sampled_from([None, None, "mine"])),
        tags=draw(st.sampled_from([(), (), ("own",)])),
        metadata=said_of_it,
        handlers=tuple(draw(st.lists(who, max_size=1))),
        **fault,
    )


def chains(model: st.SearchStrategy[Model], *, who: st.SearchStrategy[Handler], fails: bool) -> st.SearchStrategy[Node]:
    """Text in, text out: so any chain can be a step of another."""
    functions = st.builds(
        Plain, kind=st.sampled_from(["shout", "tells", *(["raises"] if fails else [])]), is_async=st.booleans()
    )
    steps = functions | st.builds(
        Plain, kind=st.sampled_from(["parser", "passthrough", "by_piece", *(["breaks"] if fails else [])])
    )

    def around(node: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        dicts = st.fixed_dictionaries({"q": st.just(Plain(kind="shout"))}, optional={"a": node, "b": node})
        before = functions | dicts.map(lambda some: Sequence(steps=(Parallel(steps=some), Plain(kind="prompt"))))
        return st.one_of(
            st.tuples(before, node, steps).map(lambda steps: Sequence(steps=steps)),
            st.builds(
                Sequence, steps=st.tuples(node, steps) | st.tuples(steps, node), name=st.none() | st.just("mine")
            ),
            st.fixed_dictionaries({"a": node, "b": node}).map(
                lambda some: Sequence(steps=(Parallel(steps=some), Plain(kind="join")))
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
            st.builds(Bound, node=node, config=configs(who)),
            st.builds(Retry, node=node, attempts=st.integers(1, 3)),
            st.builds(Fallbacks, node=node, others=node.map(lambda other: (other,))),
        )

    short = around(model)
    chain = st.one_of(short, short, around(model | short))
    # A prompt stands before all else: in a prompt, the two libraries would write a finished prompt in their own ways.
    prompt = Plain(kind="prompt")
    before: st.SearchStrategy[Node] = st.sampled_from(
        [prompt, Sequence(steps=(Parallel(steps={"q": Plain(kind="passthrough")}), prompt))]
    )
    return chain | st.tuples(before, chain).map(lambda steps: Sequence(steps=steps))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A whole act."""
    sort = draw(
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
    fails = sort == "fails"
    leave = None
    if sort == "is cancelled":
        leave, call = Leave(how="cancel"), draw(st.sampled_from(ASYNC_CALLS))
    elif sort == "closes":
        leave = Leave(how=draw(st.sampled_from(["close", "break"])), after=draw(st.integers(1, 4)))
        call = draw(st.sampled_from(STREAMING_CALLS))
    elif sort == "filters":
        call = draw(st.sampled_from(["events v1", "events v2"]))
    else:
        call = draw(st.sampled_from((*SYNC_CALLS, *ASYNC_CALLS)))
    gate = draw(st.integers(1, 3)) if leave and call in ASYNC_CALLS else None
    # A handler that raises may keep the model from its gate.
    who = listeners(inline="events" not in call and draw(st.booleans()), fail=not leave, sync=call in SYNC_CALLS)
    about = draw(st.sampled_from([{}, {}, {"m": 9}]))
    model = models(who=who, fails=fails, alone="batch" not in call, said_of_it=about, gate=gate)
    if leave and gate is None:
        model = models(who=who, fails=False, said_of_it=about, gate=0).map(_ungated)
    root = draw(chains(model, who=who, fails=fails) if draw(st.integers(0, 3)) else model)
    asks_for_model = isinstance(root, Model)
    batch = "batch" in call
    many = batch or sort == "at once"
    config = draw(configs(who, st.none() if many and not batch else st.sampled_from([None, 7])))
    inputs = draw(st.permutations(["one", "two", "bad"]))[: draw(st.integers(2 if many else 1, 3 if many else 1))]
    plan = Plan(
        root=root,
        call=call,
        inputs=tuple(inputs),
        config=config,
        configs=draw(st.none() | st.tuples(*[configs(who)] * len(inputs))) if batch else None,
        kwargs=draw(st.sampled_from([{}, {}, {"stop": ["x"]}, {"stop": None, "temperature": 0}]))
        if asks_for_model
        else {},
        filters=draw(filters)
        if call.startswith("events") and (sort == "filters" or draw(st.booleans()))
        else Filters(),
        return_exceptions=batch and draw(st.booleans()),
        leave=leave,
    )
    # langchain-core joins the handlers of bindings in any order: of several, any may raise before another hears.
    assume(len(plan.handlers) < 2 or not any(handler.raises for handler in plan.handlers))
    if leave and not plan.linear and call.startswith("events"):
        # Which events are the first is nobody's promise; that all are told before the gate is.
        return replace(plan, leave=Leave(how="cancel"))
    return plan


def _ungated(model: Model) -> Model:
    return replace(model, gate=None)
