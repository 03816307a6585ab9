"""Each row is sent at most once, whatever the service does, and the ledger says what became of it."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb import reporting
from kustomer_nb.action import Action
from kustomer_nb.batch import Batch
from tests.batch.counting_service import SETTINGS, CountingService, counting_service, definition

Load = Callable[..., Action]


@pytest.fixture
def service() -> Iterator[CountingService]:
    with counting_service() as service:
        yield service


@pytest.fixture
def load(tmp_path: Path) -> Load:
    (tmp_path / ".git").mkdir()

    def load(url: str, method: str = "POST") -> Action:
        path = tmp_path / "shop.json"
        path.write_text(json.dumps(definition(url, method=method)), encoding="utf-8")
        return knb.load(path).action()

    return load


def rows(count: int) -> list[dict[str, Any]]:
    return [{"orderId": at, "email": f"u{at}@shop.example"} for at in range(1, count + 1)]


def path_of(number: int) -> str:
    return f"/orders/{number}/refund"


def journal(batch: Batch) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (batch.folder / "journal.jsonl").read_text().splitlines()]


def run(action: Action, count: int, *, timeout: float = 20.0, **options: Any) -> Batch:
    plan = action.map(rows(count), settings=SETTINGS, platform=knb.Platform(timeout=timeout))
    return plan.run(**options)


def test_each_row_is_sent_once_and_each_lane_has_one_connection(service: CountingService, load: Load) -> None:
    batch = run(load(service.url), 60, lanes=4)

    assert (batch.summary.answered, batch.reason) == (60, "")
    assert (len(service.carried_out), service.doubles, service.connections) == (60, 0, 4)


def test_the_bytes_are_those_of_a_single_run(service: CountingService, load: Load) -> None:
    action = load(service.url)
    request = action.render(rows(1)[0], settings=SETTINGS)

    run(action, 1)

    wire = request.wire()
    lines = [b"%b: %b" % header for header in wire.headers]
    assert service.heads[0] == b"\r\n".join([b"POST %b HTTP/1.1" % wire.target, *lines, b"", b""])
    assert service.bodies[0] == wire.body


def test_a_connection_of_its_own_for_each_row_can_be_asked_for(service: CountingService, load: Load) -> None:
    run(load(service.url), 10, lanes=2, connection="close")

    assert (service.connections, service.doubles) == (10, 0)


def test_the_ledger_has_an_intent_before_each_outcome(service: CountingService, load: Load) -> None:
    batch = run(load(service.url), 20, lanes=3)

    lines = journal(batch)
    firsts = {line["i"]: at for at, line in enumerate(lines) if "i" in line}
    outcomes = {line["o"]: at for at, line in enumerate(lines) if "o" in line}
    assert len(firsts) == len(outcomes) == 20
    assert all(firsts[number] < at for number, at in outcomes.items())
    assert {output["i"] for output in batch.outputs()} == set(outcomes)


def test_outputs_are_those_of_the_action(service: CountingService, load: Load) -> None:
    batch = run(load(service.url), 1)

    assert list(batch.outputs()) == [{"i": 1, "status": 200, "output": {"ok": True, "status": 200}}]


def test_a_429_is_not_carried_out_and_sent_again(load: Load) -> None:
    with counting_service(limit=20, retry_after=0.3) as service:
        batch = run(load(service.url), 60, lanes=8)

    assert (batch.summary.answered, service.doubles, len(service.carried_out)) == (60, 0, 60)
    assert service.refused == batch.summary.reasons["429"] > 0


@pytest.mark.parametrize("answer", ["reset", "silence", 502, 503, 504])
def test_what_may_have_been_carried_out_is_unknown_and_never_sent_again(load: Load, answer: Any) -> None:
    decide = {3: answer, 5: answer}
    with counting_service(decide=lambda number, path: decide.get(number, 200)) as service:
        action = load(service.url)
        batch = run(action, 8, lanes=1, timeout=0.6)
        resumed = batch.resume(rows(8), settings=SETTINGS)

    assert batch.unknown == resumed.unknown == (3, 5)
    assert (service.doubles, service.carried_out[path_of(3)]) == (0, 1)
    assert resumed.summary.answered == 6


@pytest.mark.parametrize("answer", [502, 503, 504])
def test_a_gateway_is_asked_again_where_nothing_can_change(load: Load, answer: int) -> None:
    with counting_service(decide=lambda number, path: answer if number == 2 else 200) as service:
        batch = run(load(service.url, method="GET"), 4, lanes=1)

    assert (batch.summary.answered, batch.unknown) == (4, ())
    assert batch.summary.reasons == {str(answer): 1}


def test_without_a_connection_rows_remain_and_are_sent_later(load: Load) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        action = load(f"http://127.0.0.1:{port}")
        batch = run(action, 30, lanes=2, stop_after=3)

    assert (batch.summary.remaining, batch.unknown) == (30, ())
    assert "failures in a row, the last: no connection" in batch.reason


def test_rows_wait_for_a_service_that_is_away_for_a_moment(load: Load) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    batches: list[Batch] = []
    action = load(f"http://127.0.0.1:{port}")
    thread = threading.Thread(target=lambda: batches.append(run(action, 20, lanes=2, stop_after=None)))
    thread.start()
    while not list(action.app.batches()) or not action.app.batches()[0].summary.reasons:
        time.sleep(0.05)

    with counting_service(port=port) as service:
        thread.join(60)

    (batch,) = batches
    assert (batch.summary.answered, batch.summary.remaining, service.doubles) == (20, 0, 0)
    assert batch.summary.reasons["no connection"] >= 1


def test_a_timeout_of_what_changes_nothing_is_tried_three_times(load: Load) -> None:
    with counting_service(decide=lambda number, path: "silence" if "/1/" in path else 200) as service:
        batch = run(load(service.url, method="GET"), 3, lanes=1, timeout=0.4)

    assert service.carried_out[path_of(1)] == 3
    assert (batch.summary.answered, batch.summary.remaining, batch.unknown) == (2, 1, ())


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_token_stops_the_batch_at_once(load: Load, status: int) -> None:
    with counting_service(decide=lambda number, path: status) as service:
        batch = run(load(service.url), 100, lanes=2)

    assert len(service.carried_out) <= 2
    assert str(status) in batch.reason
    assert batch.failed


def test_failures_in_a_row_stop_the_batch_and_single_ones_do_not(load: Load) -> None:
    with counting_service(decide=lambda number, path: 404 if number % 3 == 0 else 200) as service:
        mixed = run(load(service.url), 30, lanes=1, stop_after=3)
    with counting_service(decide=lambda number, path: 404) as service:
        failing = run(load(service.url), 31, lanes=1, stop_after=3)
        endless = run(load(service.url), 32, lanes=1, stop_after=None)

    assert (mixed.summary.answered, mixed.summary.failed, mixed.reason) == (20, 10, "")
    assert (failing.summary.failed, failing.summary.remaining) == (3, 28)
    assert failing.reason == "3 failures in a row, the last: 404"
    assert endless.summary.failed == 32


def test_a_failed_row_keeps_what_the_service_said(load: Load) -> None:
    with counting_service(decide=lambda number, path: 422) as service:
        batch = run(load(service.url), 1)

    (output,) = batch.outputs()
    assert output["body"] == {"status": 422, "ok": False}
    assert batch.failed == (1,)


def test_a_service_that_refuses_everything_ends_the_batch(load: Load) -> None:
    with counting_service(limit=0, retry_after=0.01) as service:
        batch = run(load(service.url), 5, lanes=1, stop_after=3)

    assert (batch.summary.remaining, len(service.carried_out)) == (5, 0)
    assert "the service refused 3 times" in batch.reason


def test_a_service_that_asks_for_an_hour_ends_the_batch(load: Load) -> None:
    with counting_service(limit=0, retry_after=3600) as service:
        batch = run(load(service.url), 5, lanes=1)

    assert "the service asked to wait for" in batch.reason
    assert batch.summary.remaining == 5


def test_invalid_rows_are_not_sent_and_the_others_are(service: CountingService, load: Load) -> None:
    plan = load(service.url).map([{"orderId": 1}, {"orderId": "x"}, {"orderId": 3}], settings=SETTINGS)

    batch = plan.run()

    assert (batch.summary.answered, batch.summary.invalid) == (2, 1)
    assert set(service.carried_out) == {path_of(1), path_of(3)}


def test_rows_that_changed_since_the_plan_are_not_sent(service: CountingService, load: Load) -> None:
    changing = rows(5)
    plan = load(service.url).map(changing, settings=SETTINGS)
    changing[3]["orderId"] = 99

    with pytest.raises(knb.LoadError, match="row 4 is another one"):
        plan.run(lanes=1)

    assert path_of(99) not in service.carried_out


def test_a_batch_is_resumed_only_with_what_it_was_planned_with(
    service: CountingService, load: Load, tmp_path: Path
) -> None:
    action = load(service.url)
    batch = run(action, 5, lanes=1)
    before = len(service.arrivals)
    refusals = []
    for others in (rows(4), [*rows(4), {"orderId": 7}]):
        with pytest.raises(knb.LoadError, match="KNB848") as refused:
            batch.resume(others, settings=SETTINGS)
        refusals.append(refused.value.diagnostics[0].message)
    action.app.edit("/actions/0/inputTemplate/data/note", "changed")

    with pytest.raises(knb.LoadError, match="the definition of the action was changed"):
        batch.resume(rows(5), settings=SETTINGS)

    assert "these are 4" in refusals[0]
    assert "other inputs" in refusals[1]
    assert len(service.arrivals) == before


def test_a_file_of_rows_is_found_again_by_its_path(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("orderId\n1\n2\n3\n", encoding="utf-8")
    with counting_service(decide=lambda number, path: 403 if number == 2 else 200) as service:
        action = load(service.url)
        action.map(path, settings=SETTINGS).run(lanes=1)
        (batch,) = action.app.batches()

        resumed = batch.resume(settings=SETTINGS, lanes=1)

    assert (resumed.summary.answered, resumed.summary.failed, service.doubles) == (2, 1, 0)


def test_a_person_decides_about_unknown_rows(load: Load) -> None:
    with counting_service(decide=lambda number, path: 503 if number in (1, 2, 3) else 200) as service:
        batch = run(load(service.url), 4, lanes=1)
        batch.settle([1, 2], "not carried out")
        batch.settle(3, "carried out")
        resumed = batch.resume(rows(4), settings=SETTINGS, lanes=1)

    assert (resumed.summary.answered, resumed.summary.settled, resumed.unknown) == (3, 1, ())
    assert [service.carried_out[path_of(number)] for number in (1, 2, 3, 4)] == [2, 2, 1, 1]


@pytest.mark.parametrize(("numbers", "verdict"), [([1], "carried out"), ([9], "carried out"), ([2], "done")])
def test_only_unknown_rows_are_settled(load: Load, numbers: list[int], verdict: str) -> None:
    with counting_service(decide=lambda number, path: 503 if number == 2 else 200) as service:
        batch = run(load(service.url), 2, lanes=1)

    with pytest.raises(ValueError, match=r"not unknown|not 'done'"):
        batch.settle(numbers, verdict)

    assert batch.unknown == (2,)


def test_a_batch_that_runs_is_not_started_twice(service: CountingService, load: Load) -> None:
    from kustomer_nb.batch.folder import sole_runner

    batch = run(load(service.url), 2)

    with sole_runner(batch.folder), pytest.raises(knb.SaveError, match="KNB847"):
        batch.resume(rows(2), settings=SETTINGS)


def test_a_torn_last_line_is_cut_and_its_row_is_as_before(service: CountingService, load: Load) -> None:
    batch = run(load(service.url), 3, lanes=1)
    path = batch.folder / "journal.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:4]) + b'{"i":3,"k":"00')

    torn = Batch(batch.action, batch.folder)
    assert (torn.summary.answered, torn.summary.remaining) == (2, 1)
    resumed = torn.resume(rows(3), settings=SETTINGS)

    assert resumed.summary.answered == 3
    assert all(set(line) for line in journal(resumed))


@pytest.mark.parametrize("line", ["{}", "[]", '{"i": 0}', '{"i": 4}', '{"o": "1"}', "no JSON", '{"i": true}'])
def test_a_damaged_ledger_is_not_resumed(service: CountingService, load: Load, line: str) -> None:
    batch = run(load(service.url), 3)
    with (batch.folder / "journal.jsonl").open("a") as file:
        file.write(f"{line}\n")

    with pytest.raises(knb.LoadError, match="KNB849"):
        Batch(batch.action, batch.folder).resume(rows(3), settings=SETTINGS)


def test_no_token_and_no_value_of_a_row_is_in_the_ledger(service: CountingService, load: Load) -> None:
    batch = run(load(service.url), 5)

    files = {path.name: path.read_text() for path in batch.folder.rglob("*") if path.is_file()}
    assert not [name for name, text in files.items() if SETTINGS["token"] in text]
    kept = {name: text for name, text in files.items() if "u1@shop.example" in text or "/orders/1" in text}
    assert not kept
    assert {path.stat().st_mode & 0o077 for path in batch.folder.rglob("*") if path.is_file()} == {0}


def test_what_a_profile_masks_is_in_no_output(load: Load, tmp_path: Path) -> None:
    mask = 'mask = ["/output/ok", "/inputs/email"]'
    (tmp_path / "kustomer-nb.toml").write_text(mask, encoding="utf-8")
    with counting_service() as service:
        batch = run(load(service.url), 1)

    (output,) = batch.outputs()
    assert output["output"] == {"ok": "<masked: /output/ok>", "status": 200}


def test_a_batch_is_one_line_of_the_history(
    service: CountingService, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "on")

    batch = run(load(service.url), 30)

    (entry,) = batch.action.app.history()
    assert (entry.request["url"], entry.outcome, entry.is_redacted) == ("30 rows", "completed", True)
    assert entry.output["answered"] == 30


def test_a_profile_and_the_number_of_rows_confirm(load: Load, tmp_path: Path) -> None:
    with counting_service() as service:
        text = f'[profiles.live]\nhosts = {{ "https://api.shop.example" = "{service.url}" }}\n'
        (tmp_path / "kustomer-nb.toml").write_text(text, encoding="utf-8")
        plan = load("https://api.shop.example").map(rows(3), settings=SETTINGS, profile="live")
        for confirm in (None, "live", "live 4", "other 3", "3", "Live 3"):
            with pytest.raises(knb.GuardError, match="KNB809"):
                plan.run(confirm=confirm)
        assert not service.arrivals
        assert not (tmp_path / ".kustomer-nb").exists()

        batch = plan.run(confirm="live 3")

    assert (plan.confirm, batch.summary.answered) == ("live 3", 3)


def test_a_resumed_batch_is_confirmed_with_what_is_left(load: Load, tmp_path: Path) -> None:
    with counting_service(decide=lambda number, path: 403 if number == 2 else 200) as service:
        text = f'[profiles.live]\nhosts = {{ "https://api.shop.example" = "{service.url}" }}\n'
        (tmp_path / "kustomer-nb.toml").write_text(text, encoding="utf-8")
        plan = load("https://api.shop.example").map(rows(5), settings=SETTINGS, profile="live")
        batch = plan.run(confirm="live 5", lanes=1)

        with pytest.raises(knb.GuardError, match='confirm="live 3"'):
            batch.resume(rows(5), settings=SETTINGS, confirm="live 5")
        resumed = batch.resume(rows(5), settings=SETTINGS, confirm="live 3", lanes=1)

    assert (resumed.summary.answered, resumed.summary.failed, service.doubles) == (4, 1, 0)


def test_under_pytest_no_row_leaves_this_machine(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTOMER_NB_LIVE", "0")
    plan = load("https://api.shop.example").map(rows(2), settings=SETTINGS)

    with pytest.raises(knb.GuardError, match="KNB837"):
        plan.run(confirm="api.shop.example 2")


def test_a_profile_that_denies_unsafe_methods_denies_the_plan(load: Load, tmp_path: Path) -> None:
    (tmp_path / "kustomer-nb.toml").write_text('guard = "deny"', encoding="utf-8")
    plan = load("http://127.0.0.1:9").map(rows(2), settings=SETTINGS)

    with pytest.raises(knb.InputError, match="KNB825"):
        plan.run()


@pytest.mark.parametrize(
    "options", [{"lanes": 0}, {"lanes": 2_000}, {"stop_after": 0}, {"connection": "open"}], ids=str
)
def test_options_out_of_range_are_refused(load: Load, options: dict[str, Any]) -> None:
    plan = load("http://127.0.0.1:9").map(rows(1), settings=SETTINGS)

    with pytest.raises(ValueError, match=next(iter(options))):
        plan.run(**options)


def test_sample_mode_runs_every_row_and_sends_nothing(service: CountingService, load: Load) -> None:
    batch = load(service.url).map(rows(20), mode="sample").run()

    assert (batch.summary.answered, service.arrivals) == (20, [])
    assert next(iter(batch.outputs()))["output"] == {"ok": True, "status": 200}


def test_replay_mode_takes_recorded_responses(service: CountingService, load: Load) -> None:
    action = load(service.url)
    for row in rows(2):
        action.run(row, mode="record", settings=SETTINGS)
    before = len(service.arrivals)

    batch = action.map(rows(3), mode="replay").run()

    assert (batch.summary.answered, batch.failed, len(service.arrivals)) == (2, (3,), before)
    assert {output["i"]: output["status"] for output in batch.outputs()} == {1: 200, 2: 200}


def test_an_app_lists_its_batches_the_newest_first(service: CountingService, load: Load) -> None:
    action = load(service.url)
    batches = [action.map(rows(1), mode="sample").run() for _ in range(3)]

    assert [batch.name for batch in action.app.batches()] == sorted(
        (batch.name for batch in batches), reverse=True
    )


def test_a_batch_shows_itself_without_times(load: Load) -> None:
    with counting_service(decide=lambda number, path: 503 if number == 2 else 200) as service:
        batch = run(load(service.url), 3, lanes=1)

    text, html = reporting.text(batch), batch._repr_html_()
    assert repr(batch) == "<Batch: refund, 3 rows: 2 answered, 1 unknown>"
    assert "Unknown, never sent again: rows 2" in text
    assert "Unknown: rows 2" in html
    assert "ms" not in batch._repr_mimebundle_()["text/plain"].replace("items", "")


def test_a_batch_as_a_dataframe_has_a_line_for_each_row(service: CountingService, load: Load) -> None:
    pytest.importorskip("pandas")
    frame = run(load(service.url), 3, lanes=1).to_pandas()

    assert list(frame["row"]) == [1, 2, 3]
    assert list(frame["state"]) == ["answered"] * 3
    assert list(frame["status"]) == [200] * 3


def test_a_rate_is_kept_at_a_service_that_counts_exactly(load: Load) -> None:
    with counting_service(limit=40, seconds=1.0) as service:
        plan = load(service.url).map(rows(100), settings=SETTINGS, rate="40/s")
        batch = plan.run(lanes=10)

    assert (batch.summary.answered, service.doubles) == (100, 0)
    # None on a quiet machine; one that holds a row back between its turn and the network has some.
    assert service.refused <= 5
    assert service.arrivals[-1] - service.arrivals[0] >= 99 / 40


def test_a_rate_that_is_too_high_is_cut(load: Load) -> None:
    with counting_service(limit=20, seconds=1.0, retry_after=0.5) as service:
        batch = load(service.url).map(rows(60), settings=SETTINGS, rate="100/s").run(lanes=10)

    assert (batch.summary.answered, service.doubles) == (60, 0)
    # Without a pause and a lower rate, most of them would be refused again and again.
    assert service.refused < 60


def test_a_cell_that_is_run_again_sends_no_row_again(service: CountingService, load: Load) -> None:
    action = load(service.url)
    plan = action.map(rows(5), settings=SETTINGS)
    batch = plan.run()
    for repeated in (plan, action.map(rows(5), settings=SETTINGS)):
        with pytest.raises(knb.GuardError, match="KNB851") as refused:
            repeated.run()
    (problem,) = refused.value.diagnostics
    assert batch.name in problem.message
    assert problem.fix == "resume that batch, or pass again=True to send all of them once more."
    assert len(service.arrivals) == 5

    plan.run(again=True)
    action.map(rows(4), settings=SETTINGS).run()

    assert len(service.arrivals) == 14


def test_rows_that_were_never_sent_may_be_planned_again(load: Load) -> None:
    with counting_service(limit=0, retry_after=0.01) as refusing:
        action = load(refusing.url)
        first = action.map(rows(2), settings=SETTINGS).run(stop_after=1, lanes=1)
        refusing.limit = None
        again = action.map(rows(2), settings=SETTINGS).run()

    assert (first.summary.remaining, again.summary.answered) == (2, 2)


def test_what_changes_nothing_may_be_run_again(service: CountingService, load: Load) -> None:
    action = load(service.url, method="GET")

    for _ in range(2):
        action.map(rows(2), settings=SETTINGS).run()
        action.map(rows(2), mode="sample").run()

    assert len(service.arrivals) == 4
