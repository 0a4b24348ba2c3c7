from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_conformance.records.sharing import REFERENCE, Sharing, pack, unpack

LONG = "a text that is longer than a reference to it " * 7
EVENT = {"event": "on_llm_stream", "name": "acme", "run_id": "00000000-0000-4000-8000-0000000000b1", "chunk": "a"}
JSON = st.recursive(
    st.sampled_from([None, False, True, 0, 1, 0.0, -0.0, 1.0, "", "a", LONG]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", LONG]), inner, max_size=3),
    max_leaves=12,
)


def size(data: Any) -> int:
    return len(json.dumps(data))


@given(JSON)
def test_what_is_packed_and_unpacked_is_the_same(data: Any) -> None:
    assert json.dumps(unpack(json.loads(json.dumps(pack(data))))) == json.dumps(data)


@given(JSON)
def test_shared_data_is_the_same(data: Any) -> None:
    assert json.dumps(Sharing().shared(data)) == json.dumps(data)


def test_equal_parts_of_two_observations_become_one_object() -> None:
    sharing = Sharing()

    first, second = (sharing.shared(json.loads(json.dumps({"chunks": [EVENT, LONG]}))) for _ in range(2))

    assert first is second


def test_equal_numbers_of_different_types_are_different_parts() -> None:
    sharing = Sharing()

    assert [repr(sharing.shared([value])) for value in (1, 1.0, True)] == ["[1]", "[1.0]", "[True]"]


@pytest.mark.parametrize("part", [LONG, {**EVENT, "tags": [LONG]}, [EVENT] * 4])
def test_a_long_part_that_occurs_again_is_a_reference(part: Any) -> None:
    packed = pack({"one": {"chunks": part}, "two": part})

    assert packed["one"] == {"chunks": part} or isinstance(part, list)
    assert packed["two"] == {REFERENCE: ["one", "chunks"]}


def test_a_short_part_is_written_again() -> None:
    assert pack({"one": [EVENT], "two": [EVENT]}) == {"one": [EVENT], "two": [EVENT]}


def test_a_long_answer_in_many_observations_takes_the_room_of_one() -> None:
    answer = {"chunks": [{**EVENT, "chunk": character} for character in LONG]}

    packed = pack({str(number): {**answer, "seconds": number} for number in range(50)})

    assert size(packed) < 2 * size(answer)


def test_a_model_may_have_a_key_of_that_name() -> None:
    data = {"fields": {REFERENCE: LONG}, "more": {REFERENCE: LONG}}

    assert unpack(pack(data)) == data


@pytest.mark.parametrize("path", [["two"], ["one", 0], ["one", "chunks", 1], [["one"]], [{}]])
def test_a_reference_that_leads_nowhere_is_refused(path: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"a reference to .* is not there"):
        unpack({"one": {"chunks": [{REFERENCE: path}]}, "two": []})


@pytest.mark.parametrize("path", [[], ["one"]])
def test_a_reference_to_what_contains_it_is_refused(path: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"a reference to .* contains it"):
        unpack({"one": [{REFERENCE: path}]})
