from __future__ import annotations

import asyncio
import threading

import httpx
import pytest

from kustomer_nb import load
from kustomer_nb.transport import Connection
from kustomer_nb.transport.pool import PoolTransport
from kustomer_nb.transport.resolver import ResolvingBackend
from kustomer_nb.widgets.approvals import Asks
from kustomer_nb.widgets.output_view import OutputView
from kustomer_nb.widgets.run_bar import RunBar
from kustomer_nb.widgets.running import Runner, State
from kustomer_nb.widgets.session import Session
from tests.samples import silent_server
from tests.widgets.pressing import answer, page_messages, press

SENT = httpx.MockTransport(
    lambda request: httpx.Response(200, json={"method": request.method, "host": request.url.host})
)


def _app(method="post", uri="https://shop.com/{{{path}}}"):
    template = {"uri": uri, "method": method, "json": True}
    return load(
        {
            "app": "shop",
            "actions": [
                {
                    "name": f"shop.{name}",
                    "type": "rest_api",
                    "inputTemplate": template,
                    "sampleOutputContext": {"body": {}},
                }
                for name in ("create", "other")
            ],
        }
    )


def _runner(method="post", uri="https://shop.com/{{{path}}}", **options):
    session = Session(_app(method, uri), {"transport": SENT, **options})
    session.set_inputs({"path": "orders"})
    return session, Runner(session)


def test_a_safe_request_is_sent_without_asking():
    session, runner = _runner("get")

    run = runner.start()

    assert run is session.state.result
    assert run.output["body"]["method"] == "GET"
    assert runner.outcome.state is State.DONE


def test_a_request_that_was_not_approved_is_refused_and_not_sent():
    session, runner = _runner()

    assert runner.start() is None
    assert runner.outcome.state is State.REFUSED
    assert "KNB8" in runner.outcome.words
    assert session.state.result is None


def test_an_approved_request_is_sent_and_the_next_one_too():
    _, runner = _runner()

    assert runner.approve("POST", "shop.com").output["body"]["host"] == "shop.com"
    assert runner.start().output["body"]["method"] == "POST"


def test_what_was_shown_is_what_is_approved():
    session, runner = _runner(uri="https://{{{host}}}.shop.com/")
    session.set_inputs({"host": "sandbox"})

    assert runner.approve("POST", "live.shop.com") is None
    assert runner.approve("DELETE", "sandbox.shop.com") is None
    assert "changed since" in runner.outcome.words
    assert runner.question().asks is Asks.BUTTON


def test_a_name_must_be_the_one_that_is_asked_for():
    _, runner = _runner("delete")

    assert runner.approve("DELETE", "shop.com", typed="shop.org") is None
    assert runner.outcome.state is State.REFUSED
    assert runner.approve("DELETE", "shop.com", typed="shop.com").output["body"]["method"] == "DELETE"
    assert runner.start() is None


def test_a_denied_request_cannot_be_approved(tmp_path):
    (tmp_path / "kustomer-nb.toml").write_text('[profiles.audit]\nguard = "deny"\n')
    (tmp_path / "shop.json").write_text('{"inputTemplate": {"uri": "https://shop.com", "method": "post"}}')
    runner = Runner(Session(load(tmp_path / "shop.json"), {"profile": "audit", "transport": SENT}))

    assert runner.question().asks is Asks.REFUSED
    assert runner.approve("POST", "shop.com", typed="audit") is None
    assert runner.outcome.state is State.REFUSED


def test_an_approval_of_one_action_is_not_one_of_another():
    session, runner = _runner()
    runner.approve("POST", "shop.com")

    session.pick("other")
    session.set_inputs({"path": "orders"})

    assert runner.start() is None


def test_a_revoked_approval_asks_again():
    _, runner = _runner()
    runner.approve("POST", "shop.com", forever=True)

    runner.revoke()

    assert runner.start() is None


def test_what_is_sent_is_what_was_on_the_page_when_run_was_pressed():
    session, runner = _runner("get")

    async def press_and_type():
        runner.start()
        session.set_inputs({"path": "changed"})
        await runner._task

    asyncio.run(press_and_type())

    assert session.state.result.request.url == "https://shop.com/orders"


def test_a_result_belongs_to_the_action_that_ran():
    session, runner = _runner("get")

    async def press_and_pick():
        runner.start()
        session.pick("other")
        await runner._task

    asyncio.run(press_and_pick())

    assert session.state.result is None
    session.pick("create")
    assert session.state.result.output["body"]["method"] == "GET"


def test_a_second_press_does_nothing():
    _, runner = _runner("get")

    async def press_twice():
        runner.start()
        task = runner._task
        assert runner.start() is None
        assert runner._task is task
        await task

    asyncio.run(press_twice())


def test_a_simulated_result_leaves_the_live_one_one_click_away():
    session, runner = _runner("get")
    live = runner.start()

    simulated = runner.simulate("429")

    assert simulated.response.status_code == 429
    assert session.state.result is simulated
    assert runner.outcome.simulated == "429"
    runner.show_live()
    assert session.state.result is live


def test_a_simulated_failure_without_response_keeps_the_live_result():
    session, runner = _runner("get")
    live = runner.start()

    assert runner.simulate("timeout") is None
    assert runner.outcome.state is State.NO_RESPONSE
    assert runner.outcome.simulated == "timeout"
    assert session.state.result is None
    runner.show_live()
    assert session.state.result is live


def test_simulating_never_needs_an_approval_and_sends_nothing():
    def send(request):
        raise AssertionError

    _, runner = _runner("delete", transport=httpx.MockTransport(send))

    assert runner.simulate("503").response.status_code == 503


def test_a_refused_press_keeps_the_result_before_it():
    session, runner = _runner()
    run = runner.approve("POST", "shop.com")

    runner.revoke()
    runner.start()

    assert session.state.result is run


def test_an_error_of_the_form_refuses_the_run():
    session = Session(_app("get"), {"transport": SENT})

    def fail():
        raise RuntimeError

    runner = Runner(session, before=fail)

    assert runner.start() is None
    assert runner.outcome.words == "Internal error (RuntimeError): the run did not finish."


@pytest.mark.parametrize(
    ("method", "words"), [("get", "no response received."), ("post", "may still have been")]
)
def test_a_cancelled_run_says_what_is_known(method, words):
    with silent_server() as (url, arrived):
        session = Session(load({"inputTemplate": {"uri": url, "method": method}}))
        runner = Runner(session)

        async def cancel():
            runner.start()
            await asyncio.to_thread(arrived.wait, 60)
            runner.cancel()
            await asyncio.gather(runner._task, return_exceptions=True)

        asyncio.run(cancel())

    assert runner.outcome.state is State.CANCELLED
    assert words in runner.outcome.words


def test_listeners_hear_of_each_state_once():
    session, runner = _runner("get")
    heard = []
    session.listen(lambda topics: heard.append((set(topics), runner.outcome.state)))

    runner.start()

    assert [state for topics, state in heard if "busy" in topics] == [State.RUNNING, State.DONE]
    assert "result" in heard[-1][0]


# -- what the page says of a request that was sent


def _redirecting(location):
    return httpx.MockTransport(lambda request: httpx.Response(302, headers={"location": location}))


def test_a_refused_redirect_of_a_request_that_was_sent_is_not_called_unsent():
    session, runner = _runner("get", transport=_redirecting("http://localhost:1/"))

    assert runner.start() is None

    assert runner.outcome.state is State.SENT
    assert runner.outcome.words.startswith("The request was sent. KNB835")
    assert session.state.result is None
    assert runner.told()["words"] == runner.outcome.words


def test_an_internal_error_after_the_response_says_that_the_request_was_sent(monkeypatch):
    _, runner = _runner()
    monkeypatch.setattr("kustomer_nb.run.execute.run_from_response", lambda *_: 1 / 0)

    runner.approve("POST", "shop.com")

    assert runner.outcome.state is State.SENT
    assert "was sent. Internal error (ZeroDivisionError)" in runner.outcome.words


@pytest.mark.parametrize("is_async", [False, True])
def test_a_listener_that_raises_hides_no_result(is_async, capsys):
    session, runner = _runner()
    heard = []
    session.listen(lambda topics: 1 / 0 if "result" in topics else None)
    session.listen(heard.append)

    async def approve():
        runner.approve("POST", "shop.com")
        await runner._task

    if is_async:
        asyncio.run(approve())
    else:
        assert runner.approve("POST", "shop.com") is not None

    assert runner.outcome.state is State.DONE
    assert session.state.result is not None
    assert any("result" in topics for topics in heard)
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_part_that_cannot_follow_says_so_and_the_bar_says_what_was_received(monkeypatch):
    session, runner = _runner()
    bar, view = RunBar(session, runner=runner), OutputView(session, runner=runner)
    monkeypatch.setattr(view, "show", lambda run: 1 / 0)

    bar.approve("POST", "shop.com")

    assert bar.head["status"] == 200
    assert view.notice.startswith("Internal error (ZeroDivisionError)")


def test_a_pointer_to_ignore_is_checked_before_anything_is_stored():
    session, runner = _runner()
    bar, view = RunBar(session, runner=runner), OutputView(session, runner=runner)
    bar.approve("POST", "shop.com")

    with pytest.raises(ValueError, match="is not a JSON pointer"):
        view.ignore("body")
    bar.run()

    assert (bar.head["state"], view.notice) == ("done", "")
    assert session.state.ignored == frozenset()


def test_all_listeners_are_called_on_the_thread_of_the_cell():
    session, runner = _runner()
    threads = set()
    session.listen(lambda topics: threads.add(threading.current_thread()))

    assert runner.approve("POST", "shop.com") is not None

    assert threads == {threading.current_thread()}


def test_a_run_that_is_cancelled_before_it_is_sent_says_so():
    async def cancel():
        asked = asyncio.Event()

        async def look_up(host, port):
            asked.set()
            await asyncio.Event().wait()

        line = PoolTransport(Connection(), ResolvingBackend(look_up))
        _, runner = _runner(transport=line)
        runner.approve("POST", "shop.com")
        await asked.wait()
        runner.cancel()
        await asyncio.gather(runner._task, return_exceptions=True)
        return runner.outcome

    assert asyncio.run(cancel()).words == "Cancelled before anything was sent."


def test_an_interrupt_ends_the_run(monkeypatch):
    _, runner = _runner()

    def interrupt(send, begun):
        raise KeyboardInterrupt

    monkeypatch.setattr("kustomer_nb.widgets.running.wait", interrupt)
    with pytest.raises(KeyboardInterrupt):
        runner.approve("POST", "shop.com")

    assert runner.outcome.state is State.CANCELLED
    assert not runner.is_busy


def test_a_name_of_this_machine_that_leads_elsewhere_is_asked_about_in_place():
    async def look_up(host, port):
        return ("203.0.113.5",)

    line = PoolTransport(Connection(), ResolvingBackend(look_up))
    bar = RunBar(Session(_app(uri="http://localhost/"), {"transport": line}))
    messages = page_messages(bar)

    press(bar, kind="run", press="view 1")

    assert bar.head["state"] == "refused"
    assert (bar.question["asks"], bar.question["name"]) == ("name", "localhost")
    assert "not this machine" in bar.question["reason"]
    assert {"kind": "question", "press": "view 1"} in messages
    # A wrong name is refused, and asked for again.
    answer(bar, typed="other", press="view 2")
    assert bar.head["state"] == "refused"
    assert {"kind": "question", "press": "view 2"} in messages


def test_what_became_of_a_press_stays_with_its_action():
    session, runner = _runner("get")
    bar = RunBar(session, runner=runner)
    runner.start()
    assert bar.head["status"] == 200

    session.pick("other")

    assert (bar.head["words"], "status" in bar.head) == ("Not run yet", False)
    assert runner.told()["state"] == "idle"
    session.pick("create")
    assert bar.head["status"] == 200


def test_an_action_that_got_no_response_says_so_only_of_itself():
    session, runner = _runner("get")
    bar = RunBar(session, runner=runner)
    assert runner.simulate("timeout") is None

    session.pick("other")

    assert runner.told() == {"state": "idle", "words": "", "simulated": "", "can_go_live": False}
    assert bar.head["words"] == "Not run yet"


def test_a_run_goes_on_while_another_action_is_selected():
    with silent_server() as (url, arrived):
        session = Session(_app("get", uri=url))
        runner = Runner(session)
        bar = RunBar(session, runner=runner)

        async def pick_meanwhile():
            runner.start()
            await asyncio.to_thread(arrived.wait, 60)
            session.pick("other")
            shown = (bar.busy["action"], runner.told()["state"], runner.is_busy)
            runner.cancel()
            await asyncio.gather(runner._task, return_exceptions=True)
            return shown

        shown = asyncio.run(pick_meanwhile())

    assert shown == ("create", "idle", True)
    assert (bar.busy, runner.outcome.state) == ({}, State.IDLE)
    session.pick("create")
    assert runner.outcome.state is State.CANCELLED


def test_back_to_live_is_offered_only_while_another_result_is_shown():
    session, runner = _runner("get")
    runner.start()

    session.take_definition()

    assert not runner.told()["can_go_live"]
    runner.simulate("429")
    session.take_definition()
    assert runner.told()["can_go_live"]


def test_the_live_result_comes_back_with_its_own_time_and_inputs():
    session, runner = _runner("get")
    runner.start()
    live = session.state.current
    session.set_inputs({"path": "other"})
    runner.simulate("429")
    assert not session.state.is_stale

    runner.show_live()

    assert session.state.current is live
    assert session.state.current.ended == live.ended
    assert session.state.is_stale


def test_under_pytest_a_run_is_answered_from_the_cassette_without_a_question(tmp_path, monkeypatch):
    cassette = tmp_path / "tape.json"
    _app().action("create").run(
        {"path": "orders"}, mode="record", confirm="shop.com", transport=SENT, cassette=cassette
    )
    monkeypatch.setenv("PYTEST_VERSION", "9.0.0")
    monkeypatch.setenv("KUSTOMER_NB_LIVE", "0")
    _, runner = _runner(transport=None, cassette=cassette)
    session, other = _runner(transport=None, cassette=cassette)
    session.set_inputs({"path": "refunds"})

    run = runner.start()

    assert (run.mode, run.fence, run.response.status_code) == ("replay", "PYTEST_VERSION", 200)
    assert other.start(confirm="shop.com") is None
    assert "KNB837" in other.outcome.words
