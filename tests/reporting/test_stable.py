"""The form of values that notebooks compare: what it has, and what it never has."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb import Run, load, loads
from kustomer_nb.demo import Store
from kustomer_nb.display import MIME_PREFIX
from kustomer_nb.notebooks.result import Shared
from kustomer_nb.reporting.stable import VERSION, Json, as_form, as_portable, facts
from kustomer_nb.storage.history import Entry, History
from kustomer_nb.widgets.workbench import Workbench
from tests.samples import ECOMMSTORE, an_action, an_app, refund_order

GOLDEN = Path(__file__).parent / "golden" / f"form-{VERSION}.txt"
INPUTS = {"orderId": "1042", "reason": "arrived late", "notify": "email"}
WRONG = '{"app": "shop" "actions": [{"name": "kustomer.app.shop.find", "tpye": "rest_api"}]}'
FIND: dict[str, Any] = {
    "inputTemplate": {"uri": "https://api.shop.com/find?q={{q}}&n={{n}}", "method": "get"},
    "inputSchema": {"properties": {"q": {"type": "string"}, "n": {"type": "number"}}},
    "sampleOutputContext": {"id": 7},
}
AT = datetime(2034, 1, 2, tzinfo=UTC)


def refunded(store: Store) -> Run:
    store.reset()
    return refund_order().run(INPUTS, hosts=store.hosts, settings=store.settings)


def values(store: Store) -> list[Any]:
    """Return one of every kind of value that a notebook shows."""
    run, app, wrong = refunded(store), load(ECOMMSTORE), loads(WRONG)
    request = {"method": "GET", "url": "https://api.shop.com/orders/7"}
    entry = Entry(at=AT, action="shop.find", request=request, response={"statusCode": 404}, output={"id": 7})
    newer = app.document.value | {"version": "0.1.0", "actions": []}
    command = "curl https://api.shop.com/orders/7 -H 'accept: text/plain'"
    return [
        app,
        app.action(),
        app.lint(),
        wrong.lint(),
        wrong.lint()[0],
        refund_order().render({"orderId": 7}),
        run,
        refund_order().run({"orderId": 7}, mode="sample"),
        refund_order().run({"orderId": 7}, mode="fault:503"),
        run.request.origins("/uri"),
        run.response,
        run.diff,
        knb.diff({"a": "x" * 30_000}, {"a": 1}),
        run.diff[0],
        run.why("body.state"),
        knb.infer({"id": 7}),
        load(ECOMMSTORE).edit("/actions/0/inputTemplate/method", "PUT"),
        knb.compare(load(ECOMMSTORE), newer),
        History([entry, Entry(at=AT, outcome="failed")], rerun=print),
        entry,
        knb.from_curl(command, app="shop"),
        *of_tests(),
        *of_many_rows(),
    ]


def of_tests() -> list[Any]:
    """Return the results of a case that passes and one that fails, and what is said of an action."""
    folder = Path(mkdtemp())
    try:
        app = load(an_app(an_action(**FIND)))
        app.save(folder / "shop.json")
        action = app.action("find")
        case = action.run({"q": "tea", "n": "1"}, mode="sample").save_case("tea")
        failing = json.loads(case.read_text(encoding="utf-8"))
        request = failing["exchange"]["request"]
        failing |= {"name": "failing", "expected": {"id": 8}, "ignore": ["/at"]}
        failing["exchange"]["request"] = request | {"method": "PUT"}
        case.with_name("failing.case.json").write_text(json.dumps(failing), encoding="utf-8")
        results = knb.test(folder)
        shared = Shared(folder / "a.ipynb", folder / "a.shared.ipynb", loads(WRONG).lint(), "")
        return [results, results[0], results[0].case, knb.coverage(app), knb.hazards(action), shared]
    finally:
        rmtree(folder)


def of_many_rows() -> list[Any]:
    """Return a plan, and a batch, which is read from its folder."""
    folder = Path(mkdtemp())
    atexit.register(rmtree, folder)
    app = load(an_app(an_action(**FIND)))
    app.save(folder / "shop.json")
    action = app.action("find")
    rows = [{"q": "tea", "n": "1"}, {"q": "milk", "n": "007", "by": "Ann"}, {"q": "tea", "n": "x"}]
    plan = action.map(rows, rate="50/s", allow_changed=["n"])
    return [plan, action.map(rows, mode="sample", allow_changed=True).run()]


def widgets(store: Store) -> list[Any]:
    """Return each leaf, and a workbench."""
    run, action = refunded(store), refund_order()
    inputs: dict[str, Any] = {"orderId": 1042}
    bench = knb.workbench(action, inputs=inputs, hosts=store.hosts, settings=store.settings)
    leaves = [
        getattr(bench, name)
        for name in ("bar", "settings", "definition", "definition_form", "history", "start")
    ]
    shown = [
        knb.ResponseView(run),
        knb.OutputView(run),
        knb.DiffView(knb.diff(1, 2)),
        knb.ProblemsView(action),
    ]
    return [bench, *leaves, *shown, knb.RequestPreview(action, inputs), knb.ActionForm(action, inputs)]


def text_of(value: Any) -> str:
    bundle = value._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    text = data["text/plain"]
    assert isinstance(text, str)
    return text


def facts_of(value: Any) -> Any:
    bundle = value._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    return next(data[name] for name in data if name.startswith(MIME_PREFIX))


def test_every_kind_of_value_has_the_form_of_the_golden_file(store: Store) -> None:
    # A change of this file is a change of every saved notebook. Raise VERSION in
    # reporting/stable/form.py, say it in CHANGELOG.md, and write the file again: UPDATE_GOLDEN=1.
    written = "\n\n".join(map(text_of, [*values(store), *widgets(store)])) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(written, encoding="utf-8")

    assert written == GOLDEN.read_text(encoding="utf-8")


def test_the_golden_file_has_every_kind_of_value(store: Store) -> None:
    kinds = {type(value).__name__ for value in values(store)}
    # A document and an action of it are shown as an App and an Action, and a change in its Comparison.
    known = {kind.__name__ for kind in facts.registry} - {
        "object",
        "Document",
        "ReadAction",
        "DefinitionChange",
    }

    assert known <= kinds
    assert kinds - known == {"App", "Action"}


def test_every_value_that_a_notebook_shows_has_facts_of_its_own() -> None:
    # In a process of its own, which has all modules and no class of another test.
    shown = subprocess.run([sys.executable, "-c", SHOWN], capture_output=True, text=True, check=True)
    kinds, without = (line.split() for line in shown.stdout.removesuffix("\n").split("\n"))

    assert {"Run", "Case", "CaseResult", "Results", "Coverage", "Hazards", "Comparison"} <= {*kinds}
    # Their documents have the facts.
    assert without == ["Action", "App"]


SHOWN = """
import importlib, pkgutil, sys
import kustomer_nb
from kustomer_nb.display import Displayable
from kustomer_nb.reporting.stable import facts

skipped = ("kustomer_nb.__main__", "kustomer_nb.pytest_plugin", "kustomer_nb.widgets", "kustomer_nb.cli")
for module in pkgutil.walk_packages(kustomer_nb.__path__, "kustomer_nb."):
    if not module.name.startswith(skipped):
        importlib.import_module(module.name)
classes = {
    item
    for module in list(sys.modules.values())
    if module.__name__.startswith("kustomer_nb")
    for item in vars(module).values()
    if isinstance(item, type) and hasattr(item, "_repr_mimebundle_") and item is not Displayable
    and not item.__module__.startswith(skipped)
}
kinds = {kind.__name__ for kind in classes}
print(*sorted(kinds))
print(*sorted(kind.__name__ for kind in classes if facts.dispatch(kind) is facts.dispatch(object)))
"""


def test_every_widget_is_in_the_golden_file(store: Store) -> None:
    def below(kind: type) -> set[str]:
        return {kind.__name__} | {name for other in kind.__subclasses__() for name in below(other)}

    (base,) = {kind for kind in Workbench.__mro__ if kind.__name__ == "BaseWidget"}

    assert {type(widget).__name__ for widget in widgets(store)} == {
        name for name in below(base) if getattr(knb, name, None) or name == "StartPage"
    }


def test_a_run_has_no_time_port_token_or_message(store: Store) -> None:
    run = refunded(store)
    text = text_of(run)

    for absent in (
        store.url,
        store.url.rpartition(":")[2],
        store.token,
        "127.0.0.1",
        "live",
        " ms",
        "http/1",
    ):
        assert absent not in text
    assert not any(diagnostic.message in text for diagnostic in loads(WRONG).lint())


def test_the_json_has_the_facts_of_the_text(store: Store) -> None:
    for value in [*values(store), *widgets(store)]:
        portable = facts_of(value)

        assert portable.pop("form") == VERSION
        assert portable.pop("kind") == type(value).__name__
        portable.pop("card", None)
        assert json.loads(json.dumps(portable, allow_nan=False)) == portable
        lines = text_of(value).split("\n")
        assert [name for name in portable if not any(line.startswith(name) for line in lines)] == []


def test_the_line_of_a_value_is_its_repr_in_a_list(store: Store) -> None:
    assert repr([refunded(store).diff]) == "[<Diff: 7 added>]"


def test_one_variable_brings_the_line_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTOMER_NB_TEXT", "short")

    for value in [*values(store), *widgets(store)]:
        assert text_of(value) == repr(value)
        assert facts_of(value) == {"form": VERSION, "kind": type(value).__name__}


SHELL = """
import sys
from {module} import {shell} as Shell
from kustomer_nb import diff
shell = Shell.instance()
data, _ = shell.display_formatter.format(diff(1, 2))
print(data["text/plain"])
"""


@pytest.mark.parametrize(
    ("module", "shell", "first"),
    [
        ("IPython.terminal.interactiveshell", "TerminalInteractiveShell", "<Diff: 1 changed>"),
        ("ipykernel.zmqshell", "ZMQInteractiveShell", f"kustomer_nb {VERSION} Diff"),
        ("IPython.core.interactiveshell", "InteractiveShell", f"kustomer_nb {VERSION} Diff"),
    ],
)
def test_a_terminal_shows_the_line_and_a_kernel_the_text(
    module: str, shell: str, first: str, tmp_path: Path
) -> None:
    environment = os.environ | {"IPYTHONDIR": str(tmp_path), "HOME": str(tmp_path)}
    source = SHELL.format(module=module, shell=shell)
    done = subprocess.run(
        [sys.executable, "-c", source], env=environment, capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines()[:1] == [first], done.stderr


# -- what may differ


def everything(**properties: Any) -> dict[str, Any]:
    """Return an action whose output is all of its response."""
    return an_action(
        appSettings={"token": {"key": "shop.default.token"}},
        inputTemplate={
            "uri": "https://api.shop.com/orders",
            "method": "post",
            "headers": {"authorization": "Bearer {{{token}}}"},
            "data": {"token": "/#token", "mail": "/#mail", "age": "/#age"},
            "json": True,
        },
        outputTemplate={"response": "/#response", "to": "/#body.mail", "old": "/#body.age"},
        sampleOutputContext={"response": {"headers": {"date": "Mon", "x-kind": "a"}}, "to": "x"},
        **properties,
    )


def service(headers: dict[str, str], **members: Any) -> httpx.MockTransport:
    def respond(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        return httpx.Response(
            200, headers=headers, json={"mail": body["mail"], "age": body["age"], **members}
        )

    return httpx.MockTransport(respond)


def project(tmp_path: Path, toml: str = "") -> Path:
    settings = {"default": {"token": {"type": "secret"}}}
    (tmp_path / "shop.json").write_text(json.dumps(an_app(everything(), settings=settings)), encoding="utf-8")
    (tmp_path / "kustomer-nb.toml").write_text(f'guard = "none"\n{toml}', encoding="utf-8")
    return tmp_path / "shop.json"


def recorded_and_replayed(path: Path) -> tuple[Run, Run]:
    find = load(path).action()
    inputs = {"mail": "ann@shop.com", "age": 42}
    headers = {
        "date": "Mon, 02 Jan 2034 09:00:00 GMT",
        "x-request-id": "r-1",
        "x-kind": "b",
        "set-cookie": "sid=4711abcdef",
    }
    options: dict[str, Any] = {"settings": {"token": "a-token-of-25-characters!"}}
    recorded = find.run(inputs, mode="record", transport=service(headers), **options)
    return recorded, find.run(inputs, mode="replay")


def test_a_recording_and_its_replay_have_the_same_text(tmp_path: Path) -> None:
    recorded, replayed = recorded_and_replayed(project(tmp_path))

    assert text_of(recorded) == text_of(replayed)
    assert text_of(recorded.request) == text_of(replayed.request)
    assert text_of(recorded.response) == text_of(replayed.response)
    assert text_of(recorded.diff) == text_of(replayed.diff)
    assert '"x-kind": "b"' in text_of(recorded)
    assert "date" not in text_of(recorded)


def test_what_a_profile_masks_is_in_no_text(tmp_path: Path) -> None:
    mask = (
        'mask = ["/inputs/mail", "/inputs/age", "/output/old", "/response/body/age", "/response/body/mail"]\n'
    )
    recorded, replayed = recorded_and_replayed(project(tmp_path, mask))

    for name in ("request", "response", "diff"):
        text = text_of(getattr(recorded, name))
        assert text == text_of(getattr(replayed, name))
        assert "ann@shop.com" not in text
        assert "<masked: " in text
    assert text_of(recorded) == text_of(replayed)
    assert "ann@shop.com" not in text_of(recorded)
    assert "42" not in text_of(recorded)
    assert "ann@shop.com" not in json.dumps(facts_of(recorded))


def test_what_the_project_ignores_is_a_mark(tmp_path: Path) -> None:
    path = project(tmp_path, '[ignore]\n"*" = ["/response/body/at", "/response/request"]\n')
    inputs, texts = {"mail": "a@shop.com", "age": 1}, set()
    for at in (1, 2):
        transport = service({"x-kind": "b"}, at=at)
        run = load(path).action().run(inputs, transport=transport, settings={"token": "t"})
        texts |= {text_of(run), text_of(run.diff)}

    assert len(texts) == 2
    assert '"at": "<ignored>"' in max(texts, key=len)


def test_a_request_has_no_real_length_and_no_host_of_its_stand_in() -> None:
    action = load(an_app(everything())).action()
    short, long = (
        action.render({"mail": "a", "age": 1}, settings={"token": token}, hosts=hosts)
        for token, hosts in (
            ("abcdefgh", {}),
            ("abcdefghijkl", {"https://api.shop.com": "http://127.0.0.1:1234"}),
        )
    )

    assert text_of(short) == text_of(long)


def timed() -> knb.Action:
    data = {"at": "{{{date 'days' count=1}}}", "id": "{{{randomId}}}", "name": "{{{name}}}"}
    template = {"uri": "https://api.shop.com/orders", "method": "post", "data": data, "json": True}
    return load(an_action(inputTemplate=template, sampleOutputContext={"a": 1})).action()


def test_what_helpers_make_of_time_and_chance_is_a_mark_unless_both_are_set() -> None:
    action = timed()
    texts = {text_of(action.run({"name": "Ada"}, mode="sample")) for _ in range(3)}

    (text,) = texts
    assert '"at": "<any>",\n      "id": "<any>",\n      "name": "Ada"' in text
    assert {text_of(action.render({"name": "Ada"})) for _ in range(3)} != {text}
    fixed = action.run({"name": "Ada"}, mode="sample", now=AT, seed=7)
    assert '"at": "2034-01-01T00:00:00.000Z"' in text_of(fixed)
    assert "<any>" not in text_of(fixed)
    assert '"at": "<any>"' in text_of(action.run({"name": "Ada"}, mode="sample", seed=7))


@pytest.mark.parametrize("port", [80, 43211])
def test_a_port_of_this_machine_is_a_mark(port: int) -> None:
    for url in (
        f"http://127.0.0.1:{port}/a",
        f"http://localhost:{port}",
        f"to=http%3A%2F%2F%5B::1]%3A{port}",
    ):
        text = as_form("Diff", {"value": Json({"url": url})})
        assert str(port) not in text or "::1" in url
    assert f"http://api.shop.com:{port}/" in as_form("Diff", {"url": f"http://api.shop.com:{port}/"})


def test_a_missing_token_of_this_machine_is_no_finding() -> None:
    action = load(an_app(everything())).action()

    unset, set_ = action.render({}), action.render({}, settings={"token": "a-token"})

    assert "KNB801" in unset.diagnostics.codes
    assert text_of(unset) == text_of(set_)


def test_a_huge_body_is_its_head_its_size_and_its_hash() -> None:
    items = [{"id": number} for number in range(20_000)]
    text, other = (text_of(knb.diff([], {"items": [*items, last]})) for last in ("a", "b"))

    assert len(text) < 2_500
    assert "characters in all, sha256 " in text
    assert text != other


def test_values_that_no_browser_keeps_are_text() -> None:
    portable = as_portable({"a": Json([2**53 + 1, 2**53 - 1, float("inf"), -0.0, "\ud800", True, None])})

    assert portable == {"a": ["9007199254740993", 9007199254740991, "inf", 0, "\\ud800", True, None]}
    json.dumps(portable, allow_nan=False).encode("utf-8")


def test_a_line_break_in_a_name_begins_no_fact() -> None:
    text = as_form(
        "Run", {"differences": [{"place": "/a\nstatus: 200", "kind": "added", "actual": Json("a\nb")}]}
    )

    assert text.split("\n")[2:] == ['  /a\\nstatus: 200 added "a\\nb"']


def test_spaces_at_the_end_of_a_line_are_compared() -> None:
    texts = {as_form("Request", {"body": body}) for body in ("a\nb", "a \nb", "a\nb ", "a\r\nb")}

    assert len(texts) == 4


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": [value]}
    return value


@pytest.mark.parametrize("depth", [90, 240, 4_000, 20_000])
def test_a_deep_value_has_a_form(depth: int) -> None:
    schema = {"properties": {"a": {"type": "object", "default": nested(min(depth, 240))}}}
    action = load(an_action(sampleOutputContext={"a": 1}, outputSchema=schema)).action()

    for value in (knb.diff({}, nested(depth)), knb.diff({"a": nested(depth)}, nested(3)), action):
        assert text_of(value).startswith("kustomer_nb 1 ")
        json.dumps(facts_of(value))


def test_what_is_not_json_has_a_form_without_an_address() -> None:
    facts_of_run = {
        "output": Json({"at": object()}),
        "differences": [{"actual": Json({1, 2})}],
        "loop": Json(3 + 4j),
    }

    text = as_form("Run", facts_of_run)

    assert "0x" not in text
    assert text.count("[object Object]") == 3
    json.dumps(as_portable(facts_of_run))
