from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.demo import Store, definition_text
from kustomer_nb.errors import ConversionError, LoadError, SaveError
from kustomer_nb.opening import open_file
from kustomer_nb.widgets import definition_files
from kustomer_nb.widgets.start_page import Begun, StartPage
from tests.samples import ECOMMSTORE
from tests.widgets.pressing import texts

TOKEN = "tok-Zq81-Not-Shown"
CURL = (
    "curl -X POST 'https://api.shop.com/v2/orders/42/notes?notify=true' "
    f"-H 'Authorization: Bearer {TOKEN}' -H 'content-type: application/json' "
    """-d '{"text": "Hello", "amount": 12.5}'"""
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def a_page(**options: object) -> tuple[StartPage, list[Begun]]:
    begun: list[Begun] = []
    return StartPage(begun.append, **options), begun


def test_the_demo_has_the_definition_of_the_notebooks() -> None:
    assert definition_text() == ECOMMSTORE.read_text(encoding="utf-8")


def test_a_new_action_is_valid_and_not_saved(folder: Path) -> None:
    page, begun = a_page()

    page.intend({"kind": "new_action"})

    action = begun[0].action
    assert action.name == "kustomer.app.my-app.newAction"
    assert not action.app.lint().errors
    assert not list(folder.iterdir())


def test_the_definitions_of_the_folder_are_listed_newest_first(folder: Path) -> None:
    (folder / "shop.json").write_text(definition_text())
    (folder / "package.json").write_text('{"name": "x"}')
    (folder / "broken.json").write_text("nothing")
    (folder / "notes.txt").write_text(definition_text())
    page, begun = a_page()

    page.intend({"kind": "files"})
    page.intend({"kind": "open_file", "path": "shop.json"})

    assert [file["path"] for file in page.files] == ["shop.json"]
    assert page.files[0]["note"].startswith("1 action, changed ")
    assert begun[0].action.app.path == folder / "shop.json"


def test_a_folder_that_is_missing_offers_no_files(folder: Path) -> None:
    page, _ = a_page(folder=folder / "missing")

    page.intend({"kind": "files"})

    assert page.files == []


def test_no_more_is_read_than_the_newest_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        path = folder / f"{number}.json"
        path.write_text(definition_text())
        os.utime(path, (number, number))
    (folder / os.fsdecode(b"\xff.json")).write_text(definition_text())
    size = len(definition_text().encode())
    monkeypatch.setattr(definition_files, "MOST_BYTES", 3 * size)
    opened: list[str] = []
    monkeypatch.setattr(
        definition_files, "open_file", lambda path: opened.append(path.name) or open_file(path)
    )
    page, _ = a_page()

    page.list_files()

    assert opened == ["3.json", "2.json", "1.json"]
    assert [file["path"] for file in page.files] == opened


def test_a_large_script_is_a_bundle_and_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = f"export default {definition_text()}"
    comment = f"// {'x' * definition_files.LARGEST_CODE}\n"
    (folder / "bundle.js").write_text(comment + module)
    (folder / "small.js").write_text(module)
    (folder / "large.json5").write_text(comment + definition_text())
    opened: list[str] = []
    monkeypatch.setattr(
        definition_files, "open_file", lambda path: opened.append(path.name) or open_file(path)
    )
    page, _ = a_page()

    page.list_files()

    assert {"small.js", "large.json5"} <= {file["path"] for file in page.files}
    assert "bundle.js" not in opened


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("~nosuch/x.json", 'There is no folder "~nosuch".'),
        ("a\0b", "There is no file"),
        ("folder", '"folder" is a folder. Choose a file in it.'),
        ("missing/x.json", 'There is no folder "missing".'),
        ("shp.json", 'There is no file "shp.json" in this folder. Did you mean shop.json?'),
        ("shop", 'There is no file "shop" in this folder. Did you mean shop.json?'),
        ("folder/nothing.json", 'There is no file "nothing.json" in "folder".'),
        ("broken.json", "is not closed before the end of the text"),
        ("package.json", "package.json"),
        ("empty.json", "The file is empty"),
    ],
)
def test_what_is_wrong_with_a_path_is_said_in_words(path: str, said: str, folder: Path) -> None:
    (folder / "folder").mkdir()
    (folder / "shop.json").write_text(definition_text())
    (folder / "broken.json").write_text('{"app": "shop", "actions": [')
    (folder / "package.json").write_text('{"name": "x", "version": "1.0.0", "dependencies": {}}')
    (folder / "empty.json").write_text("")
    page, begun = a_page()

    page.intend({"kind": "open_file", "path": path})

    assert said in page.file_problem
    assert not begun
    page.intend({"kind": "open_file", "path": "shop.json"})
    assert (page.file_problem, len(begun)) == ("", 1)


def test_a_typed_path_is_completed_with_definitions_and_folders(folder: Path) -> None:
    (folder / "apps" / "inner").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "apps" / "shop.json").write_text(definition_text())
    (folder / "app.json").write_text(definition_text())
    page, begun = a_page()

    def completed(typed: str) -> list[str]:
        page.intend({"kind": "files", "path": typed})
        return [file["path"] for file in page.files]

    assert completed("") == ["app.json", "apps/"]
    assert completed("AP") == ["app.json", "apps/"]
    assert completed("apps/") == ["apps/shop.json", "apps/inner/"]
    assert completed("apps/s") == ["apps/shop.json"]
    assert completed("nowhere/") == completed("x\0/") == []
    assert completed(f"{folder}/apps/sh") == [f"{folder}/apps/shop.json"]
    page.intend({"kind": "open_file", "path": "apps/shop.json"})
    assert begun[0].action.app.path == folder / "apps" / "shop.json"


def test_an_app_without_actions_is_opened_to_add_the_first(folder: Path) -> None:
    (folder / "shop.json").write_text('{"app": "shop", "version": "1.0.0", "title": "Shop", "actions": []}')
    page, begun = a_page()

    page.intend({"kind": "open_file", "path": "shop.json"})
    assert (page.target, page.file_problem) == ("shop.json", "")
    page.intend({"kind": "new_action"})

    assert begun[0].action.app.path == folder / "shop.json"


def test_a_file_that_cannot_be_read_is_said(folder: Path) -> None:
    page, begun = a_page()

    with pytest.raises(LoadError):
        page.open_path("missing.json")

    assert not begun


def test_a_command_is_read_with_its_inputs_and_settings(folder: Path) -> None:
    page, _ = a_page()

    page.intend({"kind": "read_curl", "text": CURL})

    found = page.imported
    assert {one["where"]: one["isSelected"] for one in found["inputs"]}["path[2]"]
    assert [one["key"] for one in found["settings"]] == ["shop.default.authToken"]
    assert TOKEN not in texts(page) + json.dumps(page.get_state(), default=str)
    assert TOKEN not in repr(page)
    assert page.is_hidden


def test_ticks_choose_the_inputs(folder: Path) -> None:
    page, begun = a_page()
    page.read_curl(CURL)

    page.intend({"kind": "choose_inputs", "inputs": ["what=body.text"]})
    page.intend({"kind": "create_action", "name": "addNote", "secrets": "memory"})

    action = begun[0].action
    assert list(action.definition.input_schema["properties"]) == ["what"]
    assert begun[0].inputs == {"what": "Hello"}
    assert action.name == "kustomer.app.shop.addNote"
    request = action.render({"what": "Hi"}, settings={"authToken": "x"})
    assert request.url == "https://api.shop.com/v2/orders/42/notes?notify=true"


SECRET = "Zq7hunter2pass"
ORDER = "curl https://api.shop.com/orders/7"


@pytest.mark.parametrize(
    "command",
    [
        f"{ORDER}\n{ORDER} -H 'Authorization: Bearer {SECRET}'",
        f"{ORDER}; curl -u bob:{SECRET} https://x.y/",
        f"{ORDER} --next -u bob:{SECRET} https://x.y/",
        f"{ORDER} # token {SECRET}",
        f"# {SECRET}\n{ORDER}",
        f"{ORDER} | http POST x 'Authorization: Bearer {SECRET}'",
        f"{ORDER} 'https://x.y/?api_key={SECRET}'",
        f"{ORDER} -U bob:{SECRET}",
        f"{ORDER} -x http://p:{SECRET}@h:1",
        f"{ORDER}#access_token={SECRET}",
        f"{ORDER} -u bob:{SECRET} -H 'Authorization: Bearer abcd1234EFGH5678ijkl'",
        f"{ORDER} -u bob:{SECRET} -H 'Authorization:'",
        f"{ORDER} -u al:{SECRET} -u bob:other1234",
        f"{ORDER} --oauth2-bearer {SECRET} --oauth2-bearer other1234xyz",
        f"{ORDER} -G -d a=1 --url-query api_key={SECRET}",
        f"{ORDER} -b 'sid={SECRET}' -H 'Cookie: a=b'",
        f"curl https://al:{SECRET}@api.shop.com/ -u bob:other1234",
        f"{ORDER} -H 'X-Api-Key: {SECRET}' -H $'X-Auth-Token: \\x5aq7hunter2pass'",
        f"{ORDER} -H 'X-Api-Key: {SECRET}' -H 'X-Auth-Token: Zq7''hunter2pass'",
    ],
)
def test_what_the_import_leaves_out_is_in_no_trait_and_the_command_is_hidden(
    command: str, folder: Path
) -> None:
    page, begun = a_page()

    page.read_curl(command)
    state = json.dumps(page.get_state(), default=str)

    assert page.imported
    assert page.is_hidden
    assert not any(part in state + repr(page) for part in (SECRET, "hunter2"))
    page.create()
    assert SECRET not in begun[0].action.app.text


def test_a_harmless_command_is_not_hidden() -> None:
    page, _ = a_page()

    page.read_curl('curl -X POST https://api.shop.com/orders/7 --json \'{"note": "late"}\'')

    assert page.imported
    assert not page.is_hidden


def test_nothing_of_the_command_stays_after_back_or_a_command_that_is_refused(folder: Path) -> None:
    page, begun = a_page()

    for message in ({"kind": "forget_curl"}, {"kind": "read_curl", "text": "curl", "read_id": "r2"}):
        page.intend({"kind": "read_curl", "text": CURL, "read_id": "r1"})
        assert page.imported
        page.intend(message)
        assert (page.imported, page.is_hidden) == ({}, False)
        with pytest.raises(ConversionError):
            page.create()
    assert page.read_id == "r2"
    # The page may ask before it has heard of the refusal, which is shown.
    page.intend({"kind": "create_action", "name": "", "secrets": "memory"})
    assert page.problem
    assert not begun


def test_credentials_that_cannot_be_stored_create_no_action(folder: Path) -> None:
    app = knb.new_app("shop")
    (folder / ".env").mkdir()
    page, begun = a_page()
    page.add_to(app)
    page.read_curl(CURL)

    for _ in range(2):
        with pytest.raises((LoadError, SaveError)):
            page.create("addNote", "env")
    assert not app.actions
    page.create("addNote")

    assert [action.name for action in app.actions] == ["kustomer.app.shop.addNote"]
    assert len(begun) == 1


@pytest.mark.parametrize(
    "command",
    [
        f"curl -u me:{TOKEN} https://api.shop.com/a",
        f"curl https://api.shop.com/a?api_key={TOKEN}",
        f"curl https://api.shop.com/a -b 'session={TOKEN}'",
        f"curl https://api.shop.com/a --oauth2-bearer {TOKEN}",
        f'curl https://api.shop.com/a -d \'{{"client_secret": "{TOKEN}"}}\'',
        f"curl https://me:{TOKEN}@api.shop.com/a",
        "curl https://api.shop.com/a -H $'X-Api-Key: tok-Zq81\\x2dNot-Shown'",
    ],
)
def test_no_credential_is_in_a_trait_a_message_or_the_definition(command: str, folder: Path) -> None:
    page, begun = a_page()

    page.read_curl(command)
    state = json.dumps(page.get_state(), default=str) + texts(page)
    page.create()

    assert TOKEN not in state + repr(page) + begun[0].action.app.text
    assert "Zq81" not in state
    assert (
        TOKEN in "".join(str(secret.reveal()) for secret in begun[0].secrets.values())
        or "-u" in command
        or "me:" in command
    )
    assert not page.is_hidden


@pytest.mark.parametrize(
    ("command", "part"),
    [
        ("curl https://a.b/x --hedaer y", "--hedaer"),
        ("curl https://a.b/x \\\n  -sSF file=@a.png", "-sSF"),
        ("curl https://a.b/x --digest -u a:b", "--digest"),
        ("curl -X PURGE https://a.b/x", "PURGE"),
        ("curl -I https://a.b/x", "-I"),
        ("curl 'ftp://a.b/x'", "ftp://a.b/x"),
        ("curl https://a.b:x/", "https://a.b:x/"),
        ("curl https://a.b/x -d @order.json", "order.json"),
        ("curl https://a.b/\U0001f600 -d 'it", "'"),
        ("wget https://a.b", "wget"),
    ],
)
def test_a_refusal_says_where_in_the_command(command: str, part: str) -> None:
    page, _ = a_page()

    page.intend({"kind": "read_curl", "text": command})

    # As JavaScript counts.
    text = command.encode("utf-16-le")
    places = [text[2 * item["start"] : 2 * item["end"]].decode("utf-16-le") for item in page.problems]
    assert places[0] == part
    assert all(item["message"] and item["fix"] for item in page.problems)


def test_all_problems_of_a_command_are_said_without_the_command(folder: Path) -> None:
    page, _ = a_page()

    page.read_curl(f"curl --digest -F a=b --cert c -u me:{TOKEN} -H 'X-Api-Key: {TOKEN}'")

    assert len(page.problems) == 4
    assert TOKEN not in texts(page) + json.dumps(page.get_state(), default=str)


def test_what_only_looks_like_a_credential_can_be_unticked(folder: Path) -> None:
    page, begun = a_page()
    page.read_curl("curl https://api.shop.com/orders/7 -H 'X-Custom: 9f8e7d6c5b4a39281706f5e4d3c2b1a0'")
    assert [(row["where"], row["isSecret"]) for row in page.imported["settings"]] == [
        ("header.X-Custom", True)
    ]

    page.intend({"kind": "choose_inputs", "inputs": ["orderId=path[1]"], "public": ["header.X-Custom"]})
    assert [(row["key"], row["isSecret"]) for row in page.imported["settings"]] == [
        ("shop.default.custom", False)
    ]
    page.intend({"kind": "choose_inputs", "inputs": ["orderId=path[1]"]})
    assert [row["isSecret"] for row in page.imported["settings"]] == [True]
    page.intend({"kind": "choose_inputs", "inputs": ["orderId=path[1]"], "public": ["header.X-Custom"]})
    page.create()

    assert begun[0].secrets is None
    assert begun[0].action.value["inputTemplate"]["headers"] == {
        "X-Custom": "9f8e7d6c5b4a39281706f5e4d3c2b1a0"
    }


@pytest.mark.parametrize("command", ["", "wget https://a.b", "curl", "curl --unknown-flag https://a.b"])
def test_what_is_no_command_is_said_with_a_fix(command: str) -> None:
    page, _ = a_page()

    page.intend({"kind": "read_curl", "text": command})

    assert page.problem
    assert page.imported == {}


def test_credentials_go_to_the_env_file_if_that_is_chosen(folder: Path) -> None:
    page, begun = a_page()
    page.read_curl(CURL)

    page.intend({"kind": "create_action", "name": "", "secrets": "env"})

    assert TOKEN in (folder / ".env").read_text()
    assert begun[0].secrets is None


def test_the_app_of_a_command_can_be_named_and_its_settings_follow(folder: Path) -> None:
    page, begun = a_page()
    page.intend({"kind": "read_curl", "text": CURL.replace("https://api.shop.com", "http://127.0.0.1:8080")})
    assert page.imported["app"] == "my_app"

    page.intend({"kind": "choose_inputs", "inputs": ["what=body.text"]})
    page.intend({"kind": "choose_app", "app": "orders"})
    assert [row["key"] for row in page.imported["settings"]] == ["orders.default.authToken"]
    # What is ticked stays, and so does the id when the command is edited.
    assert [row["name"] for row in page.imported["inputs"] if row["isSelected"]] == ["what"]
    page.intend({"kind": "read_curl", "text": CURL})
    assert page.imported["app"] == "orders"
    page.intend({"kind": "create_action", "name": "addNote", "secrets": "memory", "app": "orders"})

    action = begun[0].action
    assert (action.name, action.app.model.app) == ("kustomer.app.orders.addNote", "orders")
    assert list(begun[0].secrets) == ["orders.default.authToken"]
    # The next command begins with its own proposal.
    page.read_curl(CURL)
    assert page.imported["app"] == "shop"


@pytest.mark.parametrize(("typed", "near"), [("My Shop", "my-shop"), ("1st", "shop"), ("ÄÖ", "shop")])
def test_an_app_id_that_cannot_be_used_is_said_and_creates_nothing(
    typed: str, near: str, folder: Path
) -> None:
    page, begun = a_page()
    page.read_curl(CURL)

    page.intend({"kind": "choose_app", "app": typed})
    assert f'"{typed}" is not an app id' in page.app_problem
    assert f'Fix: use an id such as "{near}".' in page.app_problem
    # The command is no problem, and is shown with the id that is proposed.
    assert (page.problems, page.imported["app"]) == ([], "shop")
    page.intend({"kind": "create_action", "name": "", "secrets": "env", "app": typed})
    with pytest.raises(ConversionError):
        page.create(secrets="env")
    # No credential is stored of what is not created.
    assert (begun, list(folder.iterdir())) == ([], [])
    page.intend({"kind": "choose_app", "app": ""})

    assert page.app_problem == ""
    page.create()
    assert begun[0].action.app.model.app == "shop"


def test_an_app_id_is_chosen_before_a_command_and_with_what_is_no_credential(folder: Path) -> None:
    page, _ = a_page()
    page.intend({"kind": "choose_app", "app": "No"})
    assert (page.imported, bool(page.app_problem)) == ({}, True)
    page.read_curl("curl https://api.shop.com/orders/7 -H 'X-Custom: 9f8e7d6c5b4a39281706f5e4d3c2b1a0'")
    page.choose_inputs({"orderId": "path[1]"}, ["header.X-Custom"])

    page.choose_app("orders")

    rows = [(row["key"], row["isSecret"]) for row in page.imported["settings"]]
    assert rows == [("orders.default.custom", False)]


def test_an_app_that_exists_keeps_its_id(folder: Path) -> None:
    app = knb.new_app("kiosk")
    page, begun = a_page()
    page.choose_app("No")
    page.add_to(app)
    page.read_curl(CURL)

    page.intend({"kind": "choose_app", "app": "Bad Id"})
    assert page.app_problem == ""
    page.intend({"kind": "create_action", "name": "", "secrets": "memory", "app": "other"})

    assert (page.app_problem, begun[0].action.app.model.app) == ("", "kiosk")
    assert begun[0].action.name.startswith("kustomer.app.kiosk.")


def test_a_name_that_is_in_use_is_refused_and_the_command_stays(folder: Path) -> None:
    app = knb.new_app("shop")
    app.add_action("addNote")
    page, begun = a_page()
    page.add_to(app)
    page.read_curl(CURL)

    with pytest.raises(ConversionError):
        page.create("addNote")
    page.create("addAnother")

    assert [action.name.rpartition(".")[2] for action in app.actions] == ["addNote", "addAnother"]
    assert begun[0].action.app is app


def test_the_workbench_begins_with_the_start_page_and_goes_on_with_what_is_chosen(folder: Path) -> None:
    bench = knb.workbench()
    assert (repr(bench), bench.is_started) == ("<Workbench: start page>", False)
    entries: list[dict[str, Any]] = []
    bench.form.observe(lambda change: entries.append(change["new"]), "entries")

    bench.start.read_curl(CURL)
    bench.start.create("addNote")

    assert bench.is_started
    assert bench.action.name == "kustomer.app.shop.addNote"
    assert bench.form.value["text"] == "Hello"
    # They are inputs of the action, and none is one that its schema does not declare.
    assert entries[-1]["fields"]["text"]["text"] == "Hello"
    assert not [entry for entry in entries if "others" in entry]
    assert "addNote" in repr(bench)
    assert TOKEN not in texts(bench)
    assert "all set" in repr(bench.settings)


def test_a_file_that_is_opened_again_has_the_inputs_that_were_run_last(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "on")
    (folder / "shop.json").write_text(definition_text())
    action = knb.load(folder / "shop.json").actions[-1]
    action.run({"orderId": 1042}, hosts=store.hosts, settings=store.settings, confirm=action.name)
    bench = knb.workbench()

    bench.start.intend({"kind": "open_file", "path": "shop.json"})

    assert bench.action.name == action.name
    assert bench.form.value == {"orderId": 1042}


def test_the_workbench_of_an_app_without_actions_offers_to_add_one(folder: Path) -> None:
    app = knb.loads('{"app": "shop", "version": "1.0.0", "title": "Shop", "actions": []}')
    bench = knb.workbench(app)
    assert (bench.is_started, bench.start.target) == (False, "the definition")

    bench.start.intend({"kind": "new_action"})

    assert bench.is_started
    assert bench.app is app
    assert [action.name for action in app.actions] == ["kustomer.app.shop.newAction"]


def test_the_demo_runs_on_this_machine() -> None:
    bench = knb.workbench()

    bench.start.intend({"kind": "demo"})

    assert bench.is_started
    assert bench.app.model.app == "ecommstore"
    run = bench.bar.run()
    assert run is not None
    assert run.request.sent_to_origin.startswith("http://127.0.0.1:")
    assert run.response is not None
    assert run.response.status_code == 200
