"""From two curl commands to two tested actions by clicks, as one who knows APIs and no Python does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import kustomer_nb as knb
from tests.browser.bench_page import RESTART, a_notebook, box, row, status, tab, toast
from tests.browser.harbor import BOOKING, GET, KEY, POST, TOKEN, Harbor, started_harbor
from tests.browser.lab import Lab, open_notebook, run_all

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
CELL = "import kustomer_nb as knb\n\nknb.workbench()"
# Where code is written: cells, and the JSON of a definition.
IN_CODE = "document.activeElement.closest('.cm-content, .knb-place-definition, .knb-json') !== null"
# In milliseconds, as `run_bar.js` has it, and a little more.
DOUBLE_CLICK = 700
# A click, a key, and a screen that is read for the first time, in seconds.
CLICK, KEYSTROKE, SCREEN = 1.5, 0.25, 4


@dataclass
class Hand:
    """A person's hand: clicks on what is seen, and types where the focus is; each is counted."""

    page: Page
    clicks: int = 0
    keys: int = 0
    screens: int = 0

    def click(self, target: Locator) -> None:
        """Click what is seen."""
        target.click()
        self.clicks += 1

    def click_button(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name).first)

    def type(self, text: str) -> None:
        """Type in place of what the focused field has."""
        self._require_no_code()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self.keys += 1 + len(text)

    def press(self, key: str) -> None:
        self._require_no_code()
        self.page.keyboard.press(key)
        self.keys += 1

    def paste(self, text: str) -> None:
        """Paste what was copied from a documentation."""
        self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
        self.press("Control+v")

    def look(self, sight: Locator) -> None:
        """Wait for a screen that has to be read."""
        expect(sight).to_be_visible()
        self.screens += 1

    @property
    def seconds(self) -> float:
        """How long a person takes for that."""
        return self.clicks * CLICK + self.keys * KEYSTROKE + self.screens * SCREEN

    def _require_no_code(self) -> None:
        assert not self.page.evaluate(IN_CODE)


@pytest.fixture
def harbor() -> Iterator[Harbor]:
    with started_harbor() as running:
        yield running


def paste_curl(hand: Hand, command: str) -> None:
    """Read a curl command, on the start page that is shown."""
    card = hand.page.get_by_role("button", name="Paste a curl")
    # A habit: nothing is chosen, so nothing is run, and the page does not begin again.
    card.press("Control+Enter")
    hand.click(card)
    expect(hand.page.get_by_label("curl command")).to_be_focused()
    hand.page.keyboard.press("Control+Enter")
    hand.paste(command)
    hand.look(hand.page.locator(".knb-curlview .knb-t-template").first)


def run(hand: Hand, words: str) -> None:
    # A press right after another one is a double click, which a person who reads does not make.
    hand.page.wait_for_timeout(DOUBLE_CLICK)
    hand.press("Control+Enter")
    expect(status(hand.page)).to_contain_text(words)
    hand.look(hand.page.locator(".knb-place-output [role=treegrid]"))


def ignore(hand: Hand, pointer: str) -> None:
    """Ignore what differs in a row each time; what can be done with a row is seen at the mouse."""
    row(hand.page, pointer).hover()
    hand.click(row(hand.page, pointer).get_by_role("button", name="Ignore Always"))


def files_with(folder: Path, text: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def test_two_curl_commands_become_two_tested_actions_by_clicks(page: Page, lab: Lab, harbor: Harbor) -> None:
    folder = lab.folder / "trial"
    open_notebook(page, lab, a_notebook(lab, "trial/boats.ipynb", CELL))
    run_all(page)
    hand = Hand(page)
    output = page.locator(".knb-place-output")

    # GET: one value more becomes an input, and the action is made, run and compared with its sample.
    paste_curl(hand, harbor.curl(GET))
    hand.click(page.get_by_label("locale"))
    hand.click_button("Create Action")
    expect(box(page, "/tripId")).to_be_focused()
    expect(page.locator(".knb-place-form").get_by_text("Other inputs")).to_have_count(0)
    run(hand, "200")
    hand.click_button("Create outputSchema")
    hand.look(output.get_by_text("Same as sample"))
    hand.click_button("Unsaved")
    expect(page.get_by_label("File name")).to_be_focused()
    hand.type("boats.json")
    hand.press("Enter")
    expect(toast(page)).to_contain_text("Saved boats.json")
    get = (hand.clicks, hand.keys)

    # POST: its list of passengers is one input, and what differs each time is left out of the comparison.
    hand.click(page.locator(".knb-picker"))
    hand.click_button("New…")
    paste_curl(hand, harbor.curl(POST))
    expect(page.get_by_role("checkbox", name="passengers")).to_be_checked()
    hand.click_button("Create Action")
    expect(box(page, "/tripId")).to_be_focused()
    expect(tab(page, "Request")).to_have_attribute("aria-selected", "true")
    run(hand, "201")
    hand.click_button("Create outputSchema")
    hand.look(output.get_by_text("Same as sample"))
    run(hand, "201")
    hand.look(output.get_by_text("2 changed"))
    ignore(hand, "/body/booking/id")
    expect(output.get_by_text("1 changed")).to_be_visible()
    ignore(hand, "/body/booking/createdAt")
    expect(output.get_by_text("Same as sample")).to_be_visible()
    hand.click_button("Unsaved")
    expect(toast(page)).to_contain_text("Saved boats.json")

    # The service got what the commands say.
    assert harbor.requests == [
        ("GET", "/v2/trips/TRP-20418?include=passengers%2Cboat&locale=en", None),
        ("POST", "/v2/bookings", BOOKING),
        ("POST", "/v2/bookings", BOOKING),
    ]
    app = knb.load(folder / "boats.json")
    assert [action.name.rpartition(".")[2] for action in app.actions] == ["getTrip", "createBooking"]
    assert list(app.lint()) == []
    assert files_with(folder, "api.example.com") == []
    # Few steps, and no credential in what was written.
    assert get <= (8, 20)
    assert (hand.clicks, hand.keys) <= (17, 20)
    assert hand.seconds < 5 * 60
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    assert [files_with(folder, secret) for secret in (TOKEN, KEY)] == [[], []]


def test_an_action_is_opened_again_the_next_day_and_run(page: Page, lab: Lab, harbor: Harbor) -> None:
    folder = lab.folder / "next-day"
    open_notebook(page, lab, a_notebook(lab, "next-day/boats.ipynb", CELL))
    run_all(page)
    hand = Hand(page)
    output = page.locator(".knb-place-output")
    paste_curl(hand, harbor.curl(GET))
    page.get_by_label("Keep credentials").select_option("env")
    hand.press("Control+Enter")
    expect(box(page, "/tripId")).to_be_focused()
    run(hand, "200")
    hand.click_button("Create outputSchema")
    hand.look(output.get_by_text("Same as sample"))
    hand.click_button("Unsaved")
    expect(page.get_by_label("File name")).to_be_focused()
    hand.type("trips.json")
    hand.press("Enter")
    expect(toast(page)).to_contain_text("Saved trips.json")

    # Another kernel: the inputs are those that were run last, and the token is that of the .env file.
    page.evaluate(RESTART)
    run_all(page)
    again = Hand(page)
    again.click(page.locator(".knb-startfiles button"))
    expect(box(page, "/tripId")).to_have_value("TRP-20418")
    run(again, "200")
    expect(output.get_by_text("Same as sample")).to_be_visible()
    assert (again.clicks, again.keys) == (1, 1)

    # What the service says of its refusal is one click away.
    again.click(box(page, "/tripId"))
    again.type("TRP-1")
    again.press("Control+Enter")
    expect(status(page)).to_contain_text("404")
    again.click_button("Show Response")
    expect(tab(page, "Response")).to_be_focused()
    expect(page.locator(".knb-place-response")).to_contain_text("No trip TRP-1.")
    assert [path.name for path in files_with(folder, TOKEN)] == [".env"]
