"""A press sends what the page shows, an answer what was asked about: exactly that, once, or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb.config import FILE
from tests.widgets.desk import SANDBOX, TOML, Desk
from tests.widgets.pressing import answer, page_messages, press, texts

LIVE = "https://live.shop.com/refund"


def edited(desk: Desk) -> None:
    desk.app.edit("/actions/0/inputTemplate/uri", LIVE)
    desk.app.save()


def configured(desk: Desk) -> None:
    (desk.folder / FILE).write_text(TOML.replace("sandbox", "live"), encoding="utf-8")


def guarded(desk: Desk) -> None:
    (desk.folder / FILE).write_text(f'{TOML}guard = "type"\n', encoding="utf-8")


def environment(desk: Desk) -> None:
    (desk.folder / ".env").write_text("SHOP_DEFAULT_REGION=live\n", encoding="utf-8")


CHANGES = {
    "a cell edits the definition": ({}, edited, "The definition changed"),
    "another host in the profile": (
        {"uri": "https://api.shop.com/", "toml": TOML, "profile": "work"},
        configured,
        "The profile in kustomer-nb.toml changed",
    ),
    "another guard in the profile": (
        {"uri": "https://api.shop.com/", "toml": TOML, "profile": "work"},
        guarded,
        "The profile in kustomer-nb.toml changed",
    ),
    "another value of a setting": (
        {"uri": "https://{{{region}}}.shop.com/"},
        environment,
        "The settings changed",
    ),
    "another profile": (
        {"toml": f"{TOML}[profiles.us]\n", "profile": "work"},
        lambda desk: desk.session.use_profile("us"),
        "The profile changed",
    ),
    "other inputs": ({}, lambda desk: desk.session.set_inputs({"id": "7"}), "The inputs changed"),
    "another action": ({}, lambda desk: desk.session.pick("other"), "Another action was chosen"),
    "another mode": ({}, lambda desk: desk.session.use_mode("record"), "The mode changed"),
}


@pytest.fixture(autouse=True)
def _region(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SHOP_DEFAULT_REGION", raising=False)
    (tmp_path / ".env").write_text("SHOP_DEFAULT_REGION=sandbox\n", encoding="utf-8")


@pytest.mark.parametrize(("options", "change", "words"), CHANGES.values(), ids=CHANGES)
def test_an_answer_sends_nothing_if_the_request_changed_since_it_was_asked_about(
    options: dict[str, Any], change: Callable[[Desk], None], words: str, tmp_path: Path
) -> None:
    desk = Desk(tmp_path, **options)
    question = desk.bar.question["id"]
    messages = page_messages(desk.bar)

    change(desk)
    answer(desk.bar, "restart", question=question, press="view 1")

    assert desk.sent == []
    assert desk.bar.head["state"] == "refused"
    assert desk.bar.head["words"] == f"{words} since you were asked; nothing was sent."
    assert desk.bar.approvals == []
    assert desk.bar.question["id"] not in ("", question)
    # The person sees the question again, and then the press is over.
    assert [message["kind"] for message in messages if message.get("press") == "view 1"] == [
        "question",
        "pressed",
    ]


@pytest.mark.parametrize("name", ["a cell edits the definition", "another host in the profile"])
def test_the_request_that_is_asked_about_anew_is_the_one_that_is_sent(name: str, tmp_path: Path) -> None:
    options, change, _ = CHANGES[name]
    desk = Desk(tmp_path, **options)
    change(desk)
    answer(desk.bar)

    assert desk.bar.question["host"] == "live.shop.com"
    answer(desk.bar)

    assert [request.split("/")[2] for request in desk.sent] == ["live.shop.com"]


def test_a_question_is_answered_by_its_own_request_though_others_were_shown_between(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.session.set_inputs({"id": "7"})
    question = desk.bar.question["id"]

    desk.session.set_inputs({"id": "8"})
    desk.session.set_inputs({"id": "7"})
    answer(desk.bar, question=question)

    assert desk.sent == [f'POST {SANDBOX} {{"id":"7"}}']


@pytest.mark.parametrize("method", ["post", "get"])
def test_what_is_sent_is_what_was_shown_though_a_helper_of_ones_own_is_never_the_same(
    method: str, tmp_path: Path
) -> None:
    numbers = count(1)
    helpers = {"number": lambda call, step: str(step * next(numbers))}
    desk = Desk(tmp_path, uri="https://shop.com/{{number 1}}", method=method, helpers=helpers)
    url = "".join(piece["x"] for piece in desk.bar.request_line["url"])

    if method == "get":
        press(desk.bar, kind="run")
    else:
        answer(desk.bar)

    assert [request.split(" ")[1] for request in desk.sent] == [url]


@pytest.mark.parametrize("guard", ["none", "confirm"])
def test_a_press_sends_nothing_if_the_request_goes_elsewhere_than_is_shown(
    guard: str, tmp_path: Path
) -> None:
    toml = f'{TOML}guard = "{guard}"\n'
    desk = Desk(tmp_path, uri="https://api.shop.com/", toml=toml, profile="work")
    if guard == "confirm":
        answer(desk.bar)
    before = list(desk.sent)

    (desk.folder / FILE).write_text(toml.replace("sandbox", "live"), encoding="utf-8")
    press(desk.bar, kind="run")

    assert desk.sent == before
    assert "The profile in kustomer-nb.toml changed since the request was shown" in desk.bar.head["words"]
    assert "live.shop.com" in str(desk.bar.request_line)
    if guard == "confirm":
        assert desk.bar.question["before"] == "POST to sandbox.shop.com"
    else:
        press(desk.bar, kind="run")
        assert [request.split("/")[2] for request in desk.sent] == ["live.shop.com"]


def test_a_change_of_something_else_in_the_file_asks_nothing_anew(tmp_path: Path) -> None:
    desk = Desk(tmp_path, toml=TOML, profile="work")
    question = desk.bar.question["id"]

    desk.app.edit("/actions/1/inputTemplate/uri", LIVE)
    (desk.folder / FILE).write_text(f"{TOML}\n# a comment\n[profiles.us]\n", encoding="utf-8")
    answer(desk.bar, question=question)
    press(desk.bar, kind="run")

    assert len(desk.sent) == 2


# -- approvals


@pytest.mark.parametrize("profile", [None, "work"])
def test_an_approval_of_one_value_of_a_setting_is_none_of_another(
    profile: str | None, tmp_path: Path
) -> None:
    desk = Desk(tmp_path, uri="https://{{{region}}}.shop.com/", toml="[profiles.work]\n", profile=profile)
    answer(desk.bar, "restart")
    assert desk.bar.question == {}

    desk.session.typed.type_in("shop.default.region", "canary-production")
    press(desk.bar, kind="run")

    assert [request.split("/")[2] for request in desk.sent] == ["sandbox.shop.com"]
    assert desk.bar.question["asks"] == "name"
    assert "another host that is shown as $shop.default.region.shop.com" in desk.bar.question["reason"]
    assert "canary-production" not in texts(desk.bar)
    # The same host again is not asked about.
    desk.session.typed.type_in("shop.default.region", "sandbox")
    press(desk.bar, kind="run")
    assert len(desk.sent) == 2


@pytest.mark.parametrize(
    ("uri", "target"),
    [
        ("http://sandbox.shop.com/refund", "http://sandbox.shop.com"),
        ("https://sandbox.shop.com:8443/refund", "sandbox.shop.com:8443"),
        ("https://other.shop.com/refund", "other.shop.com"),
    ],
)
def test_another_scheme_port_or_host_is_asked_about(uri: str, target: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    answer(desk.bar, "restart")

    desk.app.edit("/actions/0/inputTemplate/uri", uri)
    desk.session.follow()
    press(desk.bar, kind="run")

    assert len(desk.sent) == 1
    assert (desk.bar.question["asks"], desk.bar.question["target"]) == ("name", target)
    assert desk.bar.question["before"].startswith("POST to ")


def test_another_path_of_the_same_host_is_not_asked_about(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    answer(desk.bar)

    desk.app.edit("/actions/0/inputTemplate/uri", "https://sandbox.shop.com:443/other")
    desk.session.follow()
    press(desk.bar, kind="run")

    assert len(desk.sent) == 2


def test_a_host_header_of_ones_own_is_part_of_what_is_approved(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    answer(desk.bar)

    desk.app.edit("/actions/0/inputTemplate/headers", {"host": "live.shop.com"})
    desk.session.follow()
    press(desk.bar, kind="run")

    assert len(desk.sent) == 1
    assert desk.bar.question["asks"] == "name"


def test_an_approval_of_one_project_is_none_of_another(tmp_path: Path) -> None:
    bench = knb.workbench(
        Desk(tmp_path).path, "refund", transport=httpx.MockTransport(lambda _: httpx.Response(200))
    )
    answer(bench.bar)
    assert bench.bar.question == {}
    bench.update(bench.app.path)
    assert bench.bar.question == {}

    (tmp_path / "second").mkdir()
    bench.update(Desk(tmp_path / "second").path)

    assert bench.bar.question["asks"] == "button"


@pytest.mark.parametrize("clock", ["clock", "wall"])
def test_an_approval_ends_by_either_clock_and_the_question_is_seen_at_each_press(
    clock: str, tmp_path: Path
) -> None:
    desk = Desk(tmp_path)
    approvals = desk.bar._runner.approvals
    answer(desk.bar)
    before = getattr(approvals, clock)
    # The page does not know yet: a computer that slept has not redrawn anything.
    setattr(approvals, clock, lambda: before() + 901)
    messages = page_messages(desk.bar)

    for number in (1, 2):
        press(desk.bar, kind="run", press=f"view {number}")
        assert {"kind": "question", "press": f"view {number}"} in messages
        assert desk.bar.question["asks"] == "button"

    assert len(desk.sent) == 1
    assert desk.bar.approvals == []
    assert "Choose `Send POST to sandbox.shop.com` to confirm." in desk.bar.head["words"]
    answer(desk.bar)
    assert len(desk.sent) == 2


def test_the_page_is_told_when_an_approval_ends(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    approvals = desk.bar._runner.approvals
    delays = []

    async def approve_and_wait() -> None:
        loop = asyncio.get_running_loop()
        later = loop.call_later
        loop.call_later = lambda delay, act, *rest: (delays.append((delay, act)), later(3600, act, *rest))[1]
        answer(desk.bar)
        await desk.bar._runner._task
        loop.call_later = later
        assert [row["minutes"] for row in desk.bar.approvals] == [15]
        before = approvals.clock
        approvals.clock = lambda: before() + 61
        (wake,) = [act for _, act in delays if act == desk.bar._runner._draw_approvals]
        wake()
        assert [row["minutes"] for row in desk.bar.approvals] == [14]
        approvals.clock = lambda: before() + 901
        wake()

    asyncio.run(approve_and_wait())

    assert (desk.bar.approvals, desk.bar.question["asks"]) == ([], "button")
    assert all(delay <= 61 for delay, act in delays if act == desk.bar._runner._draw_approvals)


def test_ask_again_now_ends_the_approval_of_a_host_that_an_input_chose_too(tmp_path: Path) -> None:
    desk = Desk(tmp_path, method="get", uri="https://{{{id}}}/")
    desk.app.edit("/actions/0/inputTemplate/headers", {"authorization": "Bearer {{{region}}}"})
    desk.app.edit("/settings/default/region/type", "secret")
    desk.session.follow()
    desk.session.set_inputs({"id": "evil.example"})

    answer(desk.bar, "restart", typed="evil.example")
    assert len(desk.sent) == 1
    press(desk.bar, kind="run")
    press(desk.bar, kind="ask")
    press(desk.bar, kind="run")

    assert len(desk.sent) == 1
    assert desk.bar.question["asks"] == "name"


# -- presses


def test_a_press_is_counted_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path, method="get")

    press(desk.bar, kind="run", press="view 1", turn=0)
    press(desk.bar, kind="run", press="view 1", turn=1)

    assert len(desk.sent) == 1
    press(desk.bar, kind="run", press="view 2", turn=1)
    assert len(desk.sent) == 2


@pytest.mark.parametrize("is_async", [False, True])
def test_presses_that_wait_for_a_busy_kernel_send_once(is_async: bool, tmp_path: Path) -> None:
    desk = Desk(tmp_path, method="get")

    async def press_thrice() -> None:
        for number in range(3):
            # As three clicks, possibly in two views, whose page has not heard of the first run.
            press(desk.bar, kind="run", press=f"view{number % 2} {number}", turn=0)
            await asyncio.gather(*[desk.bar._runner._task] if is_async else [])

    if is_async:
        asyncio.run(press_thrice())
    else:
        for number in range(3):
            press(desk.bar, kind="run", press=f"view{number % 2} {number}", turn=0)

    assert len(desk.sent) == 1
    assert desk.bar.head["state"] == "done"
    press(desk.bar, kind="run")
    assert len(desk.sent) == 2


def test_an_answer_is_taken_once_and_a_late_one_does_not_hide_the_result(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    question = desk.bar.question["id"]

    for number in range(3):
        answer(desk.bar, "once", question=question, press=f"view {number}")

    assert len(desk.sent) == 1
    assert (desk.bar.head["state"], desk.bar.head["status"]) == ("done", 200)
    assert desk.bar.question["id"] != question


def test_a_rerun_that_waits_for_a_busy_kernel_sends_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUSTOMER_NB_HISTORY")
    desk = Desk(tmp_path, method="get")
    history = knb.HistoryView(desk.session, runner=desk.bar._runner)
    press(desk.bar, kind="run")

    for number in range(3):
        press(history, kind="rerun", id=history.runs[0]["id"], press=f"view {number}", turn=1)

    assert len(desk.sent) == 2


def test_every_press_is_answered(tmp_path: Path) -> None:
    desk = Desk(tmp_path, method="get")
    messages = page_messages(desk.bar)

    press(desk.bar, kind="run", press="view 1", turn=0)
    press(desk.bar, kind="run", press="view 2", turn=0)
    answer(desk.bar, question="0", press="view 3")

    assert [message for message in messages if message["kind"] == "pressed"] == [
        {"kind": "pressed", "press": f"view {number}"} for number in (1, 2, 3)
    ]


def test_a_refusal_that_no_confirmation_helps_against_opens_no_question(tmp_path: Path) -> None:
    desk = Desk(tmp_path, uri="https://{{{region}}}.shop.com/")
    (tmp_path / ".env").unlink()
    messages = page_messages(desk.bar)

    press(desk.bar, kind="run", press="view 1")
    press(desk.bar, kind="run", press="view 2")

    assert desk.sent == []
    assert desk.bar.refusal["kind"] == "settings"
    assert [message["kind"] for message in messages] == ["pressed", "pressed"]
