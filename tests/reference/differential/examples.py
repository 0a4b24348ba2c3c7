"""One small plan for each known difference. The difference applies in it."""

from reference.differential.plan import (
    Config,
    EarlyExit,
    Fallbacks,
    Filters,
    Handler,
    Model,
    Parallel,
    Plain,
    Plan,
    Sequence,
)

_STREAMS = Model(hooks=("_astream", "_stream"))
_LONG = Model(hooks=("_astream", "_stream"), tokens=("a", "b", "c", "d", "e"), gate=3)
_LOGGED = Config(handlers=(Handler(),))
_CHAIN = Sequence(steps=(Plain(kind="prompt"), _STREAMS, Plain(kind="parser")))
_JOIN = Plain(kind="join")

EXAMPLES = {
    "S1": Plan(
        root=Sequence(steps=(Model(hooks=("_stream",), tokens=("a", "b", "c", "d")), Plain(kind="parser"))),
        call="stream",
        early_exit=EarlyExit(how="close"),
    ),
    "S2": Plan(call="events v2"),
    "S3": Plan(root=Sequence(steps=(Model(hooks=("_astream",), fails_at=1), Plain(kind="parser"))), call="events v1"),
    "S4": Plan(
        root=Model(call_fails=True, fails_on="bad"), call="batch", inputs=("good", "bad"), return_exceptions=True
    ),
    "S5": Plan(call="batch", inputs=("a", "b"), config=Config(run_id=7, handlers=(Handler(),))),
    "S6": Plan(root=_CHAIN, call="events v2", filters=Filters(include_types=("llm",))),
    "S7": Plan(call="ainvoke", config=Config(handlers=())),
    "S12": Plan(root=Model(tags=("own",), metadata={"m": 9}), call="events v1"),
    "S17": Plan(root=_LONG, call="events v1", early_exit=EarlyExit(how="close")),
    "S18": Plan(
        root=Model(hooks=("_astream",), tokens=("a",) * 60, gate=50),
        call="events v2",
        early_exit=EarlyExit(how="close"),
    ),
    "S19": Plan(
        root=Model(hooks=("_acall",), gate=0), call="abatch", inputs=("a", "b"), early_exit=EarlyExit(how="cancel")
    ),
    "run type": Plan(root=_CHAIN, config=_LOGGED),
    "inputs": Plan(root=_CHAIN, config=_LOGGED),
    "wrapped": Plan(
        root=Fallbacks(node=Model(), others=(Model(),)), call="batch", inputs=("one", "two"), config=_LOGGED
    ),
    "empty": Plan(root=Sequence(steps=(Model(tokens=("",)), Plain(kind="parser"))), call="events v2"),
    "metadata": Plan(root=Model(metadata={"m": 9}), config=Config(metadata={"m": 1}, handlers=(Handler(),))),
    "tokens": Plan(
        root=Model(call_reports=True),
        call="batch",
        inputs=("a", "b"),
        configs=(Config(tags=("t1",), handlers=(Handler(),)), Config(tags=("t2",), handlers=(Handler(),))),
    ),
    "parallel": Plan(
        root=Sequence(steps=(Parallel(steps={"a": _LONG, "b": Plain(kind="shout")}), _JOIN)),
        call="astream",
        early_exit=EarlyExit(how="cancel"),
    ),
    "partial": Plan(
        root=Model(hooks=("_stream",), tokens=("a", "b", "c")),
        call="stream",
        config=_LOGGED,
        early_exit=EarlyExit(after=2),
    ),
    "report order": Plan(
        root=Sequence(steps=(_LONG, Plain(kind="parser"))),
        call="astream",
        config=_LOGGED,
        early_exit=EarlyExit(how="close"),
    ),
    "unreported close": Plan(
        root=Fallbacks(node=_LONG, others=(Model(),)), call="astream", config=_LOGGED, early_exit=EarlyExit(how="close")
    ),
    "unclosed model": Plan(
        root=Sequence(steps=(Model(hooks=("_astream",), tokens=("a", "b", "c")), Plain(kind="breaks"))),
        call="astream",
        config=_LOGGED,
    ),
    "cancelled": Plan(
        root=Sequence(steps=(Parallel(steps={"a": Model(hooks=("_acall",), gate=0)}), _JOIN)),
        call="abatch",
        inputs=("a", "b"),
        return_exceptions=True,
        early_exit=EarlyExit(how="cancel"),
    ),
    "fallbacks": Plan(root=Fallbacks(node=Model(), others=(Model(),)), config=_LOGGED),
    "closed": Plan(
        root=Fallbacks(node=Model(hooks=("_stream",), tokens=("a", "b", "c")), others=(Model(),)),
        call="stream",
        config=_LOGGED,
        early_exit=EarlyExit(how="close", after=2),
    ),
    "unclosed stream": Plan(
        root=Model(hooks=("_stream",), tokens=("a", "b", "c", "d", "e"), gate=3, handlers=(Handler(),)),
        call="events v2",
        early_exit=EarlyExit(how="cancel"),
    ),
    "repeated": Plan(root=Model(hooks=("_stream",), infos=({"s": "m"}, {"s": "m"})), call="stream", config=_LOGGED),
    "inline": Plan(
        root=Model(), call="ainvoke", config=Config(handlers=(Handler(kind="async", inline=True), Handler()))
    ),
    "raise_error": Plan(
        root=Model(), config=Config(handlers=(Handler(kind="async", fails_on="on_llm_start", raises=True),))
    ),
    "raises beside others": Plan(
        root=Model(),
        call="ainvoke",
        config=Config(handlers=(Handler(fails_on="on_llm_end", raises=True), Handler())),
    ),
}
