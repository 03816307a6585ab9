from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from kustomer_nb import Action, App, lint, load, loads
from kustomer_nb.config import FILE
from kustomer_nb.errors import InputError, LoadError, NameNotFoundError, SettingError
from tests.samples import ECOMMSTORE, FIXTURES, SETTING, an_action, an_app, asking, refund_order

ANSWERS = httpx.MockTransport(lambda request: httpx.Response(200, json={}))
TWO = an_app(an_action(), an_action(name="kustomer.app.shop.orders.list"))


class TestLoading:
    @pytest.mark.parametrize("source", [ECOMMSTORE, str(ECOMMSTORE)], ids=["a path", "a text"])
    def test_a_file_keeps_its_path_and_text(self, source: Path | str) -> None:
        app = load(source)

        assert (app.path, app.text) == (ECOMMSTORE, ECOMMSTORE.read_text(encoding="utf-8"))
        assert repr(app) == "<App: ecommstore 0.0.1, 1 action>"

    def test_a_path_may_start_in_the_home_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "shop.json").write_text('{"app": "shop"}')
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))

        app = load("~/shop.json")

        assert app.model.app == "shop"

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            pytest.param(TWO, "<App: shop 1.0.0, 2 actions>", id="an app"),
            pytest.param(an_action(), "<App: actions only, 1 action>", id="one action"),
            pytest.param(
                [an_action(), an_action()], "<App: actions only, 2 actions>", id="a list of actions"
            ),
            pytest.param({"app": "shop"}, "<App: shop, no actions>", id="an app without actions"),
        ],
    )
    def test_a_value_is_an_app_an_action_or_a_list(self, value: Any, text: str) -> None:
        app = load(value)

        assert (repr(app), app.path) == (text, None)

    def test_the_example_of_the_documentation_is_read_and_its_fixes_reported(self) -> None:
        app = load(FIXTURES / "refund-order.verbatim.txt")

        assert app.action("refundOrder").name == "kustomer.app.ecommstore.store.refundOrder"
        assert "fixed: " in repr(app)
        assert all(diagnostic.span and diagnostic.fix for diagnostic in app.diagnostics)

    def test_a_missing_file_is_an_error_with_the_near_miss(self) -> None:
        with pytest.raises(LoadError, match=r'did you mean ".*ecommstore\.json"\?'):
            load(FIXTURES / "ecomstore.json")

    def test_lint_is_the_same_by_function_and_by_method(self) -> None:
        app = loads("{actions: [{}]}")

        assert lint(app) == app.lint()
        assert app.lint().errors


class TestNames:
    @pytest.mark.parametrize(
        "name", ["kustomer.app.shop.orders.list", "shop.orders.list", "orders.list", "list"]
    )
    def test_an_action_has_any_unambiguous_tail_as_its_name(self, name: str) -> None:
        action = load(TWO).action(name)

        assert repr(action) == "<Action: kustomer.app.shop.orders.list>"

    def test_the_only_action_needs_no_name(self) -> None:
        action = load(an_action()).action()

        assert action.name == "kustomer.app.shop.find"

    def test_a_full_name_wins_over_the_tail_of_another(self) -> None:
        app = load([an_action(name="find"), an_action(name="shop.find")])

        action = app.action("find")

        assert action.pointer == "/0"

    def test_an_action_without_a_name_shows_its_pointer(self) -> None:
        action = load([an_action(name="")]).action()

        assert repr(action) == "<Action: /0>"

    def test_a_bare_action_without_a_name_has_no_pointer_either(self) -> None:
        action = load({"inputTemplate": {}}).action()

        assert repr(action) == "<Action: without a name>"

    @pytest.mark.parametrize(
        ("source", "name", "message"),
        [
            pytest.param(
                TWO,
                "lst",
                'there is no action "lst". Fix: did you mean `kustomer.app.shop.orders.list`?',
                id="a near miss",
            ),
            pytest.param(
                TWO,
                "zzz",
                '"zzz". Fix: use one of kustomer.app.shop.find, kustomer.app.shop.orders.list.',
                id="an unknown name",
            ),
            pytest.param(
                TWO,
                None,
                '2 actions, and none was named. Fix: pass one, as in app.action("find"): find, list.',
                id="no name",
            ),
            pytest.param(
                an_app(an_action(name="a.find"), an_action(name="b.find"), an_action(name="b.pay")),
                None,
                'pass one, as in app.action("a.find"): a.find, b.find, pay.',
                id="no name, and equal tails",
            ),
            pytest.param(
                an_app(an_action(name=""), an_action(name=None)),
                None,
                "2 actions, and none was named. Fix: give each action a name.",
                id="no name, and none to name",
            ),
            pytest.param(
                an_app(an_action(name="a.find"), an_action(name="b.find")),
                "find",
                '"find" matches 2 actions. Fix: use one of a.find, b.find.',
                id="an ambiguous tail",
            ),
            pytest.param(
                an_app(), None, 'the app has no actions. Fix: add one to "actions".', id="no actions"
            ),
        ],
    )
    def test_a_name_that_matches_none_or_several_has_a_fix(
        self, source: Any, name: str | None, message: str
    ) -> None:
        with pytest.raises(NameNotFoundError) as caught:
            load(source).action(name)

        assert caught.value.diagnostics.codes == ["KNB203"]
        assert message in str(caught.value)

    def test_a_name_that_is_not_found_is_a_lookup_error(self) -> None:
        with pytest.raises(LookupError):
            load(TWO).action("nobody")


class TestRendering:
    def test_a_setting_is_shown_by_its_key_and_needs_no_value(self) -> None:
        request = refund_order().render({"orderId": 1042})

        assert request.headers["authorization"] == f"Bearer ${SETTING}"
        assert repr(request) == "<Request: POST https://api.ecommstore.com/orders/1042>"

    def test_all_inputs_that_the_platform_would_reject_are_reported(self) -> None:
        with pytest.raises(InputError) as caught:
            refund_order().render({"orderid": 1})

        assert caught.value.diagnostics.codes == ["KNB703", "KNB701"]

    def test_inputs_are_optional(self) -> None:
        request = asking("http://a.b/").render()

        assert request.url == "http://a.b/"

    def test_the_profile_is_read_from_the_root_of_the_definition(self, tmp_path: Path) -> None:
        (tmp_path / FILE).write_text('[profiles.eu.hosts]\n"https://api.shop.com" = "https://eu.shop.com"\n')
        (tmp_path / "actions").mkdir()
        path = tmp_path / "actions" / "shop.json"
        path.write_text('{"inputTemplate": {"uri": "https://api.shop.com/a", "method": "get"}}')

        request = load(path).action().render(profile="eu")

        assert request.sent_to is not None
        assert request.sent_to.origin == "https://eu.shop.com"

    def test_hosts_override_those_of_the_profile(self, tmp_path: Path) -> None:
        (tmp_path / FILE).write_text('[profiles.eu.hosts]\n"https://a.b" = "https://eu.b"\n')
        path = tmp_path / "shop.json"
        path.write_text('{"inputTemplate": {"uri": "https://a.b/", "method": "get"}}')

        request = load(path).action().render(profile="eu", hosts={"https://a.b": "https://us.b"})

        assert request.sent_to is not None
        assert request.sent_to.origin == "https://us.b"

    def test_an_undeclared_variable_may_be_missing_if_allowed(self) -> None:
        action = asking("http://a.b/{{gone}}")

        request = action.render(allow_missing=["gone"])

        assert not request.diagnostics.errors

    def test_an_unknown_setting_is_refused(self) -> None:
        with pytest.raises(SettingError, match="did you mean `authToken`"):
            refund_order().render({"orderId": 1}, settings={"authTokn": "x"})

    def test_an_unknown_argument_is_refused(self) -> None:
        with pytest.raises(TypeError, match="confrim"):
            refund_order().run({"orderId": 1}, confrim="api.ecommstore.com")

    def test_the_context_of_a_run_shows_no_value_of_a_setting(self) -> None:
        text = repr(refund_order().context(settings={"authToken": "s3cret"}, accounts={"a": "s3cret"}))

        assert "s3cret" not in text


@pytest.mark.parametrize(
    "value", [pytest.param(load(TWO), id="App"), pytest.param(load(an_action()).action(), id="Action")]
)
def test_an_app_and_an_action_have_html_for_notebooks(value: App | Action) -> None:
    assert "kustomer.app.shop.find" in value._repr_html_()


def test_an_action_lints_only_itself() -> None:
    good = an_action(outputTemplate={"id": "/#body.id"}, sampleOutputContext={"id": 5})
    app = load(an_app(good, {"name": "kustomer.app.shop.bad", "description": "x", "type": "rest_api"}))

    assert app.action("bad").lint().codes == ["KNB411"]
    assert not app.action("find").lint()


def test_a_diagnostic_of_a_run_has_its_location_in_the_authors_text() -> None:
    text = '{"type": "rest_api",\n "inputTemplate": {"uri": "http://a.b/{{shout x}}", "method": "get"}}'
    sent = '"inputTemplate": {"uri": "http://127.0.0.1:9", "method": "get"}'
    mapped = f'{{"type": "rest_api", {sent},\n "outputTemplate": {{"n": "a {{{{date 1}}}}"}}}}'

    (fault,) = loads(text).action().render().diagnostics
    (diagnostic,) = loads(mapped).action().run(transport=ANSWERS).diagnostics

    assert fault.span is not None
    assert text[fault.span.start : fault.span.end] == "{{shout x}}"
    assert (fault.span.line, fault.span.column) == (2, 39)
    assert diagnostic.span is not None
    assert diagnostic.pointer == "/outputTemplate/n"
    assert mapped[diagnostic.span.start : diagnostic.span.end] == "{{date 1}}"
