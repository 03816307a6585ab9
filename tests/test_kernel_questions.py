"""The questions of a page that a kernel answers by a comm."""

from __future__ import annotations

import json
from typing import Any

import pytest
from comm.base_comm import CommManager

import kustomer_nb as knb
from kustomer_nb.kernel_questions import TARGET, reply, serve
from kustomer_nb.language.reading import MOST_CHARACTERS


class PageComm:
    """The side of the kernel of a comm that a page has opened."""

    comm_id = "1"

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def on_msg(self, receive: Any) -> None:
        self.receive = receive

    def send(self, data: dict[str, Any]) -> None:
        self.sent.append(data)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> PageComm:
    manager, page = CommManager(), PageComm()
    monkeypatch.setattr("comm.get_comm_manager", lambda: manager)
    serve()
    serve()
    manager.targets[TARGET](page, {})
    return page


def ask(page: PageComm, content: object) -> dict[str, Any] | None:
    before = len(page.sent)
    page.receive({"content": {"data": content}})
    return page.sent[-1] if len(page.sent) > before else None


def test_a_question_is_answered_with_its_number_and_the_version(page: PageComm) -> None:
    answer = ask(page, {"id": 7, "question": "lint", "posted": json.dumps({"text": '{"app": "shop"}'})})

    assert answer is not None
    assert (answer["id"], answer["status"], answer["answer"]["version"]) == (7, 200, knb.__version__)
    assert answer["answer"]["problems"]


def test_a_starter_has_no_problem(page: PageComm) -> None:
    answer = ask(page, {"id": 1, "question": "starter", "posted": '{"app": "shop"}'})

    assert answer is not None
    assert not knb.loads(answer["answer"]["text"]).lint()


@pytest.mark.parametrize(
    ("question", "posted", "status"),
    [
        pytest.param("soon", {"text": ""}, 400, id="unknown question"),
        pytest.param("lint", {}, 400, id="no text"),
        pytest.param("lint", {"text": "x" * (MOST_CHARACTERS + 1)}, 413, id="too large"),
        pytest.param("lint", [], 400, id="no object"),
        pytest.param(7, {}, 400, id="no name"),
        pytest.param("starter", {"app": "../x"}, 400, id="no app"),
        pytest.param("starter", {}, 400, id="no app at all"),
    ],
)
def test_what_is_no_question_has_a_status_as_of_the_server(
    page: PageComm, question: object, posted: object, status: int
) -> None:
    answer = ask(page, {"id": 1, "question": question, "posted": json.dumps(posted)})

    assert answer is not None
    assert (answer["status"], type(answer["answer"])) == (status, str)
    assert reply(question, posted)[0] == status


def test_what_fails_is_answered_too(page: PageComm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kustomer_nb.kernel_questions.reply", lambda question, posted: 1 / 0)

    failed = ask(page, {"id": 1, "question": "lint", "posted": "{}"})
    unread = ask(page, {"id": 2, "question": "lint", "posted": "{"})

    assert failed is not None
    assert unread is not None
    assert (failed["status"], unread["status"]) == (500, 400)
    assert "ZeroDivisionError" in failed["answer"]


def test_what_is_no_message_is_ignored(page: PageComm) -> None:
    assert ask(page, "soon") is None
