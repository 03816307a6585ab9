from __future__ import annotations

from collections import UserDict
from typing import Any

import pytest

from kustomer_nb.errors import InputError
from kustomer_nb.jsontext.bounds import MAX_ENTRIES, excess, require_end


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


def doubled(levels: int) -> Any:
    value: Any = []
    for _ in range(levels):
        value = [value, value]
    return value


RING: dict[str, Any] = {"a": [0, {}]}
RING["a"][1]["b"] = RING


@pytest.mark.parametrize(
    ("value", "arguments", "reason", "path"),
    [
        pytest.param(RING, {}, "it contains itself", ("a", 1, "b"), id="a value within itself"),
        pytest.param([1, nested(5)], {"max_depth": 4}, "deeper than 4 levels", (1, 0, 0, 0), id="too deep"),
        pytest.param([1, [2, 3], 4], {"max_values": 4}, "more values than are read", (), id="too many"),
        pytest.param({1: 2}, {}, "a key is of type int", (), id="a key that is not a string"),
        pytest.param({"a": {1, 2}}, {"is_strict": True}, "of type set", ("a",), id="a set"),
        pytest.param(10**5000, {"is_strict": True}, "an integer is too large", (), id="too many digits"),
        pytest.param(UserDict({"a": RING}), {}, "it contains itself", ("a", "a", 1, "b"), id="in a mapping"),
    ],
)
def test_says_why_and_where(value: Any, arguments: Any, reason: str, path: tuple[Any, ...]) -> None:
    too_much = excess(value, **arguments)

    assert too_much is not None
    assert reason in too_much.reason
    assert too_much.path == path


@pytest.mark.uncounted
@pytest.mark.parametrize(
    "value",
    [
        pytest.param(nested(100_000), id="any depth"),
        pytest.param([[1, 2]] * 3, id="one list in several places"),
        pytest.param(doubled(12), id="doubled a few times"),
        pytest.param([[] for _ in range(300_001)], id="more than are looked at in a hurry"),
        pytest.param({"a": (1, {"b": None})}, id="a tuple"),
        pytest.param({1, 2}, id="not a JSON container"),
    ],
)
def test_a_value_that_ends_has_no_excess(value: Any) -> None:
    assert excess(value) is None


def test_a_value_that_doubles_at_each_level_is_seen_without_walking_through_it() -> None:
    too_much = excess(doubled(60))

    assert too_much is not None
    assert too_much.has_too_many


def test_a_mapping_without_an_end_is_left_when_it_gave_enough() -> None:
    count = 0

    class Endless(UserDict[str, int]):
        def __iter__(self) -> Any:
            nonlocal count
            while True:
                count += 1
                yield str(count)

        def __getitem__(self, key: str) -> int:
            return 1

    too_much = excess([Endless()])

    assert too_much is not None
    assert (too_much.has_too_many, count) == (True, MAX_ENTRIES + 1)


def test_the_error_names_the_code_and_the_place() -> None:
    with pytest.raises(InputError) as caught:
        require_end(RING, "/steps/find")

    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.pointer) == ("KNB718", "/steps/find/a/1/b")
