from __future__ import annotations

import pytest

from kustomer_nb import load
from kustomer_nb.widgets.approvals import HOLDS, Approvals, Asks

URI = "https://shop.com/orders"


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def _prepared(method="post", uri=URI, toml="", tmp_path=None, **options):
    action = load({"inputTemplate": {"uri": uri, "method": method}}).action()
    if tmp_path is not None:
        (tmp_path / "kustomer-nb.toml").write_text(toml)
        path = tmp_path / "shop.json"
        path.write_text(f'{{"inputTemplate": {{"uri": "{uri}", "method": "{method}"}}}}')
        action = load(path).action()
    return action.prepare({}, action.context(**options))


@pytest.mark.parametrize(
    ("method", "options", "asks"),
    [
        ("get", {}, Asks.NOTHING),
        ("post", {}, Asks.BUTTON),
        ("put", {}, Asks.BUTTON),
        ("delete", {}, Asks.NAME),
        ("post", {"mode": "sample"}, Asks.NOTHING),
        ("delete", {"mode": "fault:429"}, Asks.NOTHING),
    ],
)
def test_what_is_asked_depends_on_method_and_mode(method, options, asks):
    assert Approvals().question(_prepared(method, **options), "a").asks is asks


@pytest.mark.parametrize(
    ("profile", "guard", "asks"),
    [
        ("sandbox", 'guard = "confirm"', Asks.BUTTON),
        ("sandbox", 'guard = "type"', Asks.NAME),
        ("sandbox", 'guard = "none"', Asks.NOTHING),
        ("sandbox", 'guard = "deny"', Asks.REFUSED),
        ("prod", "", Asks.NAME),
        ("Live", "", Asks.NAME),
        ("production", "", Asks.NAME),
        ("prod", 'guard = "confirm"', Asks.BUTTON),
        ("reproduction", "", Asks.BUTTON),
    ],
)
def test_the_guard_of_a_profile_decides_what_is_asked(profile, guard, asks, tmp_path):
    prepared = _prepared(toml=f"[profiles.{profile}]\n{guard}\n", tmp_path=tmp_path, profile=profile)

    assert Approvals().question(prepared, "a").asks is asks


@pytest.mark.parametrize(
    ("profile", "guard", "asks"),
    [
        ("prod", "", Asks.NAME),
        ("Production", "", Asks.NAME),
        ("prod", 'guard = "none"', Asks.NOTHING),
        ("sandbox", 'guard = "confirm"', Asks.BUTTON),
        ("sandbox", "", Asks.NOTHING),
    ],
)
def test_only_a_profile_without_guard_asks_nothing_for_loopback(profile, guard, asks, tmp_path):
    toml = f"[profiles.{profile}]\n{guard}\n"
    prepared = _prepared(uri="http://127.0.0.1:9/", toml=toml, tmp_path=tmp_path, profile=profile)

    assert Approvals().question(prepared, "a").asks is asks


def test_an_approval_holds_for_fifteen_minutes():
    clock = Clock()
    approvals, prepared = Approvals(clock), _prepared()
    approvals.approve(prepared, "a", forever=False)

    clock.now += HOLDS - 1
    assert approvals.question(prepared, "a").asks is Asks.NOTHING
    assert approvals.shown() == [
        {
            "action": "a",
            "profile": "",
            "method": "POST",
            "host": "shop.com",
            "minutes": 1,
            "is_current": False,
        }
    ]

    clock.now += 1
    assert approvals.question(prepared, "a").asks is Asks.BUTTON
    assert approvals.shown() == []


def test_an_approval_until_the_kernel_restarts_has_no_end():
    clock = Clock()
    approvals, prepared = Approvals(clock), _prepared()
    approvals.approve(prepared, "a", forever=True)

    clock.now += 1e9

    assert approvals.question(prepared, "a").asks is Asks.NOTHING


def test_an_approval_is_for_one_action():
    approvals, prepared = Approvals(), _prepared()
    approvals.approve(prepared, "a", forever=True)

    assert approvals.question(prepared, "b").asks is Asks.BUTTON


@pytest.mark.parametrize(("method", "uri"), [("put", URI), ("post", "https://other.shop.com/orders")])
def test_another_method_or_host_needs_the_name_and_says_what_it_was(method, uri):
    approvals = Approvals()
    approvals.approve(_prepared(), "a", forever=True)

    question = approvals.question(_prepared(method, uri), "a")

    assert question.asks is Asks.NAME
    assert question.before == "POST to shop.com"


def test_the_path_and_its_inputs_may_change():
    approvals = Approvals()
    approvals.approve(_prepared(), "a", forever=True)

    assert approvals.question(_prepared(uri="https://shop.com/other"), "a").asks is Asks.NOTHING


def test_a_name_that_is_typed_each_time_is_not_replaced_by_an_approval():
    approvals, prepared = Approvals(), _prepared("delete")
    approvals.approve(prepared, "a", forever=True)

    assert approvals.question(prepared, "a").asks is Asks.NAME


def test_revoked_approvals_ask_again():
    approvals, prepared = Approvals(), _prepared()
    approvals.approve(prepared, "a", forever=True)

    approvals.revoke()

    assert approvals.question(prepared, "a").asks is Asks.BUTTON


def test_the_state_of_approvals_holds_no_real_origin():
    approvals = Approvals()
    approvals.approve(_prepared(uri="https://canary.shop.com/"), "a", forever=True)

    (target,) = approvals._given

    assert b"canary" not in target.origin
    # Another object hashes with another key: nobody can look a hash up.
    other = Approvals()
    other.approve(_prepared(uri="https://canary.shop.com/"), "a", forever=True)
    assert other._given.keys() != approvals._given.keys()


def test_a_second_target_leaves_the_approval_of_the_first():
    approvals = Approvals()
    first, second = _prepared(), _prepared(uri="https://other.shop.com/orders")
    for prepared in (first, second):
        approvals.approve(prepared, "a", forever=True)

    assert [approvals.question(prepared, "a").asks for prepared in (first, second)] == [Asks.NOTHING] * 2
    assert [row["is_current"] for row in approvals.shown(first, "a")] == [True, False]


def test_plain_http_is_named_by_its_scheme():
    assert Approvals().question(_prepared(uri="http://shop.com/"), "a").target == "http://shop.com"
    assert Approvals().question(_prepared(), "a").target == "shop.com"
