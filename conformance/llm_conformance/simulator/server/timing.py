"""Inserts gates and pauses between the actions of an answer. Does not read a clock."""

from collections.abc import Iterator, Sequence

from llm_conformance.simulator.actions import Action, Actions, Event, Hold, Pause
from llm_conformance.simulator.case import Case


def timed(actions: Actions, cases: Sequence[Case]) -> Actions:
    """The actions with the gates of all cases and the times of the first case, multiplied by its pace."""
    if not any(case.gates or case.pace for case in cases):
        return actions
    return tuple(_timed(actions, cases))


def _timed(actions: Actions, cases: Sequence[Case]) -> Iterator[Action]:
    gates = sorted((gate for case in cases for gate in case.gates), key=lambda gate: gate.token)
    pieces, pace = cases[0].golden.pieces, cases[0].pace
    paced: set[int] = set()
    for action in actions:
        if isinstance(action, Event):
            token = action.token
            while gates and (action.end or (token is not None and token >= gates[0].token)):
                yield Hold(gates.pop(0))
            if pace and token is not None and token not in paced and token < len(pieces) and pieces[token].dt:
                paced.add(token)
                yield Pause(pieces[token].dt * pace)
        yield action
