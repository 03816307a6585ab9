"""What the site is made of: the pages of docs/, the notebooks and the changelog, in one folder.

The pages are written for GitHub, so that nothing in them is for Sphinx alone. Here each section gets its
contents, in the order in which its ``index.md`` links to the pages, and a link that leaves docs/ is changed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from .reference import api

ROOT = Path(__file__).parents[1]
# Folders and files of the repository, and where they are on the site.
PLACES = {
    "docs": ".",
    "notebooks": "tutorials",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing/changes.md",
}
API = "reference/api.md"
_COPIED = {".png", ".svg", ".webp", ".json"}
# Code is left as it is; the second group is the target of a link.
_LINK = re.compile(
    r"(?P<code>^ *```.*?^ *```|`[^`\n]+`)|(?<=\]\()(?P<target>[^)\s]+)(?=\))", re.MULTILINE | re.DOTALL
)

_NOWHERE = "\0"


class SourceError(Exception):
    """A page that cannot be on the site as it is."""


def stage(folder: Path) -> None:
    """Write all sources of the site to a folder; what is there and has not changed keeps its time.

    Raises:
        SourceError: a page links to a file that does not exist.
    """
    texts = dict(_texts())
    copied = dict(_copied())
    for name, text in texts.items():
        _write(folder / name, text)
    for name, path in copied.items():
        target = folder / name
        if not target.exists() or target.read_bytes() != path.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in {*texts, *copied}:
            path.unlink()


def _texts() -> Iterator[tuple[str, str]]:
    """Yield the name on the site and the text of each page."""
    named = [ROOT / name for name in PLACES if name.endswith(".md")]
    sources = [*filter(Path.exists, named), *(ROOT / "docs").rglob("*.md")]
    for path in sources:
        name = _place(path)
        if name != "images/README.md":
            text = _relinked(path.read_text(encoding="utf-8"), path)
            yield name, (api.linked(text) if name == API else text + _contents(name, text))
    for path in _notebooks():
        yield _place(path), _notebook(path)
    yield from api.pages().items()


def _copied() -> Iterator[tuple[str, Path]]:
    for start in ("docs", "notebooks"):
        for path in (ROOT / start).rglob("*"):
            if path.suffix in _COPIED and ".ipynb_checkpoints" not in path.parts:
                yield _place(path), path


def _notebooks() -> list[Path]:
    return sorted((ROOT / "notebooks").glob("*.ipynb"))


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _place(path: Path) -> str:
    """Return where a file of the repository is on the site, or an empty text."""
    name = path.relative_to(ROOT)
    for start, place in PLACES.items():
        if name.is_relative_to(start):
            return (PurePosixPath(place) / name.relative_to(start).as_posix()).as_posix()
    return ""


def _relinked(text: str, path: Path) -> str:
    """Return the text of a page with its links as they are on the site."""
    folder = PurePosixPath(_place(path)).parent

    def relink(match: re.Match[str]) -> str:
        target = match["target"]
        if target is None or re.match(r"[a-z]+:|#", target):
            return match[0]
        file, mark, anchor = target.partition("#")
        linked = Path(os.path.normpath(path.parent / file))
        place = _place(linked)
        if not linked.exists():
            raise SourceError(f"{path.relative_to(ROOT)} links to {target}, which is not there.")
        if not place:
            return _NOWHERE
        return os.path.relpath(f"{place}/index.md" if linked.is_dir() else place, folder) + mark + anchor

    # The site has no address of the repository: of a link to a file that it does not show, the text stays.
    return re.sub(rf"\[([^\]]*)\]\({_NOWHERE}\)", r"\1", _LINK.sub(relink, text))


def _notebook(path: Path) -> str:
    """Return a notebook without the forms of its outputs that only JupyterLab draws."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = _relinked("".join(cell["source"]), path)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            output |= {"data": {kind: data[kind] for kind in data if "/vnd." not in kind}} if data else {}
        cell["outputs"] = [output for output in cell.get("outputs", []) if output.get("data") != {}]
        if cell["cell_type"] != "code":
            del cell["outputs"]
    return json.dumps(notebook, ensure_ascii=False)


def _contents(name: str, text: str) -> str:
    """Return the contents of a section, for the menus: a part for each heading of its page that has links."""
    if PurePosixPath(name).name != "index.md":
        return ""
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    listed: set[str] = set()
    toctrees = []
    for part in parts:
        links = re.findall(r"\]\(([\w./-]+\.md)(?:#[\w-]*)?\)", part)
        below = [link for link in dict.fromkeys(links) if not link.startswith("../") and link != "index.md"]
        pages = [link for link in below if link not in listed and (name != "index.md" or "/" in link)]
        listed.update(pages)
        heading = re.match(r"## (.+)", part)
        toctrees.append(_toctree(pages, heading[1] if heading else ""))
    # The notebooks are listed on their page, too, unless it links to them itself.
    is_hidden = name != "tutorials/index.md" or ".ipynb)" in text
    return "".join([*toctrees, _toctree(_other_pages(name), "", is_hidden=is_hidden)])


def _other_pages(name: str) -> list[str]:
    """Return the pages of a section that come from outside of docs/."""
    if name == "tutorials/index.md":
        return [path.name for path in _notebooks()]
    others = {"index.md": "CHANGELOG.md", "contributing/index.md": "CONTRIBUTING.md"}
    source = ROOT / others.get(name, "")
    return [PurePosixPath(_place(source)).name] if source.is_file() else []


def _toctree(pages: list[str], caption: str, *, is_hidden: bool = True) -> str:
    options = [":hidden:"] * is_hidden + [":maxdepth: 1"] + [f":caption: {caption}"] * bool(caption)
    return "\n".join(["", "```{toctree}", *options, "", *pages, "```", ""]) if pages else ""
