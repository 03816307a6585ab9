"""The count of benchmarks/mutation.py by notebooks and by cases, over fewer faults."""

from __future__ import annotations

import pytest

from benchmarks.mutation import COUNT, LEAST, OPERATORS, SEED, draw, measure, mutated, notebooks, share
from kustomer_nb import load


def test_notebooks_and_cases_see_the_faults_of_definitions() -> None:
    verdicts = measure(40, SEED)

    for mode, least in LEAST.items():
        assert len(verdicts[mode]) == 40
        assert share(verdicts[mode]) >= least
        assert sum(verdict.seen == "excused" for verdict in verdicts[mode]) < 12


def test_the_faults_are_the_same_each_time_and_each_is_one() -> None:
    apps = notebooks()
    faults = draw(COUNT, SEED, apps)

    assert len(faults) == COUNT
    assert faults == draw(COUNT, SEED, apps)
    assert {fault.operator for fault in faults} == set(OPERATORS)
    assert {fault.app for fault in faults} == set(apps)
    assert all(mutated(apps[fault.app].app, fault) != apps[fault.app].app for fault in faults)


@pytest.mark.parametrize("name", ["team", "demo"])
def test_a_sound_definition_has_no_problems(name: str) -> None:
    assert load(notebooks()[name].app).lint().codes == []
