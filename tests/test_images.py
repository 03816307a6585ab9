"""The pictures of the documentation: each is there, each is shown, and none is large."""

from __future__ import annotations

import re

from tests.browser.pictures import FOLDER, ROOT, gallery, names

MOST_OF_ONE = 70_000
MOST_OF_ALL = 3_500_000
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_each_image_that_a_page_shows_is_there() -> None:
    shown = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in re.findall(r'(?:!\[[^]]*\]\(|src="|srcset=")([^)"]+)', page.read_text(encoding="utf-8"))
    }

    assert len(shown) > 20
    assert sorted(str(path) for path in shown if not path.is_file()) == []


def test_the_pictures_are_those_of_the_gallery() -> None:
    assert sorted(path.name for path in FOLDER.glob("*.png")) == sorted(names())
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == gallery()


def test_the_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.glob("*.png")}

    assert {name: size for name, size in sizes.items() if size > MOST_OF_ONE} == {}
    assert sum(sizes.values()) < MOST_OF_ALL
