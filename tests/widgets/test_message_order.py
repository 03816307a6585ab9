"""Messages of a page that arrive in another order than they were sent in."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

import kustomer_nb as knb
from kustomer_nb.widgets import message_order
from tests.samples import an_action

FORM = """import pathlib, time
import kustomer_nb as knb
from kustomer_nb.widgets import message_order
message_order.LONGEST_WAIT = 1
schema = {"properties": {"id": {"type": "string"}}}
form = knb.ActionForm(knb.load({"type": "rest_api", "inputSchema": schema}).action())
other = knb.ActionForm(form._session)"""
BUSY = """pathlib.Path("busy").touch()
while not pathlib.Path("go").exists():
    time.sleep(0.01)"""


def typed(text: str, number: int, page: str = "p") -> dict[str, Any]:
    entry = {"kind": "entry", "pointer": "/id", "state": "value", "text": text}
    return {**entry, "edit": {"page": page, "number": number}, "sent": {"page": page, "number": number}}


@pytest.fixture
def form() -> knb.ActionForm:
    schema = {"properties": {"id": {"type": "string"}}}
    return knb.ActionForm(knb.load(an_action(inputSchema=schema)).action())


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[BlockingKernelClient]:
    manager, client = start_new_kernel(cwd=str(tmp_path))
    yield client
    client.stop_channels()
    manager.shutdown_kernel()


def printed(client: BlockingKernelClient, expression: str) -> str:
    client.execute(f"print({expression})")
    while (message := client.get_iopub_msg(timeout=60))["msg_type"] != "stream":
        pass
    return str(message["content"]["text"]).strip()


def wait_for_answer(client: BlockingKernelClient) -> None:
    while "pong" not in str(client.get_iopub_msg(timeout=60)["content"]):
        pass


def test_a_kernel_with_two_threads_handles_messages_as_they_were_sent(
    kernel: BlockingKernelClient, tmp_path: Path
) -> None:
    assert kernel.execute_interactive(FORM, timeout=60)["content"]["status"] == "ok"
    form, other = printed(kernel, "form.model_id"), printed(kernel, "other.model_id")
    request = kernel.session.msg("create_subshell_request", {})
    kernel.control_channel.send(request)
    subshell = kernel.control_channel.get_msg(timeout=60)["content"]["subshell_id"]

    def post(model: str, content: dict[str, Any], subshell: str | None = None) -> None:
        data = {"comm_id": model, "data": {"method": "custom", "content": content}}
        message = kernel.session.msg("comm_msg", data)
        if subshell:
            message["header"]["subshell_id"] = subshell
        kernel.shell_channel.send(message)

    # From its first answer on, the kernel has messages to this model handled in the other thread.
    post(other, {"kind": "ping"}, subshell)
    wait_for_answer(kernel)
    kernel.execute(BUSY)
    post(form, typed("1", 1))
    post(other, typed("2", 2), subshell)
    # Answered after the second message was taken, while the first one waits for the main thread, for long.
    post(other, {"kind": "ping"}, subshell)
    wait_for_answer(kernel)
    time.sleep(1.5)
    (tmp_path / "go").touch()

    assert printed(kernel, "form.value, other.value") == "{'id': '2'} {'id': '2'}"


def test_a_message_that_comes_too_early_waits_for_those_before_it(form: knb.ActionForm) -> None:
    for text, number in [("0", 1), ("007", 3), ("0071", 4)]:
        form._handle_custom_msg(typed(text, number, "early"), [])
    assert form.value == {"id": "0"}

    form._handle_custom_msg(typed("00", 2, "early"), [])

    assert (form.value, form.answered["early"]) == ({"id": "0071"}, 4)


def test_the_order_is_that_of_the_page_not_of_a_leaf(form: knb.ActionForm) -> None:
    other = knb.ActionForm(form._session)

    other._handle_custom_msg({"kind": "entry", **typed("2", 2, "leaves")}, [])
    assert form.value == {}
    form._handle_custom_msg(typed("1", 1, "leaves"), [])

    assert form.value == other.value == {"id": "2"}


def test_nothing_waits_for_a_message_that_was_lost(
    form: knb.ActionForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_order, "LONGEST_WAIT", 0.01)
    for text, number in [("a", 2), ("b", 4), ("c", 5)]:
        form._handle_custom_msg(typed(text, number, "lost"), [])
    deadline = time.monotonic() + 60

    while form.value != {"id": "c"} and time.monotonic() < deadline:
        time.sleep(0.01)

    assert form.value == {"id": "c"}
    # Late, and the order goes on.
    form._handle_custom_msg(typed("d", 6, "lost"), [])
    assert form.value == {"id": "d"}


def test_where_no_thread_can_be_started_nothing_waits(
    form: knb.ActionForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(timer: threading.Timer) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Timer, "start", refuse)

    form._handle_custom_msg(typed("a", 3, "alone"), [])

    assert form.value == {"id": "a"}


@pytest.mark.parametrize("sent", [None, 1, {}, {"page": 1, "number": 1}, {"page": "p", "number": True}])
def test_a_place_in_the_order_that_cannot_be_read_is_reported(form: knb.ActionForm, sent: object) -> None:
    form._handle_custom_msg({**typed("a", 1), "sent": sent}, [])

    assert "has no field 'sent'" in form.notice
    assert form.value == {}
