from __future__ import annotations

from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb import UNDEFINED
from kustomer_nb.codes import Code
from kustomer_nb.errors import InputError, NameNotFoundError
from kustomer_nb.widgets.session import Session, as_session
from tests.samples import an_action, an_app

SECRET = "canary-token-ZGVtbw=="


def app() -> knb.App:
    template = {"uri": "http://127.0.0.1:1/{{{x}}}", "method": "get"}
    keys = {"token": {"key": "shop.default.token"}}
    actions = [
        an_action(
            name=f"kustomer.app.shop.{name}",
            inputTemplate=template,
            appSettings=keys,
            sampleOutputContext={"n": name},
        )
        for name in ("find", "make")
    ]
    return knb.load(an_app(*actions))


@pytest.fixture
def session() -> Session:
    return Session(app())


def topics_of(session: Session) -> list[set[str]]:
    heard: list[set[str]] = []
    session.listen(lambda topics: heard.append(set(topics)))
    return heard


def test_an_app_begins_with_its_first_action_and_an_action_is_the_selected_one() -> None:
    shop = app()

    assert Session(shop).action.name == "kustomer.app.shop.find"
    assert Session(shop.action("make")).action.name == "kustomer.app.shop.make"


def test_picking_another_action_keeps_the_inputs_and_the_result_of_each(session: Session) -> None:
    session.use_mode("sample")
    session.set_inputs({"x": "a"}, {"/y": "no number"})
    session.show(session.action.run(mode="sample"))
    session.pick("make")
    assert (session.inputs, session.state.unread, session.state.result) == ({}, {}, None)
    session.set_inputs({"x": "b"})
    session.show(session.action.run(mode="sample"))

    session.pick("find")

    assert (session.inputs, session.state.unread) == ({"x": "a"}, {"/y": "no number"})
    assert session.state.result is not None
    assert session.state.result.output == {"n": "find"}
    session.pick("make")
    assert session.inputs == {"x": "b"}
    assert session.state.result.output == {"n": "make"}


@pytest.mark.parametrize("name", ["gone", "shop.fin", ""])
def test_an_action_that_does_not_exist_leaves_the_selected_one(session: Session, name: str) -> None:
    with pytest.raises(NameNotFoundError):
        session.pick(name)

    assert session.action.name == "kustomer.app.shop.find"


def test_listeners_hear_of_each_change_once_and_no_more_when_they_stop(session: Session) -> None:
    heard: list[set[str]] = []
    stop = session.listen(lambda topics: heard.append(set(topics)))

    with session.changing("result"):
        session.set_inputs({"x": "a"})
        session.say("Saved.")
    assert heard == [{"inputs", "preview", "toast", "result"}]

    stop()
    stop()
    session.set_inputs({})
    assert len(heard) == 1


def test_listeners_hear_of_a_change_that_ends_with_an_error(session: Session) -> None:
    heard = topics_of(session)

    with pytest.raises(ZeroDivisionError), session.changing("inputs"):
        len("") / 0

    assert heard == [{"inputs"}]


def test_picking_the_selected_action_changes_nothing(session: Session) -> None:
    heard = topics_of(session)

    session.pick("find")

    assert heard == []


def test_the_preview_is_made_once_for_all_leaves(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    prepare = session.prepare
    monkeypatch.setattr(session, "prepare", lambda inputs: calls.append(inputs) or prepare(inputs))

    for leaf in (knb.RunBar, knb.RequestPreview, knb.ActionForm, knb.SettingsForm):
        leaf(session)
    calls.clear()
    session.set_inputs({"x": "a"})
    assert session.previewed is session.previewed

    # The settings ask for themselves, for the sources of values that no input changes.
    assert len(calls) == 1


def test_a_field_that_cannot_be_read_is_required_to_be_read(session: Session) -> None:
    session.set_inputs({"x": "a"}, {"/y": "Enter a number.", "/z": "Invalid JSON."})

    with pytest.raises(InputError) as caught:
        session.state.require_read()

    assert [(item.code, item.pointer) for item in caught.value.diagnostics] == [
        ("KNB716", "/y"),
        ("KNB716", "/z"),
    ]
    assert session.faults == ["/y", "/z"]
    session.set_inputs({"x": "a"})
    session.state.require_read()


def test_typed_secrets_are_in_no_repr_of_what_is_kept(session: Session) -> None:
    session.typed.type_in("shop.default.token", SECRET)
    session.typed.type_account("default", SECRET)

    assert session.typed.is_entered("shop.default.token")
    assert SECRET not in repr(vars(session)) + repr(session.context) + repr(session.preview())


def test_updating_keeps_what_was_typed_for_the_action_of_the_same_name(session: Session) -> None:
    session.pick("make")
    session.set_inputs({"x": "a"})

    session.update(app())
    assert (session.action.name, session.inputs) == ("kustomer.app.shop.make", {"x": "a"})
    session.update(app().action("find"))
    assert session.inputs == {}
    session.pick("make")
    assert session.inputs == {"x": "a"}


def test_a_result_follows_the_definition() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"n": 2}))
    template = {"uri": "http://127.0.0.1:1/", "method": "get", "json": True}
    shop = knb.load(an_action(inputTemplate=template, outputTemplate="/#body", sampleOutputContext={"n": 1}))
    session = Session(shop)
    session.show(shop.action().run(transport=transport))
    run = session.state.result
    assert run is not None
    assert run.diff

    run.accept("/n", into="sample")
    session.take_definition()

    assert session.state.result is not None
    assert not session.state.result.diff


@pytest.mark.parametrize("option", ["confirm", "nonsense"])
def test_an_option_that_a_page_has_not_is_refused(option: str) -> None:
    with pytest.raises(TypeError, match=option):
        Session(app(), {option: "x"})


def test_a_leaf_takes_a_session_or_makes_its_own(session: Session) -> None:
    assert as_session(session, {}) is session
    made = as_session(session.action, {"mode": "sample"})
    assert made is not session
    assert made.mode == "sample"


@pytest.mark.parametrize("value", [UNDEFINED, None], ids=["undefined", "none"])
def test_steps_can_be_taken_away(session: Session, value: Any) -> None:
    session.use_steps({"find": {"id": 7}})
    session.set_inputs({"x": "/#steps.find.id"})
    assert session.preview().request.url.endswith("/7")

    session.use_steps(None)

    assert session.steps == {}


def test_settings_that_are_passed_for_all_actions_suit_each_of_them() -> None:
    actions = [
        an_action(
            name=f"kustomer.app.shop.{name}",
            appSettings={name: {"key": f"shop.default.{name}"}},
            inputTemplate={"uri": f"http://127.0.0.1:9/{{{{{{{name}}}}}}}", "method": "get"},
        )
        for name in ("one", "two")
    ]
    session = Session(knb.load(an_app(*actions)), {"settings": {"shop.default.one": "1", "two": "2"}})

    urls = []
    for name in ("one", "two"):
        session.pick(name)
        assert session.preview_error is None
        urls.append(session.previewed.request.unset)

    assert urls == [(), ()]


def test_a_setting_that_no_action_has_is_still_told() -> None:
    session = Session(knb.load(an_app(an_action())), {"settings": {"shop.default.nowhere": "1"}})

    assert "KNB802" in str(session.preview_error)


def test_the_problems_of_one_code_are_those_among_all() -> None:
    schema = {"properties": {name: {"type": "string"} for name in ("x", "y", "z")}}
    template = {"uri": "http://127.0.0.1:1/{{{x}}}", "method": "get"}
    session = Session(knb.load(an_app(an_action(inputSchema=schema, inputTemplate=template))))

    alone = session.problems.of_code(Code.INPUT_NOT_READ)
    among_all = [problem for problem in session.problems.current if problem.code == Code.INPUT_NOT_READ]

    assert [problem.pointer.rpartition("/")[2] for problem in alone] == ["y", "z"]
    assert alone == among_all == session.problems.of_code(Code.INPUT_NOT_READ)
