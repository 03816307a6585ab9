from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb import difference
from kustomer_nb.demo import Store
from kustomer_nb.errors import LoadError, NameNotFoundError
from kustomer_nb.run import rows
from kustomer_nb.widgets.workbench import RECORD
from tests.samples import ECOMMSTORE, SETTING, an_action, an_app, refund_order
from tests.widgets.pressing import LEAVES, page_messages, parts, press, texts

SECRET = "canary-token-ZGVtbw=="
FORM_ENTRY = {"kind": "entry", "state": "value"}


@pytest.fixture
def bench(store: Store) -> knb.Workbench:
    return knb.workbench(refund_order(), inputs={"orderId": 1042}, hosts=store.hosts, settings=store.settings)


def shop(*names: str, uri: str = "http://127.0.0.1:1/{{{x}}}", sample: Any = None) -> dict[str, Any]:
    template = {"uri": uri, "method": "get", "json": True}
    return an_app(
        *(
            an_action(
                name=f"kustomer.app.shop.{name}",
                inputTemplate=template,
                outputTemplate="/#body",
                sampleOutputContext={"from": name} if sample is None else sample,
            )
            for name in names
        )
    )


class Followed:
    """A workbench of a file, whose editor saves it elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "shop.json"
        self.path.write_text(json.dumps(shop("find", "make"), indent=2), encoding="utf-8")
        self.bench = knb.workbench(self.path, "make", inputs={"x": "typed"})

    def save(self, definition: dict[str, Any]) -> None:
        other = self.path.with_name("other")
        other.write_text(json.dumps(definition, indent=2), encoding="utf-8")
        other.replace(self.path)
        self.bench._watcher.check()


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    return Followed(tmp_path)


# -- opening


def test_a_path_an_app_an_action_and_a_definition_open() -> None:
    action = refund_order()

    for source in (ECOMMSTORE, str(ECOMMSTORE), action.app, action, action.value):
        assert knb.workbench(source, inputs={"orderId": 1}).action.name == action.name


def test_an_app_opens_with_its_first_action_or_the_named_one() -> None:
    assert knb.workbench(shop("find", "make")).action.name == "kustomer.app.shop.find"
    assert knb.workbench(shop("find", "make"), "make").action.name == "kustomer.app.shop.make"
    with pytest.raises(NameNotFoundError):
        knb.workbench(shop("find", "make"), "gone")
    with pytest.raises(LoadError):
        knb.workbench("gone.json")


@pytest.mark.parametrize(
    ("options", "words"),
    [({"confirm": "a.b"}, "a person confirms each request"), ({"nonsense": 1}, "has no option 'nonsense'")],
)
def test_an_argument_that_a_workbench_has_not_is_named(options: dict[str, Any], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        knb.workbench(refund_order(), **options)


def test_the_leaves_are_children_that_share_one_session(bench: knb.Workbench) -> None:
    assert {getattr(bench, name)._session for name in LEAVES} == {bench._session}
    assert bench.bar._runner is bench.history._runner is bench._runner
    assert set(bench.get_state()) >= set(LEAVES)


def test_each_part_is_shown_without_a_browser(bench: knb.Workbench) -> None:
    for part in parts(bench):
        data, _ = part._repr_mimebundle_()

        assert data["text/plain"].startswith(f"kustomer_nb 1 {type(part).__name__}\n")
        assert data["text/html"]
        assert "application/vnd.jupyter.widget-view+json" in data


def test_the_text_is_the_same_each_time_and_after_a_run(store: Store) -> None:
    text = (
        "<Workbench: kustomer.app.ecommstore.store.refundOrder, POST https://api.ecommstore.com/orders/1042>"
    )
    for _ in range(2):
        bench = knb.workbench(
            refund_order(), inputs={"orderId": 1042}, hosts=store.hosts, settings=store.settings
        )
        compared = bench.as_compared()
        assert repr(bench) == text
        assert bench._static_result()["text/plain"] == RECORD
        bench.bar.run()
        assert repr(bench) == text
        assert bench.as_compared() == compared
        assert bench._static_result()["text/plain"] == RECORD


# -- messages


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"kind": "nonsense"}, id="an unknown kind"),
        pytest.param({}, id="empty"),
        pytest.param({"kind": "entry"}, id="without fields"),
        pytest.param({"kind": ["run"]}, id="a kind that is no string"),
        pytest.param({"kind": "goto", "line": "4"}, id="a line that is no number"),
        pytest.param({"kind": "goto", "line": True}, id="a line that is a boolean"),
    ],
)
def test_a_message_that_no_page_sends_is_told_and_changes_nothing(
    bench: knb.Workbench, content: dict[str, Any]
) -> None:
    for part in parts(bench):
        press(part, **content)
        assert "cannot be read" in part.notice or "does not handle" in part.notice

    assert bench.form.value == {"orderId": 1042}
    assert bench.result is None


def test_a_message_for_another_leaf_is_not_acted_on(bench: knb.Workbench, store: Store) -> None:
    for part in (bench, bench.form, bench.settings, bench.preview, bench.output, bench.response):
        press(part, kind="run")
        press(part, kind="allow", press="view", question="", until="once")

    assert not store.requests


def test_an_error_in_a_handler_is_told(bench: knb.Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench._session, "use_mode", lambda name: 1 / 0)

    press(bench.bar, kind="mode", name="sample")

    assert "ZeroDivisionError" in bench.bar.notice


def test_a_notice_disappears_with_the_next_message(bench: knb.Workbench) -> None:
    press(bench.bar, kind="pick", name="gone")
    assert bench.bar.notice

    press(bench.bar, kind="mode", name="sample")

    assert bench.bar.notice == ""


# -- one action after the other


def test_picking_another_action_keeps_inputs_and_result_of_each() -> None:
    bench = knb.workbench(shop("find", "make"), mode="sample")
    press(bench.form, pointer="/~", text='{"x": "a"}', **{**FORM_ENTRY, "state": "json"})
    press(bench.bar, kind="run")
    found = bench.result

    press(bench.bar, kind="pick", name="kustomer.app.shop.make")
    assert (bench.result, bench.form.value, bench.ended) == (None, {}, 1)
    bench.form.value = {"x": "b"}
    press(bench.bar, kind="run")
    assert bench.result is not None
    assert bench.result.output == {"from": "make"}

    press(bench.bar, kind="pick", name="kustomer.app.shop.find")
    assert bench.result is found
    assert bench.form.value == {"x": "a"}
    assert bench.output.run is bench.result
    assert bench.preview.request is not None
    assert bench.preview.request.url.endswith("/a")


def test_update_shows_another_definition_and_keeps_the_inputs_of_the_same_name() -> None:
    bench = knb.workbench(shop("find", "make"), "make", inputs={"x": "typed"})

    bench.update(shop("new", "make", uri="https://c.d/{{{x}}}"))
    assert bench.action.name == "kustomer.app.shop.make"
    assert bench.preview.request is not None
    assert bench.preview.request.url == "https://c.d/typed"
    assert [row["short"] for row in bench.bar.actions] == ["new", "make"]
    assert bench.definition.text == bench.app.text

    bench.update(knb.load(shop("find")).action())
    assert (bench.action.name, bench.form.value) == ("kustomer.app.shop.find", {})
    with pytest.raises(LoadError):
        bench.update("gone.json")
    assert bench.action.name == "kustomer.app.shop.find"


# -- the file


def test_a_change_of_the_file_is_followed_and_the_inputs_stay(followed: Followed) -> None:
    bench = followed.bench

    followed.save(shop("new", "find", "make", uri="https://c.d/{{{x}}}"))

    assert bench.form.value == {"x": "typed"}
    assert bench.preview.request is not None
    assert bench.preview.request.url == "https://c.d/typed"
    assert bench.action.name == "kustomer.app.shop.make"
    assert "reloaded from disk, inputs kept" in bench.toast["text"]
    assert len(bench.bar.actions) == 3
    assert "https://c.d" in bench.definition.text
    assert bench.file == {"state": "same", "words": ""}


def test_a_file_that_cannot_be_read_is_told_and_followed_when_it_can(followed: Followed) -> None:
    followed.path.write_text("{", encoding="utf-8")
    followed.bench._watcher.check()
    assert followed.bench.file["state"] == "unreadable"
    assert followed.bench.form.value == {"x": "typed"}

    followed.save(shop("find", "make"))

    assert followed.bench.file == {"state": "same", "words": ""}
    assert followed.bench.form.value == {"x": "typed"}


@pytest.mark.parametrize("keep", ["file", "own"])
def test_a_conflict_is_shown_and_decided(followed: Followed, keep: str) -> None:
    bench = followed.bench
    own = bench.app.text
    run = bench.action.run(
        {"x": "a"}, transport=httpx.MockTransport(lambda r: httpx.Response(200, json={"n": 2}))
    )
    run.accept("", into="sample")
    changed = bench.app.text
    assert changed != own

    followed.save(shop("find", "make", uri="https://c.d/{{{x}}}"))
    assert bench.file["state"] == "conflict"
    assert bench.app.text == changed

    press(bench, kind="conflict", keep=keep)

    assert bench.file == {"state": "same", "words": ""}
    assert bench.form.value == {"x": "typed"}
    assert ("https://c.d" in bench.app.text) is (keep == "file")
    assert (bench.app.text == changed) is (keep == "own")
    assert "https://c.d" in followed.path.read_text(encoding="utf-8")


def test_update_with_another_file_follows_that_one(followed: Followed, tmp_path: Path) -> None:
    other = tmp_path / "second.json"
    other.write_text(json.dumps(shop("make")), encoding="utf-8")
    followed.bench.update(other)

    followed.save(shop("find"))
    assert followed.bench.app.document.name == "second.json"
    other.write_text(json.dumps(shop("make", uri="https://e.f/{{{x}}}"), indent=1), encoding="utf-8")
    followed.bench._watcher.check()

    assert followed.bench.preview.request is not None
    assert followed.bench.preview.request.url == "https://e.f/typed"


def test_a_line_is_shown_in_the_definition(bench: knb.Workbench) -> None:
    press(bench, kind="goto", line=29)
    press(bench.preview, kind="goto", line=29)

    assert (bench.revealed["leaf"], bench.revealed["target"], bench.revealed["count"]) == (
        "definition",
        "29",
        2,
    )
    assert bench.definition.marked["line"] == 29


# -- toasts


def test_the_same_words_are_told_twice_and_undo_takes_the_latest_back(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(shop("find", sample={"n": 1, "m": 1}), indent=2), encoding="utf-8")
    before = path.read_bytes()
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"n": 2, "m": 2}))
    bench = knb.workbench(path, inputs={"x": "a"}, transport=transport)
    press(bench.bar, kind="run")
    assert bench.counts["differences"] == 2

    press(bench.output, kind="accept", pointers=["/n"])
    assert bench.toast["canUndo"]
    assert not bench.toast["isBad"]
    assert bench.counts["differences"] == 1
    assert path.read_bytes() == before.replace(b'"n": 1', b'"n": 2')
    first = bench.toast["count"]

    press(bench, kind="undo")

    assert path.read_bytes() == before
    assert bench.counts["differences"] == 2
    press(bench.output, kind="accept", pointers=["/n"])
    assert bench.toast["count"] > first
    press(bench.output, kind="ignore", pointer="/m")
    assert bench.counts["differences"] == 0
    press(bench, kind="undo")
    assert bench.counts["differences"] == 1
    assert path.read_bytes() != before


def test_undo_without_anything_to_undo_does_nothing(bench: knb.Workbench) -> None:
    press(bench, kind="undo")
    bench._session.say("Saved.")
    press(bench, kind="undo")

    assert (bench.notice, bench.toast["canUndo"]) == ("", False)


# -- the record


def test_the_record_of_a_workbench_that_is_shown_later_holds_the_run(bench: knb.Workbench) -> None:
    assert "Not run yet" in bench._static_result()["text/html"]

    bench.bar.run()

    record = bench._static_result()["text/html"]
    assert "REFUNDED" in record
    assert "Last run, saved " in record


class Updates:
    """Counts the updates of a record, as a display handle passes them on."""

    def __init__(self) -> None:
        self.count = 0

    def update(self, data: dict[str, str], *, raw: bool) -> None:
        self.count += 1


def test_a_record_is_updated_only_when_it_says_something_else() -> None:
    bench = knb.workbench(shop("find", "make"), mode="sample")
    updates = Updates()
    bench._records.append(updates)  # type: ignore[arg-type]  # what is used of one
    bench._recorded = bench._static_result()

    bench._session.pick("make")
    bench._session.pick("find")
    assert updates.count == 0
    bench.bar.run()
    assert updates.count == 1
    bench._session.pick("make")
    assert updates.count == 2


def test_a_large_output_is_compared_once_for_all_that_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"lines": [{"id": at, "name": f"line {at}"} for at in range(3000)]}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=body))
    bench = knb.workbench(shop("find"), inputs={"x": "1"}, transport=transport)
    bench._records.append(Updates())  # type: ignore[arg-type]  # what is used of one
    compared: list[Any] = []
    trees: list[Any] = []
    compare, make = difference.compare._compared, rows.OutputRows.__init__

    def counted_compare(*values: Any) -> Any:
        compared.append(values)
        return compare(*values)

    def counted_make(tree: rows.OutputRows, *arguments: Any, **named: Any) -> None:
        trees.append(tree)
        make(tree, *arguments, **named)

    monkeypatch.setattr(difference.compare, "_compared", counted_compare)
    monkeypatch.setattr(rows.OutputRows, "__init__", counted_make)

    bench.bar.run()

    assert "Last run, saved " in bench._recorded["text/html"]
    assert len(compared) == 1
    assert trees == [bench.output.rows_of(bench.result)]


def test_the_record_shows_request_output_and_sample_of_the_same_run(tmp_path: Path) -> None:
    responses = iter([{"n": "first"}, {"n": "second"}])
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=next(responses)))
    bench = knb.workbench(
        shop("find", "make", sample={"n": "sampled"}), inputs={"x": "one"}, transport=transport
    )
    bench.bar.run()
    bench.form.value = {"x": "two"}

    # Without tags, which mark what of the URL came from an input.
    first = re.sub("<[^>]*>", "", bench._static_result()["text/html"])
    bench.bar.run()
    second = re.sub("<[^>]*>", "", bench._static_result()["text/html"])

    assert all(part in first for part in ("/one", "first", "sampled"))
    assert not [part for part in ("/two", "second") if part in first]
    assert all(part in second for part in ("/two", "second", "sampled"))
    assert not [part for part in ("/one", "first") if part in second]
    bench.bar._session.pick("make")
    assert "Not run yet" in bench._static_result()["text/html"]


def test_the_record_of_a_run_without_a_response_says_so(bench: knb.Workbench) -> None:
    bench.bar.run()
    bench.bar.simulate("refused")

    record = bench._static_result()["text/html"]

    assert "Simulated: the service refuses the connection." in record
    assert "REFUNDED" not in record


def test_no_state_text_html_or_record_holds_a_setting(store: Store) -> None:
    bench = knb.workbench(refund_order(), inputs={"orderId": 1042}, hosts=store.hosts)
    press(bench.settings, kind="secret", key=SETTING, value=store.token)
    bench.bar.run()
    bench.bar.simulate("503")

    assert [part for part in parts(bench) if store.token in texts(part)] == []
    assert store.token not in json.dumps(bench._static_result())


def test_a_change_of_the_form_marks_the_run_and_never_clears_it(bench: knb.Workbench) -> None:
    bench.bar.run()
    run = bench.result

    bench.form.enter("reason", "late")
    bench.form.enter("amount", "12x")
    press(bench.bar, kind="run")

    assert bench.result is run
    assert bench.bar.head["state"] == "refused"


def test_a_page_gets_the_shared_rules_once() -> None:
    bench = knb.workbench(shop("find", "make"))
    alone = knb.ActionForm(bench.action)

    parts = [bench.bar, bench.form, bench.preview, bench.output, bench.history]

    assert {str(part._css) for part in parts} == {""}
    assert str(bench._css).count(".knb [hidden]") == str(alone._css).count(".knb [hidden]") == 1
    assert ".knb-field" in str(bench._css)


# -- views


def test_what_happened_is_told_and_is_no_state_that_a_later_view_would_repeat(bench: knb.Workbench) -> None:
    messages = {name: page_messages(part) for name, part in (("root", bench), ("text", bench.definition))}

    press(bench, kind="goto", line=29)
    bench._session.say("Saved.")

    assert messages["root"] == [
        {"kind": "reveal", "leaf": "definition", "target": "29"},
        {"kind": "toast", "id": 2, "text": "Saved.", "is_bad": False, "can_undo": False},
    ]
    assert messages["text"] == [{"kind": "mark", "line": 29}]
    for part in parts(bench):
        assert not {"toast", "revealed", "marked"} & part.get_state().keys()


def test_undo_of_a_message_that_another_one_replaced_takes_nothing_back(bench: knb.Workbench) -> None:
    undone = []
    bench._session.say("First.", undo=lambda: undone.append("first"))
    first = bench.toast["count"]
    bench._session.say("Second.", undo=lambda: undone.append("second"))

    press(bench, kind="undo", toast=first)
    assert undone == []

    press(bench, kind="undo", toast=bench.toast["count"])
    assert undone == ["second"]


def test_what_a_cell_edits_is_shown_by_the_next_look_and_once(followed: Followed) -> None:
    bench = followed.bench
    heard: list[object] = []

    bench.app.edit(f"{bench.action.pointer}/inputTemplate/uri", "https://live.shop.com/{{{x}}}")
    bench.app.save()
    bench._session.listen(heard.append)
    bench._watcher.check()
    bench._watcher.check()

    assert bench.preview.request is not None
    assert bench.preview.request.url.startswith("https://live.shop.com/")
    assert "live.shop.com" in str(bench.bar.request_line)
    assert len(heard) == 1
