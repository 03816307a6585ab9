"""What JupyterLab has around a definition: launcher, palette, context menu, side panel, profile, settings."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import kustomer_nb as knb
from kustomer_nb.reporting import starter
from tests.browser.bench_page import violations
from tests.browser.conftest import picture
from tests.browser.lab import ROOT, THEMES, Lab, clear, new_page, started_lab, use_theme
from tests.conftest import require

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
LOWEST = ROOT / ".venv-lowest" / "bin" / "python"
PANEL = "#kustomer-nb-workspace"
PROFILES = """profile = "sandbox"

[profiles.sandbox]
label = "the test shop"
colour = "green"

[profiles.live]
colour = "red"
"""
SHOW = "kustomer-nb:show-panel"
HAS_KEYS = (
    f"() => window.jupyterapp?.commands.keyBindings.some(({{ command }}) => command === '{SHOW}')"
    f" && window.jupyterapp.commands.hasCommand('{SHOW}')"
)
# Each load with that word in the address resets it, until JupyterLab has taken it out of there.
LAYOUT_IS_KEPT = """async () => {
  if (location.search.includes('reset')) return false;
  const { workspaces } = await (await fetch('/lab/api/workspaces')).json();
  const own = workspaces.values.find(({ metadata }) => metadata.id === 'alone');
  return own?.data['layout-restorer:data']?.left?.current === 'kustomer-nb-workspace';
}"""
# Of the cursor in the editor that is in front, from 1.
LINE = "() => (window.jupyterapp.shell.currentWidget?.content?.editor?.getCursorPosition().line ?? -1) + 1"
WRITE = """async (text) => {
  const { context } = window.jupyterapp.shell.currentWidget;
  await context.ready;
  context.model.sharedModel.setSource(text);
}"""
EXECUTE = "([id, args]) => window.jupyterapp.commands.execute(id, args).then(() => null)"
CASE = {
    "name": "run just now",
    "app": "../shop.kustomer.json",
    "action": "store.refundOrder",
    "inputs": {"orderId": 7},
    "exchange": {"request": {"method": "POST"}, "response": {"body": {"status": "REFUNDED"}}},
}
RAN = {
    "version": 1,
    "at": "2026-11-30T12:00:00+00:00",
    "counts": {"failed": 1, "passed": 1},
    "results": [
        {"file": "cases/broken.case.json", "name": "store.refundOrder/broken", "outcome": "failed"},
        {"file": "cases/paid.case.json", "name": "store.refundOrder/paid", "outcome": "passed"},
    ],
}


def write_workspace(folder: Path) -> None:
    """Write three definitions, one of which cannot be read, beside files that are none."""
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    (folder / "new").mkdir()
    project = folder / "shop"
    for name in ("cases", "node_modules", ".kustomer-nb"):
        (project / name).mkdir(parents=True)
    (project / "kustomer-nb.toml").write_text(PROFILES)
    (project / "shop.kustomer.json").write_text(starter("shop"))
    (project / "stock.json").write_text(starter("stock").replace("{{{orderId}}}", "{{{order}}}"))
    (project / "broken.kustomer.json").write_text("{\n  \"app\": 'broken'\n  soon")
    (project / "package.json").write_text('{"actions": []}')
    (project / "colours.json").write_text('{"red": 1}')
    (project / "node_modules/other.kustomer.json").write_text(starter("other"))
    (project / ".kustomer-nb/tests.json").write_text(json.dumps(RAN))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with started_lab(tmp_path_factory.mktemp("workspace"), has_extension=True) as running:
        yield running


@pytest.fixture(autouse=True)
def files(workspace: Lab) -> None:
    write_workspace(workspace.folder)


@pytest.fixture(scope="module")
def workspace_page(browser: Browser, workspace: Lab) -> Iterator[Page]:
    page = new_page(browser)
    start(page, workspace)
    yield page
    page.context.close()


@pytest.fixture
def opened(workspace_page: Page, workspace: Lab) -> Iterator[Page]:
    """A page in which JupyterLab stays open from test to test."""
    errors: list[str] = []
    workspace_page.on("pageerror", lambda error: errors.append(str(error)))
    yield workspace_page
    clear(workspace_page)
    workspace.end_kernels()
    assert not errors


def start(page: Page, lab: Lab, layout: str = "default") -> None:
    """Open JupyterLab; its layout is that of all pages that name the same one."""
    page.goto(f"{lab.url}/lab/workspaces/{layout}?reset&token={lab.token}")
    wait_for_keys(page)
    expect(page.locator("#jupyterlab-splash")).to_have_count(0)


def wait_for_keys(page: Page) -> None:
    """Come back when the page acts on keys, and has its layout."""
    page.wait_for_function(HAS_KEYS)
    page.evaluate("Promise.all([window.jupyterapp.started, window.jupyterapp.restored])")


def execute(page: Page, command: str, **arguments: object) -> None:
    page.evaluate(EXECUTE, [command, arguments])


def row(page: Page, words: str) -> Locator:
    return page.locator(f"{PANEL} [role=treeitem]").filter(has_text=words)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def show_panel(page: Page) -> None:
    page.keyboard.press("Control+Alt+k")
    expect(row(page, "shop.kustomer.json")).to_be_visible()


def line(page: Page) -> int:
    return int(page.evaluate(LINE))


def write_text(page: Page, text: str) -> None:
    """Replace the text of the editor that is in front, and save it."""
    page.evaluate(WRITE, text)
    execute(page, "docmanager:save")


def in_both_themes(page: Page, name: str) -> None:
    for theme in reversed(THEMES):
        use_theme(page, theme)
        assert not violations(page)
        picture(page, f"workspace-{name}-{theme.lower()}")


def test_a_definition_is_created_from_the_launcher_the_palette_and_the_file_browser(
    opened: Page, workspace: Lab
) -> None:
    page = opened
    execute(page, "filebrowser:go-to-path", path="new")
    execute(page, "launcher:create", cwd="new")

    page.locator(".jp-LauncherCard:visible").filter(has_text="Kustomer Definition").click()

    expect(page.locator(".lm-TabBar-tab").filter(has_text="untitled.kustomer.json")).to_be_visible()
    app = knb.load(workspace.folder / "new/untitled.kustomer.json")
    assert [action.name for action in app.actions] == ["kustomer.app.untitled.store.refundOrder"]
    assert not app.lint()
    # A document that is still opening takes the focus, and the palette closes.
    expect(page.locator(".knb-place-form .knb-formtools").first).to_be_visible()
    page.keyboard.press("Control+Shift+c")
    page.keyboard.type("kustomer")
    palette = page.locator(".lm-CommandPalette-item")
    for label in ("New Kustomer", "Check Kustomer", "Run Kustomer Tests", "Show Kustomer"):
        expect(palette.filter(has_text=label)).to_be_visible()
    page.keyboard.press("Escape")
    # Beside the files, and on one of them.
    page.locator(".jp-DirListing-content").click(button="right", position={"x": 100, "y": 300})
    page.locator(".lm-Menu-item").filter(has_text="New Kustomer Definition").click()
    expect(page.locator(".jp-DirListing-item").filter(has_text="untitled1.kustomer.json")).to_be_visible()
    page.locator(".jp-DirListing-item").filter(has_text="untitled1.kustomer.json").click(button="right")
    page.locator(".lm-Menu-item").filter(has_text="Check Definition").click()
    # Not that it has the focus: the documents that are still opening may take it.
    expect(row(page, "untitled1.kustomer.json")).to_be_visible()


def test_no_other_command_has_its_keys(opened: Page) -> None:
    shared = opened.evaluate(
        "(id) => { const { keyBindings } = window.jupyterapp.commands;"
        " const { keys } = keyBindings.find(({ command }) => command === id);"
        " return keyBindings.filter((each) => each.keys.join() === keys.join())"
        ".map(({ command }) => command); }",
        SHOW,
    )

    assert shared == [SHOW]


def test_the_panel_lists_what_is_wrong_where_and_how_the_tests_ended(opened: Page, workspace: Lab) -> None:
    page = opened
    show_panel(page)

    expect(page.locator(f"{PANEL} [role=status]")).to_have_text("3 definitions, 2 actions, 9 errors")
    for name in ("package.json", "colours.json", "other.kustomer.json"):
        expect(row(page, name)).to_have_count(0)
    expect(row(page, "Test results of shop")).to_contain_text("1 failed, 1 passed")
    # By keys alone: to the problem in stock.json, and to its line.
    page.keyboard.press("Home")
    page.keyboard.type("stock")
    assert focused(page).startswith("stock.json")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert focused(page).startswith("KNB303")
    in_both_themes(page, "panel")
    row(page, "KNB303").press("Enter")
    page.wait_for_function(f"({LINE})() === 26")
    # Fixed and saved here, and written by another program.
    write_text(page, starter("stock"))
    expect(row(page, "KNB303")).to_have_count(0)
    (workspace.folder / "shop/late.kustomer.json").write_text(starter("late"))
    expect(row(page, "late.kustomer.json")).to_be_visible()
    page.get_by_role("searchbox", name="Filter definitions").fill("KNB106")
    expect(page.locator(f"{PANEL} [role=treeitem]")).to_have_count(2)
    page.keyboard.press("Escape")
    # An action of several is shown in its workbench.
    two = json.loads(starter("late"))
    two["actions"].append({**two["actions"][0], "name": "kustomer.app.late.store.cancelOrder"})
    (workspace.folder / "shop/late.kustomer.json").write_text(json.dumps(two))
    row(page, "store.cancelOrder").click()
    expect(page.locator(".knb-document .knb-picker")).to_contain_text("cancelOrder")


def test_tests_run_in_a_terminal_and_their_results_are_listed(opened: Page, workspace: Lab) -> None:
    page, case = opened, workspace.folder / "shop/cases/now.case.json"
    case.write_text(json.dumps(CASE))
    show_panel(page)

    page.get_by_role("button", name="Run tests").click()

    expect(page.locator(".jp-Terminal")).to_be_visible()
    expect(row(page, "run just now")).to_contain_text("passed")
    for terminal in workspace.ask("terminals"):
        workspace.ask(f"terminals/{terminal['name']}", "DELETE")


def test_the_status_bar_has_the_profile_in_its_colour(opened: Page, workspace: Lab) -> None:
    page, item = opened, opened.locator(".knb-wstatus button")
    expect(item).to_have_count(0)

    execute(page, "docmanager:open", path="shop/shop.kustomer.json", factory="Editor")

    expect(item).to_have_text("sandbox (the test shop)")
    # That of the chip of the workbench.
    expect(item).to_have_css("border-color", "rgb(67, 160, 71)")
    expect(item).to_have_attribute("title", re.compile("unsafe methods to remote hosts need confirmation"))
    in_both_themes(page, "profile")
    item.click()
    page.wait_for_function("window.jupyterapp.shell.currentWidget?.context?.path.endsWith('.toml')")
    write_text(page, PROFILES.replace('"sandbox"', '"live"', 1))
    expect(item).to_have_text("live")
    expect(item).to_have_css("border-color", "rgb(229, 57, 53)")
    write_text(page, "profile = ")
    expect(item).to_have_text("Profile unreadable")


def test_settings_take_panel_and_profile_away(opened: Page) -> None:
    page = opened
    execute(page, "docmanager:open", path="shop/shop.kustomer.json", factory="Editor")
    expect(page.locator(".knb-wstatus button")).to_be_visible()
    execute(page, "settingeditor:open", query="Kustomer")
    choices = [
        page.get_by_role("checkbox", name=name) for name in ("Side panel", "Profile in the status bar")
    ]

    for choice in choices:
        choice.uncheck()
    execute(page, "docmanager:open", path="shop/shop.kustomer.json", factory="Editor")
    expect(page.locator(".knb-wstatus button")).to_have_count(0)
    expect(page.locator(PANEL)).to_have_count(0)

    execute(page, "settingeditor:open", query="Kustomer")
    picture(page, "workspace-settings")
    for choice in choices:
        choice.check()
    expect(page.locator(PANEL)).to_have_count(1)


def test_without_the_server_extension_files_are_listed_and_the_fix_is_named(
    browser: Browser, workspace: Lab
) -> None:
    page = new_page(browser)
    page.route("**/kustomer-nb/overview", lambda route: route.fulfill(status=404))
    page.route("**/kustomer-nb/tests?*", lambda route: route.fulfill(status=404))
    start(page, workspace, "alone")
    show_panel(page)

    expect(page.locator(PANEL)).to_contain_text("jupyter server extension enable kustomer_nb.server")
    expect(row(page, "stock.json")).to_be_visible()
    expect(page.get_by_role("button", name="Run tests")).to_have_count(0)
    # When JupyterLab has kept what is open.
    # A function that waits for a response is not waited for by wait_for_function.
    while not page.evaluate(LAYOUT_IS_KEPT):
        page.wait_for_timeout(100)
    page.reload()
    expect(row(page, "stock.json")).to_be_visible()
    page.context.close()


def test_a_part_that_hangs_leaves_the_rest_of_jupyterlab(browser: Browser, workspace: Lab) -> None:
    page, warnings = new_page(browser), []
    page.on(
        "console", lambda message: warnings.append(message.text) if "kustomer-nb" in message.text else None
    )
    page.route("**/kustomer-nb/**/side_panel.js", lambda route: None)
    page.goto(f"{workspace.url}/lab?reset&token={workspace.token}")
    page.wait_for_function("window.jupyterapp !== undefined")
    page.evaluate("window.jupyterapp.restored")

    expect(page.locator(".jp-DirListing-item").filter(has_text="shop")).to_be_visible()
    page.wait_for_function("window.jupyterapp.isPluginActivated('kustomer-nb:results')")
    while not warnings:
        page.wait_for_timeout(100)
    assert warnings[0].startswith('kustomer-nb: the part "workspace" does not work')
    assert len(warnings) == 1
    page.unroute_all(behavior="ignoreErrors")
    page.context.close()


def test_the_oldest_jupyterlab_has_the_panel_and_the_profile(browser: Browser, tmp_path: Path) -> None:
    require(LOWEST.exists(), f"{LOWEST} (make lowest installs it)")
    page = new_page(browser)

    with started_lab(tmp_path, str(LOWEST), has_extension=True) as oldest:
        write_workspace(oldest.folder)
        start(page, oldest)
        show_panel(page)
        row(page, "stock.json").press("ArrowRight")
        row(page, "KNB303").click()
        page.wait_for_function(f"({LINE})() === 26")
        expect(page.locator(".knb-wstatus button")).to_have_text("sandbox (the test shop)")
        execute(page, "kustomer-nb:new-definition")
        expect(page.locator(".lm-TabBar-tab").filter(has_text="untitled.kustomer.json")).to_be_visible()

    assert page.evaluate("window.jupyterapp.version").startswith("4.2.")
    page.context.close()


def test_notebook_7_has_the_panel_and_the_menus(browser: Browser, workspace: Lab) -> None:
    require(importlib.util.find_spec("notebook"), "notebook (make test installs it)")
    page = new_page(browser)
    page.goto(f"{workspace.url}/tree?token={workspace.token}")
    wait_for_keys(page)

    show_panel(page)

    expect(row(page, "KNB303")).to_be_visible()
    # A terminal is a page of its own there.
    expect(page.get_by_role("button", name="Run tests")).to_have_count(0)
    picture(page, "workspace-notebook-7")
    page.locator(".lm-MenuBar-item").filter(has_text="File").click()
    page.locator(".lm-Menu-item").filter(has_text=re.compile("^New$")).hover()
    expect(page.locator(".lm-Menu-item").filter(has_text="New Kustomer Definition")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    with page.context.expect_page() as popup:
        row(page, "KNB303").click()
    expect(popup.value).to_have_url(re.compile(r"/shop/stock\.json"))
    page.context.close()
