"""Positions of the protocol, in each of its encodings."""

from __future__ import annotations

import pytest
from lsprotocol.types import Position, PositionEncodingKind

from kustomer_nb.lsp.positions import Positions

TEXT = "a\r\né😀\u2028b\rc\n\nd"
UNITS = {"utf-8": [0, 2, 6, 9, 10], "utf-16": [0, 1, 3, 4, 5], "utf-32": [0, 1, 2, 3, 4]}


@pytest.mark.parametrize("encoding", PositionEncodingKind)
def test_each_offset_has_a_position_that_leads_back(encoding: PositionEncodingKind) -> None:
    positions = Positions(TEXT, encoding)

    for offset in range(len(TEXT) + 1):
        position = positions.position(offset)
        # Within a line break, the end of the line.
        assert positions.offset(position) == (
            offset if TEXT[offset - 1 : offset + 1] != "\r\n" else offset - 1
        )


@pytest.mark.parametrize("encoding", PositionEncodingKind)
def test_a_line_is_counted_in_units_of_the_encoding(encoding: PositionEncodingKind) -> None:
    positions = Positions(TEXT, encoding)

    assert [positions.position(offset).character for offset in range(3, 8)] == UNITS[encoding.value]
    assert {positions.position(offset).line for offset in range(3, 8)} == {1}


@pytest.mark.parametrize(
    ("position", "offset"),
    [(Position(0, 9), 1), (Position(9, 0), len(TEXT)), (Position(1, 2), 4), (Position(3, 7), 10)],
)
def test_a_position_that_is_nowhere_is_the_nearest_one_before(position: Position, offset: int) -> None:
    assert Positions(TEXT).offset(position) == offset
