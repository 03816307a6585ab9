"""The site as it is built: no warning, no dead link, nothing of another host, nothing wrong for axe."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.bench_page import violations
from tests.browser.lab import started_chromium
from tests.conftest import require

ROOT = Path(__file__).parents[2]
SITE = ROOT / "dist/docs"
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
# One page of each kind.
SHOWN = ["index", "start/index", f"tutorials/{NOTEBOOKS[0]}", "reference/api/comparing"]


@pytest.fixture(scope="module", autouse=True)
def site() -> Path:
    """The site, built anew where its sources have changed."""
    require(find_spec("sphinx"), "sphinx (make test installs it)")
    done = subprocess.run(
        [sys.executable, "-m", "website"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stderr
    return SITE


class Parsed(HTMLParser):
    """What a page links to, loads and shows."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        self.anchors.add(values.get("id") or "")
        if tag == "a" and values.get("href"):
            self.links.append(str(values["href"]))
        elif tag == "img":
            self.images.append(values)
        if tag in {"img", "script", "iframe", "link"} and values.get("rel") not in {"canonical", "search"}:
            self.loaded.append(values.get("src") or values.get("href") or "")


parsed = cache(Parsed)


def pages() -> list[Path]:
    return sorted(SITE.rglob("*.html"))


def test_every_link_leads_to_a_page_and_to_a_place_in_it() -> None:
    dead = []
    for page in pages():
        for address in set(parsed(page).links):
            link = urlsplit(address)
            if link.scheme:
                continue
            target = (page.parent / unquote(link.path)).resolve() if link.path else page
            if not target.is_file() or (
                link.fragment and unquote(link.fragment) not in parsed(target).anchors
            ):
                dead.append(f"{page.relative_to(SITE)}: {address}")

    assert dead == []


def test_every_page_of_the_docs_and_every_notebook_is_on_the_site() -> None:
    written = {path.relative_to(ROOT / "docs").with_suffix("") for path in (ROOT / "docs").rglob("*.md")}
    expected = {path.as_posix() for path in written} - {"images/README"}
    expected |= {f"tutorials/{name}" for name in NOTEBOOKS}

    assert expected - {path.relative_to(SITE).with_suffix("").as_posix() for path in pages()} == set()


def test_every_image_has_a_text() -> None:
    images = [(page, image) for page in pages() for image in parsed(page).images]

    assert len(images) > 20
    assert [
        f"{page.relative_to(SITE)}: {image['src']}" for page, image in images if not image.get("alt")
    ] == []


def test_nothing_of_a_page_comes_from_another_host() -> None:
    loaded = [address for page in pages() for address in parsed(page).loaded if urlsplit(address).netloc]
    styles = [
        address
        for path in SITE.rglob("*.css")
        for address in re.findall(
            r"(?:url\(|@import )[\"']?((?:https?:)?//[^)\"']+)", path.read_text("utf-8")
        )
    ]

    assert loaded + styles == []


def test_notebooks_are_shown_with_their_saved_outputs() -> None:
    text = (SITE / f"tutorials/{NOTEBOOKS[0]}.html").read_text(encoding="utf-8")

    assert '<div class="output text_html"><div class="knb' in text
    assert "application/vnd" not in text


def test_the_reference_of_python_has_signatures_options_and_examples() -> None:
    page = SITE / "reference/api/definitions.html"
    text = re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8"))

    assert "kustomer_nb.Action.run" in parsed(page).anchors
    assert "confirm: str | None = None" in text
    assert "Confirm a request by the name of its profile or host." in text
    assert "&gt;&gt;&gt; load({" in text


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with started_chromium(chromium) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that may open files, and nothing else."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    # A busy machine is slow.
    opened.set_default_timeout(100_000)
    requested: list[str] = []
    opened.on("request", lambda request: requested.append(request.url))
    yield opened
    context.close()
    assert [address for address in requested if not address.startswith(("file:", "data:"))] == []


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    found = {}

    for name in SHOWN:
        page.goto((SITE / f"{name}.html").as_uri())
        expect(page.locator(f"html[data-theme={theme}]")).to_have_count(1)
        found[name] = violations(page, "html")

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.browser
def test_a_page_is_as_wide_as_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    widths = {}

    for name in SHOWN:
        page.goto((SITE / f"{name}.html").as_uri())
        widths[name] = page.evaluate("document.documentElement.scrollWidth")

    assert {name: width for name, width in widths.items() if width > 400} == {}


@pytest.mark.browser
def test_search_works_without_a_server(page: Page) -> None:
    page.goto(f"{(SITE / 'search.html').as_uri()}?q=cassette")

    expect(page.locator("ul.search li a", has_text="Cassettes").first).to_be_visible()


@pytest.mark.browser
def test_a_picture_follows_the_theme(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto((SITE / "index.html").as_uri())

    expect(page.locator("main img.only-dark").first).to_be_visible()
    expect(page.locator("main img.only-light").first).to_be_hidden()
