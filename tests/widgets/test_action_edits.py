from __future__ import annotations

import pytest

import kustomer_nb as knb
from kustomer_nb.errors import EditError
from kustomer_nb.widgets import ResponseView, RunBar
from kustomer_nb.widgets.session import Session

TEXT = """{
  "app": "shop", "version": "1.0.0", "title": "Shop",
  "actions": [
    {"name": "kustomer.app.shop.find", "inputTemplate": {"uri": "http://a.b", "method": "get"}}, // the first
    {"name": "kustomer.app.shop.add", "inputTemplate": {"uri": "http://a.b", "method": "post"}}
  ]
}
"""


def a_bar() -> tuple[Session, RunBar]:
    session = Session(knb.loads(TEXT))
    return session, RunBar(session)


def names(session: Session) -> list[str]:
    return [action.name.rpartition(".")[2] for action in session.app.actions]


def take_back(session: Session) -> None:
    assert session.toast is not None
    assert session.toast.undo is not None
    session.toast.undo()


def test_a_new_action_is_selected() -> None:
    session, bar = a_bar()

    bar.intend({"kind": "new_action"})
    bar.intend({"kind": "new_action"})

    assert names(session) == ["find", "add", "newAction", "newAction2"]
    assert bar.action["short"] == "newAction2"
    take_back(session)
    assert names(session) == ["find", "add", "newAction"]


def test_a_copy_is_selected_and_taken_back() -> None:
    session, bar = a_bar()

    bar.intend({"kind": "duplicate_action", "name": "findAll"})

    assert names(session) == ["find", "add", "findAll"]
    assert bar.action["short"] == "findAll"
    take_back(session)
    assert (session.app.text, bar.action["short"]) == (TEXT, "find")


def test_a_renamed_action_keeps_what_was_typed() -> None:
    session, bar = a_bar()
    session.set_inputs({"id": 7})

    bar.intend({"kind": "rename_action", "name": "search"})

    assert names(session) == ["search", "add"]
    assert session.inputs == {"id": 7}
    take_back(session)
    assert session.app.text == TEXT


def test_after_a_deleted_action_the_next_one_is_selected() -> None:
    session, bar = a_bar()

    bar.intend({"kind": "remove_action"})

    assert (names(session), bar.action["short"]) == (["add"], "add")
    with pytest.raises(EditError, match="no other action"):
        bar.intend({"kind": "remove_action"})
    take_back(session)
    assert (session.app.text, bar.action["short"]) == (TEXT, "find")


@pytest.mark.parametrize("message", ["duplicate_action", "rename_action"])
@pytest.mark.parametrize("name", ["add", "a b", ""])
def test_a_name_that_cannot_be_one_changes_nothing(message: str, name: str) -> None:
    session, bar = a_bar()

    with pytest.raises(EditError):
        bar.intend({"kind": message, "name": name})

    assert session.app.text == TEXT


MAPPED = """{"inputTemplate": {"uri": "http://a.b", "method": "get", "json": true},
  "outputTemplate": {"id": "/#body.id"}, "outputSchema": {"properties": {"id": {"type": "number"}}},
  "sampleOutputContext": {"id": 7}}"""


def a_response(text: str = MAPPED) -> tuple[Session, ResponseView]:
    import httpx

    body = {"id": 7, "order": {"id": "a", "lines": [{"sku": "x"}]}, "a.b": 1}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=body))
    session = Session(knb.loads(text), {"transport": transport})
    view = ResponseView(session)
    run = session.action.run(transport=transport)
    session.show(run)
    return session, view


def test_a_value_of_the_response_becomes_an_output() -> None:
    session, view = a_response()

    view.intend({"kind": "map_value", "pointer": "/order/lines/0/sku"})
    view.intend({"kind": "map_value", "pointer": "/order/id"})

    action = session.action.value
    assert action["outputTemplate"] == {
        "id": "/#body.id",
        "sku": "/#body.order.lines.0.sku",
        "id2": "/#body.order.id",
    }
    assert action["outputSchema"]["properties"]["sku"] == {"type": "string"}
    take_back(session)
    assert "id2" not in session.action.value["outputTemplate"]


def test_a_value_that_is_an_output_already_is_told() -> None:
    session, view = a_response()

    view.intend({"kind": "map_value", "pointer": "/id"})

    assert session.app.text == MAPPED
    assert session.toast is not None
    assert session.toast.words == "id is /#body.id already."


def test_a_value_that_no_template_can_read_is_refused() -> None:
    session, view = a_response()

    with pytest.raises(EditError):
        view.map_value("/a.b")

    assert session.app.text == MAPPED


def test_a_run_alone_has_no_definition_to_write_into() -> None:
    session, _ = a_response()
    assert session.state.result is not None
    view = ResponseView(session.state.result)

    assert not view.can_map
    with pytest.raises(EditError):
        view.map_value("/id")
