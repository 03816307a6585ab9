"""The pages are in plain English: no word that a reader stumbles over, and no sentence without end."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "notebooks").glob("*.ipynb")),
]
MOST_WORDS = 40
# What reads oddly, and the standard word for it.
ODD = {
    r"mend(s|ed|ing)?": "fix",
    r"ways? out": "fix",
    r"stand(s|ing)? (under|over|in place)": "is listed below, overrides, replaces",
    r"speaks? against": "prevents",
    r"all the same": "anyway",
    r"for ever": "always",
    r"(?<!there )is no (path|helper|input|boolean|number|string|JSON|definition)": "is not a",
    r"(?<!there )is no (method|setting|action|file|test)": "is not a",
    r"(is|was|are|be) (said|told)|tells": "is reported, reports, says",
    r"as loosely as": "leniently",
    r"out of (its|the) text alone": "statically",
    r"authority of your own": "a private CA",
    r"service'?s? answers?": "response",
    r"answers? (of|from) the service": "response",
    r"meets? a busy": "gets a 429 or 503",
    r"stretch(es)? of text": "segment",
    r"machine of (some|any)": "host",
    r"quiet sunday": "",
    r"hither|thereof|herein|wherein|whilst|upon": "",
}


def prose(path: Path) -> str:
    """Return the text of a page without code, links and tables; a list item is a paragraph of its own."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    text = re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"<picture>.*?</picture>", "", text, flags=re.DOTALL)
    text = re.sub(r"``.+?``|`[^`]*`", "X", text)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    return re.sub(r"^( *[-*] |\d+\. |#+ )", "\n\n", text, flags=re.MULTILINE)


def sentences(text: str) -> list[str]:
    """Return the sentences of the paragraphs of a page; a row of a table has cells, not sentences.

    Example:
        >>> sentences("One. Two, 1.5 of them:\\n\\nthree\\n\\n| a | b |")
        ['One', 'Two, 1.5 of them', 'three']
    """
    paragraphs = [part for part in re.split(r"\n\s*\n", text) if not part.lstrip().startswith("|")]
    parts = [part for paragraph in paragraphs for part in re.split(r"[.!?:;](?:\s|$)|·", paragraph)]
    return [words for part in parts if (words := " ".join(part.split()))]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_word_makes_a_reader_stumble(page: Path) -> None:
    text = " ".join(prose(page).split())

    odd = {
        match[0]: instead
        for pattern, instead in ODD.items()
        for match in re.finditer(rf"\b(?:{pattern})\b", text, re.IGNORECASE)
    }

    assert odd == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_sentence_is_long(page: Path) -> None:
    long = [sentence for sentence in sentences(prose(page)) if len(sentence.split()) > MOST_WORDS]

    assert long == []
