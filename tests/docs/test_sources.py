"""The sources of the site: links that leave docs/, and the contents of a section."""

from __future__ import annotations

from pathlib import Path

import pytest

from website import sources
from website.sources import SourceError, stage


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "repository"
    (root / "docs/how-to").mkdir(parents=True)
    (root / "notebooks").mkdir()
    (root / "CHANGELOG.md").write_text("# Changelog\n\n[How](docs/how-to/index.md)\n", encoding="utf-8")
    (root / "docs/how-to/index.md").write_text("# How\n", encoding="utf-8")
    (root / "pyproject.toml").touch()
    (root / "notebooks/01-first.ipynb").write_text('{"cells": []}', encoding="utf-8")
    monkeypatch.setattr(sources, "ROOT", root)
    monkeypatch.setattr(sources.api, "pages", dict)
    return root


def staged(repository: Path, text: str) -> str:
    """Return a page of the section *How to*, as the site has it."""
    (repository / "docs/how-to/index.md").write_text(text, encoding="utf-8")
    stage(repository / "staged")
    return (repository / "staged/how-to/index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("link", "result"),
    [
        pytest.param("[all](../../CHANGELOG.md)", "[all](../changelog.md)", id="a page at the root"),
        pytest.param(
            "[a](../../notebooks/01-first.ipynb)", "[a](../tutorials/01-first.ipynb)", id="a notebook"
        ),
        pytest.param("[all](../../notebooks)", "[all](../tutorials/index.md)", id="the notebooks"),
        pytest.param("[it](../../pyproject.toml)", "it", id="a file that the site does not show"),
        pytest.param("[web](https://example.com)", "[web](https://example.com)", id="another site"),
        pytest.param("`[a](../../nope.md)`", "`[a](../../nope.md)`", id="code"),
    ],
)
def test_a_link_leads_to_where_its_file_is_on_the_site(repository: Path, link: str, result: str) -> None:
    assert staged(repository, f"# How\n\n{link}\n").splitlines()[2] == result


def test_a_link_to_a_file_that_does_not_exist_is_an_error(repository: Path) -> None:
    with pytest.raises(SourceError, match=r"docs/how-to/index.md links to nope.md"):
        staged(repository, "[a](nope.md)")


def test_a_section_has_the_pages_that_its_index_links_to_by_heading(repository: Path) -> None:
    for name in ("a", "b"):
        (repository / f"docs/how-to/{name}.md").write_text("# Page\n", encoding="utf-8")

    text = staged(repository, "# How\n\n[B](b.md)\n\n## More\n\n[A](a.md) [B again](b.md#page)\n")

    toctree = "```{toctree}\n:hidden:\n:maxdepth: 1\n"
    assert text.endswith(f"\n{toctree}\nb.md\n```\n\n{toctree}:caption: More\n\na.md\n```\n")


def test_a_page_that_is_gone_is_gone_from_the_site(repository: Path) -> None:
    page = repository / "docs/how-to/a.md"
    page.write_text("# Page\n", encoding="utf-8")
    staged(repository, "[A](a.md)")
    page.unlink()

    staged(repository, "# How\n")

    assert not (repository / "staged/how-to/a.md").exists()


@pytest.mark.parametrize(
    ("text", "is_hidden"),
    [("# Tutorials\n\n## One\n\n## Two\n", False), ("[1](../../notebooks/01-first.ipynb)", True)],
)
def test_the_notebooks_are_in_the_contents_once(repository: Path, text: str, is_hidden: bool) -> None:
    page = repository / "docs/tutorials/index.md"
    page.parent.mkdir()
    page.write_text(text, encoding="utf-8")
    stage(repository / "staged")

    contents = (repository / "staged/tutorials/index.md").read_text(encoding="utf-8").partition("```")[2]

    assert contents.count("01-first.ipynb") == 1
    assert (":hidden:" in contents) == is_hidden
