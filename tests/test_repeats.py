"""`python tests/repeats.py` judges what there is, and shows when a verdict changes."""

from __future__ import annotations

from collections import Counter

from repeats import CONFORMING, DEFECTIVE, expected_of, failures_of, in_turn, lines_of
from zoo.test_conforming_models import CONFORMING as MODELS
from zoo.test_kill_matrix import MEASURED


def test_its_subjects_exist_and_none_has_a_defect_that_a_clock_measures() -> None:
    models = {f"{module.__name__.rpartition('.')[2]}:{name}" for module, name in MODELS}

    assert all(map(expected_of, DEFECTIVE))
    assert MEASURED.isdisjoint(DEFECTIVE)
    assert [one for one in CONFORMING if one not in models and not one.startswith("slow:")] == []


def test_it_finds_what_the_zoo_says() -> None:
    assert failures_of("start-emitted-twice") == expected_of("start-emitted-twice") == {"events.order"}


def test_each_round_has_every_subject() -> None:
    turns = [*in_turn("abc", 7)]

    assert Counter(turns[:3]) == Counter(turns[3:6]) == Counter("abc")
    assert len(turns) == 7


def test_a_subject_with_several_sets_of_failures_is_shown() -> None:
    one, other = frozenset({"close.stream"}), frozenset[str]()

    _, steady, flips = lines_of({"steady": Counter({one: 3}), "flips": Counter({one: 2, other: 1})})

    assert steady.split() == ["steady", "3", "1", "close.stream"]
    assert flips.split()[1:3] == ["3", "2"]
    assert flips.endswith(" 2 x close.stream; 1 x -")
