from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb import Action, EditError, Run, SaveError, load, loads
from kustomer_nb.config import FILE
from kustomer_nb.difference import diff
from kustomer_nb.jsontext.parser import read
from tests.difference.test_compare import JSON
from tests.samples import an_action, an_app

TOKEN = "tok-4f9c2b7e1d"
TEXT = """{ // the shop
  "app": "shop",   "version": "1.0.0", "title": "Shop",
  "actions": [
    {"name": "kustomer.app.shop.other", "type": "rest_api"},
    {
      "name": "kustomer.app.shop.find", "type": "rest_api",
      "inputTemplate": {"uri": "http://127.0.0.1/orders", "method": "get", "json": true},
      "outputTemplate": "/#body",
      "outputSchema": {
        "properties": {
          "id": { "type": "number" }, // the id
          "status": {"type": "string"},
          "lines": {"type": "array"}
        },
        "additionalProperties": false
      },
      "sampleOutputContext": {
        "id":   1,      // one
        "old": true,
        "lines": [
          {"sku": "A1"}, // the first
          {"sku": "B2"}
        ],
      },
    }
  ]
}
"""
BODY = {
    "id": 1,
    "status": "open",
    "lines": [{"sku": "B2", "n": 1}, {"sku": "A1"}, {"sku": "C3"}],
    "at": "noon",
}


def answering(body: Any, status: int = 200, **response: Any) -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: httpx.Response(status, json=body, **response))


def run_of(action: Action, body: Any = None, **options: Any) -> Run:
    return action.run(transport=answering(BODY if body is None else body), **options)


def find(text: str = TEXT) -> Action:
    return loads(text).action("find")


def lines_that_changed(before: str, after: str) -> list[str]:
    return [line.strip() for line in after.split("\n") if line not in before.split("\n")]


class TestSample:
    @pytest.mark.parametrize(
        ("pointer", "changed"),
        [
            pytest.param("/status", ['"status": "open",'], id="added"),
            pytest.param("/old", [], id="missing"),
            pytest.param("/lines/2", ['{"sku": "B2"},', '{"sku": "C3"}'], id="an item added at the end"),
            pytest.param("/id", [], id="the same"),
        ],
    )
    def test_one_value_changes_and_the_rest_of_the_text_stays(self, pointer: str, changed: list[str]) -> None:
        action = find()
        run = run_of(action, {**BODY, "lines": [{"sku": "A1"}, {"sku": "B2"}, {"sku": "C3"}]})

        changes = run.accept(pointer)

        assert lines_that_changed(TEXT, action.app.text) == changed
        assert [line for line in TEXT.split("\n") if line not in action.app.text.split("\n")] == {
            "/old": ['        "old": true,'],
            "/lines/2": ['          {"sku": "B2"}'],
        }.get(pointer, [])
        assert bool(changes) is (pointer != "/id")

    def test_a_changed_value_is_replaced_where_it_is(self) -> None:
        action = find()

        run_of(action, {"id": 8}).accept("/id")

        assert action.app.text == TEXT.replace('"id":   1,', '"id":   8,')

    def test_all_differences_leave_none(self) -> None:
        action = find()
        run = run_of(action)

        run.accept(run.diff)

        assert not run_of(action).diff
        assert "// the first" in action.app.text

    @pytest.mark.parametrize("sample", ["", '"sampleOutputContext": null,'])
    def test_an_absent_sample_is_created(self, sample: str) -> None:
        request = '"inputTemplate": {"uri": "http://a.b", "method": "get", "json": true}'
        action = loads(f'{{{sample}"outputTemplate": "/#body", {request}}}').action()

        run_of(action, {"a": {"b": 1, "c": 2}}).accept(["/a/c"])

        assert action.definition.sample_output_context == {"a": {"c": 2}}

    def test_several_pointers_are_one_change(self) -> None:
        action = find()

        changes = run_of(action).accept(["/status", "/old"])
        sample = action.definition.sample_output_context

        assert (sample["status"], "old" in sample) == ("open", False)
        changes.undo()
        assert action.app.text == TEXT

    def test_the_whole_output_replaces_the_sample(self) -> None:
        action = find()
        run = run_of(action)

        run.accept("")

        assert action.definition.sample_output_context == run.output

    def test_a_removed_item_and_an_added_one_at_the_same_path_are_told_apart(self) -> None:
        text = json.dumps(an_action(outputTemplate="/#body", sampleOutputContext=["r", "x", "A"]))
        for accepted, sample in ((0, ["x", "A"]), (1, ["r", "A"]), (2, ["r", "x", "A", "z"])):
            action = loads(text).action()
            run = action.run(transport=answering(["A", "z"]))
            assert run.diff is not None
            assert [entry.pointer for entry in run.diff] == ["/0", "/1", "/1"]

            run.accept(run.diff[accepted])

            assert action.definition.sample_output_context == sample

    def test_removed_items_are_found_again_after_others_were_accepted(self) -> None:
        text = json.dumps(an_action(outputTemplate="/#body", sampleOutputContext=["a", "b", "c", "d"]))
        action = loads(text).action()
        run = action.run(transport=answering(["d"]))

        for pointer in ("/0", "/1", "/1", "/2"):
            run.accept(pointer)

        assert action.definition.sample_output_context == ["d"]

    @pytest.mark.parametrize(
        ("pointer", "message"),
        [
            pytest.param("/x", "KNB152 neither the output nor the sample has `x`", id="nowhere"),
            pytest.param("/at", "outputSchema drops `at`, so the output does not have it", id="dropped"),
            pytest.param("status", "\"status\" is not a JSON pointer. Fix: write it", id="no pointer"),
            pytest.param("/a" * 600, "KNB152 it is nested deeper", id="too deep"),
        ],
    )  # fmt: skip
    def test_a_pointer_of_nothing_says_so(self, pointer: str, message: str) -> None:
        action = find()

        with pytest.raises(EditError) as caught:
            run_of(action).accept([pointer, "/status"])

        assert message in str(caught.value)
        assert action.app.text == TEXT

    def test_what_is_no_pointer_is_a_type_error(self) -> None:
        with pytest.raises(TypeError, match="must be a string"):
            run_of(find()).accept([7])  # type: ignore[list-item] # what a user may pass
        with pytest.raises(ValueError, match="write 'sample' or 'outputSchema'"):
            run_of(find()).accept("/id", into="schema")

    def test_a_number_that_json_does_not_have_is_null_as_for_the_next_step(self) -> None:
        text = json.dumps(an_action(outputTemplate={"n": "/#fn:parseInt,body.x"}))
        action = loads(text).action()

        action.run(transport=answering({"x": "none"})).accept("/n")

        assert action.definition.sample_output_context == {"n": None}

    def test_a_sample_run_brings_the_sample_in_line_with_the_schema(self) -> None:
        action = find()
        run = action.run(mode="sample")

        run.accept(run.diff)

        assert not action.run(mode="sample").diff
        assert "old" not in action.definition.sample_output_context


@settings(deadline=None, max_examples=60)
@given(sample=JSON, body=JSON, indent=st.sampled_from([None, 2, "\t"]))
def test_after_all_differences_the_run_has_none_and_undo_restores_the_text(
    sample: Any, body: Any, indent: Any
) -> None:
    value = an_app(an_action(outputTemplate={"value": "/#body"}, sampleOutputContext={"value": sample}))
    text = json.dumps(value, indent=indent)
    action = loads(text).action()
    run = action.run(transport=answering(body))
    assert run.diff is not None

    changes = run.accept(run.diff)

    accepted = action.definition.sample_output_context
    assert not diff(accepted, run.output)
    rest = read(action.app.text).value
    rest["actions"][0]["sampleOutputContext"] = {"value": sample}
    assert json.dumps(rest) == json.dumps(value)
    if changes:
        action.app.undo()
    assert action.app.text == text


class TestOutputSchema:
    def test_a_dropped_key_is_declared_and_the_rest_stays(self) -> None:
        action = find()
        run = run_of(action)

        run.accept(run.dropped, into="outputSchema")

        assert lines_that_changed(TEXT, action.app.text) == [
            '"lines": {"type": "array"},',
            '"at": {"type": "string"}',
        ]
        assert run_of(action).output["at"] == "noon"

    def test_a_key_of_items_is_declared_for_all_of_them(self) -> None:
        action = find()

        run_of(action).accept("/lines/0/n", into="outputSchema")

        assert action.definition.output_schema["properties"]["lines"]["items"] == {
            "type": "object",
            "properties": {"n": {"type": "number"}},
        }
        assert run_of(action).output["lines"] == BODY["lines"]

    def test_an_absent_schema_is_created_and_drops_nothing(self) -> None:
        action = loads(json.dumps(an_action(outputTemplate="/#body"))).action()
        run = action.run(transport=answering(BODY))

        run.accept("/at", into="outputSchema")

        assert action.definition.output_schema == {"type": "object", "properties": {"at": {"type": "string"}}}
        assert action.run(transport=answering(BODY)).output == run.output

    def test_a_declared_key_stays_as_it_is(self) -> None:
        action = find()

        assert not run_of(action).accept("/id", into="outputSchema")
        assert action.app.text == TEXT

    @pytest.mark.parametrize(
        ("pointer", "message"),
        [
            pytest.param("", "name a key; run.infer()", id="the whole"),
            pytest.param("/old", "outputTemplate returns no value at `old`", id="only in the sample"),
            pytest.param("/status/x", "outputTemplate returns no value at `status.x`", id="in a string"),
        ],
    )
    def test_what_cannot_be_declared_says_so(self, pointer: str, message: str) -> None:
        with pytest.raises(EditError) as caught:
            run_of(find()).accept(pointer, into="outputSchema")

        assert message in str(caught.value)

    def test_a_schema_of_another_type_in_the_way_is_named(self) -> None:
        action = loads(
            TEXT.replace('"status": {"type": "string"}', '"status": {"type": "string", "x": 1}')
        ).action("find")

        with pytest.raises(
            EditError, match=r"declares a string there, but the value is an object, so `status\.a`"
        ):
            run_of(action, {"status": {"a": 1}}).accept("/status/a", into="outputSchema")


class TestFailures:
    @pytest.mark.parametrize("status", [404, 503])
    def test_a_failure_is_no_sample_as_a_whole(self, status: int) -> None:
        action = find()
        run = action.run(transport=answering({"status": "gone"}, status))
        assert run.diff is not None

        for pointer in ("", run.diff):
            with pytest.raises(EditError, match=f"KNB152 the response has the status {status}"):
                run.accept(pointer)
        with pytest.raises(EditError, match=f"has the status {status}"):
            run.infer()
        assert action.app.text == TEXT

    def test_single_values_of_a_failure_are_accepted(self) -> None:
        action = find()

        action.run(transport=answering({"status": "gone"}, 404)).accept("/status")

        assert action.definition.sample_output_context["status"] == "gone"

    def test_a_simulated_failure_is_no_sample_as_a_whole(self) -> None:
        run = find().run(mode="fault:429")

        with pytest.raises(EditError, match="KNB152 this response was simulated"):
            run.accept("")

    def test_without_an_output_nothing_is_accepted(self) -> None:
        action = find(TEXT.replace('"/#body"', '{"id": "{{fails body.id}}"}'))
        run = run_of(action, helpers={"fails": lambda options, value: value[0]})

        for into in ("sample", "outputSchema"):
            with pytest.raises(EditError, match="outputTemplate failed on this response"):
                run.accept("/id", into=into)

    def test_a_sample_run_has_no_response_to_infer_from(self) -> None:
        with pytest.raises(EditError, match="this run is of the sample"):
            find().run(mode="sample").infer()


class TestSecrets:
    def action(self, root: Path, **properties: Any) -> Action:
        path = root / "shop.json"
        template = {
            "uri": "http://127.0.0.1/orders",
            "method": "get",
            "json": True,
            "headers": {"authorization": "Bearer {{{authToken}}}"},
        }
        setting = {"type": "secret", "defaultValue": ""}
        app = an_app(
            an_action(
                inputTemplate=template,
                appSettings={"authToken": {"key": "shop.default.authToken"}},
                inputSchema={"properties": {"email": {"type": "string"}}},
                **properties,
            ),
            settings={"default": {"authToken": setting}},
        )
        path.write_text(json.dumps(app, indent=2), encoding="utf-8")
        return load(path).action()

    @pytest.mark.parametrize("pointer", ["", "/echo", "/echo/1"])
    def test_a_placeholder_is_never_written(self, pointer: str, tmp_path: Path) -> None:
        action = self.action(tmp_path, outputTemplate="/#body")
        text = action.app.text
        body = {"echo": ["x", f"got {TOKEN}"], "id": 7}
        run = action.run(transport=answering(body), settings={"authToken": TOKEN})

        with pytest.raises(EditError) as caught:
            run.accept(pointer)

        assert "KNB152 `echo.1` contains `$shop.default.authToken` in place of a value" in str(caught.value)
        assert TOKEN not in str(caught.value)
        assert action.app.text == text
        run.accept(["/id", "/echo/0"])
        assert action.definition.sample_output_context == {"id": 7, "echo": ["x"]}

    def test_the_request_in_the_output_has_one(self, tmp_path: Path) -> None:
        action = self.action(tmp_path)
        run = action.run(transport=answering({"id": 7}), settings={"authToken": TOKEN})

        for verb in (lambda: run.accept(""), run.infer):
            with pytest.raises(EditError, match=r"contains `\$shop.default.authToken`"):
                verb()
        run.accept("/body")
        assert action.definition.sample_output_context == {"body": {"id": 7}}

    def test_a_placeholder_as_a_key_is_not_declared(self, tmp_path: Path) -> None:
        action = self.action(tmp_path, outputTemplate="/#body")
        run = action.run(
            transport=answering({"by": {TOKEN: 1}, "echo": TOKEN}), settings={"authToken": TOKEN}
        )

        with pytest.raises(EditError, match=r"a key of `by` contains `\$shop.default.authToken`"):
            run.accept("/by", into="outputSchema")
        run.accept("/echo", into="outputSchema")
        assert action.definition.output_schema["properties"] == {"echo": {"type": "string"}}

    def test_what_only_resembles_a_placeholder_is_written(self, tmp_path: Path) -> None:
        action = self.action(tmp_path, outputTemplate="/#body")
        body = {"price": "$5", "note": "<b>masked</b>", "path": "$shop.default", "proxy": "$proxyless"}
        run = action.run(transport=answering(body), settings={"authToken": TOKEN})

        run.accept("")

        assert action.definition.sample_output_context == body

    @pytest.mark.parametrize(
        ("mask", "refused"),
        [
            pytest.param("/inputs/email", ["/to", ""], id="an input that is echoed"),
            pytest.param("/response/body/to", ["/to", ""], id="a part of the response"),
            pytest.param("/output/age", ["/age", ""], id="a short number of the output"),
            pytest.param("/output/other", [], id="something else"),
        ],
    )
    def test_personal_data_is_written_to_no_file(self, mask: str, refused: list[str], tmp_path: Path) -> None:
        (tmp_path / FILE).write_text(f'mask = ["{mask}"]', encoding="utf-8")
        body = {"to": "ann@shop.com", "age": 42, "id": 1}
        for pointer in ("/to", "/age", "/id", ""):
            action = self.action(tmp_path, outputTemplate="/#body")
            settings = {"authToken": TOKEN}
            run = action.run({"email": "ann@shop.com"}, transport=answering(body), settings=settings)
            if pointer not in refused:
                assert run.accept(pointer)
                continue
            with pytest.raises(EditError, match="holds a cookie, or personal data"):
                run.accept(pointer)

    def test_personal_data_as_a_key_is_neither_declared_nor_shown(self, tmp_path: Path) -> None:
        (tmp_path / FILE).write_text('mask = ["/inputs/email"]', encoding="utf-8")
        action = self.action(tmp_path, outputTemplate="/#body")
        transport = answering({"by": {"ann@shop.com": 1}})
        run = action.run({"email": "ann@shop.com"}, transport=transport, settings={"authToken": TOKEN})

        for pointer in ("/by", "/by/ann@shop.com"):
            with pytest.raises(EditError, match="holds a cookie, or personal data") as caught:
                run.accept(pointer, into="outputSchema")
            assert "ann@shop.com" not in str(caught.value)

    def test_a_cookie_is_written_to_no_file(self, tmp_path: Path) -> None:
        template = {"headers": "/#response.headers", "id": "/#body.id"}
        action = self.action(tmp_path, outputTemplate=template)
        transport = answering({"id": 1}, headers={"set-cookie": "session=s3ss10nv4lue99"})
        run = action.run(transport=transport, settings={"authToken": TOKEN})

        with pytest.raises(EditError, match="holds a cookie"):
            run.accept("/headers")
        assert run.accept("/id")


class TestFile:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "shop.json"
        path.write_bytes(TEXT.replace("\n", "\r\n").encode())
        return path

    def test_it_is_saved_and_undone_to_the_byte(self, path: Path) -> None:
        content = path.read_bytes()
        action = load(path).action("find")

        changes = run_of(action).accept("/status")
        action.app.save()
        assert b'"status": "open"' in path.read_bytes()
        changes.undo()

        assert path.read_bytes() == content

    def test_a_file_that_changed_meanwhile_is_left_alone(self, path: Path) -> None:
        action = load(path).action("find")
        run_of(action).accept("/status")
        path.write_bytes(b"{}")

        with pytest.raises(SaveError, match="KNB142"):
            action.app.save()

        assert path.read_bytes() == b"{}"

    def test_the_sample_as_it_is_now_gets_the_value(self) -> None:
        action = find()
        run = run_of(action)
        action.app.edit("/actions/1/sampleOutputContext/extra", 5)
        action.app.remove("/actions/0")

        run.accept("/status")

        assert action.pointer == "/actions/0"
        assert action.definition.sample_output_context["extra"] == 5
        assert action.definition.sample_output_context["status"] == "open"

    def test_an_action_that_is_gone_gets_nothing(self) -> None:
        action = find()
        run = run_of(action)
        action.app.remove("/actions/1")

        with pytest.raises(
            EditError, match="KNB152 the action of this run is not in the definition any more"
        ):
            run.accept("/status")

        action.app.undo()
        run.accept("/status")
        assert action.app.text != TEXT

    @pytest.fixture
    def module(self, tmp_path: Path) -> Any:
        def write(sample: str, before: str = "", *, evaluate: bool = False) -> Action:
            (tmp_path / FILE).write_text(f"evaluate = {str(evaluate).lower()}", encoding="utf-8")
            path = tmp_path / "shop.js"
            request = "inputTemplate: { uri: 'http://a.b', method: 'get', json: true }"
            members = f"outputTemplate: '/#body', {request}, sampleOutputContext: {sample}"
            text = f"{before}export default {{ {members} }};"
            path.write_text(text, encoding="utf-8")
            return load(path).action()

        return write

    def test_a_module_whose_values_are_written_out_is_edited(self, module: Any) -> None:
        action = module("{ id: 1 /* one */ }", "const at = 5;\n")

        run_of(action, {"id": 1, "at": 2}).accept("/at")

        assert '{ id: 1, /* one */ "at": 2 }' in action.app.text

    @pytest.mark.parametrize(
        ("sample", "pointer"), [("sampleOf('order')", "/id"), ("{ id: idOf('order') }", "/id")]
    )
    def test_what_code_puts_together_is_not_edited(self, sample: str, pointer: str, module: Any) -> None:
        action = module(sample)
        text = action.app.text

        with pytest.raises(
            EditError, match="KNB145 its value is not written out in the file, but put together"
        ):
            run_of(action, {"id": 1}).accept(pointer)
        assert action.app.text == text

    @pytest.mark.parametrize("sample", ["sampleOf(1)", "{ id: sampleOf(1).id, at: 1 }"])
    def test_nor_what_node_evaluated(self, sample: str, node: str, module: Any) -> None:
        action = module(sample, "const sampleOf = (id) => ({ id, at: 1 });\n", evaluate=True)
        text = action.app.text
        assert action.definition.sample_output_context == {"id": 1, "at": 1}
        run = run_of(action, {"id": 2, "at": 1})

        for verb in (lambda: run.accept("/id"), run.infer):
            with pytest.raises(EditError, match=r"KNB145 .* put together by code: `sampleOf\(1\)"):
                verb()
        assert action.app.text == text

    def test_a_run_without_its_action_says_what_to_do(self) -> None:
        from dataclasses import replace

        run = replace(run_of(find()), owner=None)

        with pytest.raises(EditError, match=r"does not know its definition\. Fix: run the action again"):
            run.accept("/id")


class TestInfer:
    def test_schema_and_sample_of_the_response_replace_those_there_are(self) -> None:
        action = find()
        run = run_of(action)

        changes = run.infer()

        assert action.definition.sample_output_context == BODY
        assert action.definition.output_schema["properties"]["at"] == {"type": "string"}
        assert not run_of(action).dropped
        assert 'app": "shop",   "version"' in action.app.text
        changes.undo()
        assert action.app.text == TEXT

    @pytest.mark.parametrize(
        "body",
        [
            [1, "x", None],
            [{"a": 1}, {"b": 2}],
            {"list": [{"a": 1}, {"b": 2}, []], "none": None, "long": "x" * 500, "empty": {}},
            {"__proto__": {"x": 1}, "constructor": 2, "in": {"__proto__": 1, "b": 2}},
            {"": {"a/b": 1, "~": [[], [1, [2]]]}},
            [],
            "text",
            7,
        ],
        ids=repr,
    )
    def test_the_sample_is_what_was_received_and_the_next_run_is_the_same(self, body: Any) -> None:
        action = loads(json.dumps(an_action(outputTemplate="/#body"))).action()

        action.run(transport=answering(body)).infer()
        again = action.run(transport=answering(body))

        is_object = isinstance(body, dict)
        expected = {key: body[key] for key in body if key != "__proto__"} if is_object else body
        assert action.definition.sample_output_context == expected
        assert not again.diff
        assert not [drop for drop in again.dropped if drop.pointer != "/__proto__"]
        assert "KNB508" not in action.app.lint().codes

    def test_they_are_created_where_there_are_none(self) -> None:
        action = loads(json.dumps(an_action(outputTemplate="/#body"))).action()

        action.run(transport=answering({"id": 7})).infer()

        assert action.definition.sample_output_context == {"id": 7}
        assert action.definition.output_schema["required"] == ["id"]


class TestIgnored:
    def test_the_pointers_of_the_project_are_not_differences(self, tmp_path: Path) -> None:
        (tmp_path / FILE).write_text(
            'ignore = { find = ["/status"], "*" = ["/lines/*/n"] }', encoding="utf-8"
        )
        path = tmp_path / "shop.json"
        path.write_text(TEXT, encoding="utf-8")
        run = run_of(load(path).action("find"))
        assert run.diff is not None

        everything, one_less = run.differences(ignore=[]), run.differences(ignore=["/status"])

        assert everything is not None
        assert one_less is not None
        assert (len(run.diff.ignored), len(everything.ignored), len(one_less.ignored)) == (2, 0, 1)
        assert "2 ignored" in run.diff.summary
        assert "/status" not in [entry.pointer for entry in run.diff]
        run.accept(run.diff)
        assert run_of(load(path).action("find")).diff
        assert not run_of(run.owner).diff  # type: ignore[arg-type] # an Action

    def test_an_ignored_value_can_still_be_accepted(self, tmp_path: Path) -> None:
        (tmp_path / FILE).write_text('ignore = { "*" = ["/status"] }', encoding="utf-8")
        path = tmp_path / "shop.json"
        path.write_text(TEXT, encoding="utf-8")
        action = load(path).action("find")

        run_of(action).accept("/status")

        assert action.definition.sample_output_context["status"] == "open"
