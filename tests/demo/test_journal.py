from __future__ import annotations

from kustomer_nb.demo.journal import CAPACITY, Journal


def test_keeps_the_latest_thousand_and_counts_them_all() -> None:
    journal = Journal()

    numbers = [journal.add({"method": str(number)}) for number in range(CAPACITY + 5)]

    assert numbers[-1] == CAPACITY + 5
    assert len(journal.entries()) == CAPACITY == 1_000
    assert journal.entries()[0] == {"method": "5"}


def test_changing_what_it_gives_changes_nothing_in_it() -> None:
    journal = Journal()
    journal.add({"method": "GET"})

    journal.entries()[0]["method"] = "PUT"

    assert journal.entries() == [{"method": "GET"}]


def test_counts_from_one_again_when_cleared() -> None:
    journal = Journal()
    journal.add({"method": "GET"})

    journal.clear()

    assert journal.entries() == []
    assert journal.add({}) == 1
