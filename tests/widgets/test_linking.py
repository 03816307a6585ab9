from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from kustomer_nb import reporting
from kustomer_nb.reporting import style_sheet
from kustomer_nb.widgets import linking
from kustomer_nb.widgets.linking import LinkError, exports_of, imports_of, link, style

WIDGETS = Path(linking.__file__).parent
TEMPLATES = Path(reporting.__file__).parent / "templates"
# A script that imports nothing belongs to a widget that is about to be replaced: `asset` joins it.
LEAVES = [path for path in WIDGETS.glob("*.js") if re.search(r"^import ", path.read_text("utf-8"), re.M)]
MODULES = sorted(path.relative_to(WIDGETS).as_posix() for path in [*LEAVES, *WIDGETS.glob("lib/*.js")])


def linked(monkeypatch: pytest.MonkeyPatch, **modules: str) -> str:
    """Return the linked text of ``main.js`` among these modules, whose names have no suffix here."""
    monkeypatch.setattr(linking, "source", lambda name: modules[name.removesuffix(".js")])
    return link.__wrapped__("main.js")


def run_module(node: str, text: str) -> str:
    command = [node, "--input-type=module", "--eval", text]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", MODULES)
def test_every_module_can_be_linked(name: str) -> None:
    text = link(name)

    assert not re.search(r"^import\b|^export (?!default)", text, re.MULTILINE)


@pytest.mark.node
@pytest.mark.parametrize("name", MODULES)
def test_a_linked_module_is_a_module_that_can_be_loaded(node: str, name: str) -> None:
    assert run_module(node, f"{link(name)}\nconsole.log('loaded')").strip() == "loaded"


def test_top_level_names_are_unique_over_all_modules() -> None:
    declared: dict[str, list[str]] = {}
    for name in MODULES:
        text = (WIDGETS / name).read_text(encoding="utf-8")
        for declaration in re.findall(
            r"^(?:export )?(?:async function|function|const|let|class) (\w+)", text, re.M
        ):
            declared.setdefault(declaration, []).append(name)

    # The entry of a leaf: no module imports a leaf.
    declared.pop("render", None)
    repeated = {name: modules for name, modules in declared.items() if len(modules) > 1}

    assert not repeated


def test_every_imported_name_is_exported_where_it_is_imported_from() -> None:
    texts = {name: (WIDGETS / name).read_text(encoding="utf-8") for name in MODULES}

    missing = [
        (name, imported)
        for name, text in texts.items()
        for path, names in imports_of(name, text)
        for imported in names
        if imported not in exports_of(texts[path])
    ]

    assert not missing


@pytest.mark.node
def test_a_module_comes_once_and_before_those_that_import_it(
    node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = linked(
        monkeypatch,
        main='import { b } from "./b.js";\nimport { a } from "./a.js";\nconsole.log(a, b);\n',
        b='import {\n  a,\n} from "./a.js";\nexport const b = `${a}b`;\nconst own = 1;\n',
        a='export const a = "a";\nexport function unused() {}\n',
    )

    assert run_module(node, text).strip() == "a ab"
    assert text.count('const a = "a"') == 1


@pytest.mark.parametrize(
    ("modules", "problem"),
    [
        (
            {
                "main": 'import { b } from "./b.js";\n',
                "b": 'import { c } from "./main.js";\nexport const b = 1;\n',
            },
            "does not export",
        ),
        (
            {
                "main": 'import { b } from "./b.js";\nexport const c = 1;\n',
                "b": 'import { c } from "./main.js";\nexport const b = 1;\n',
            },
            "imports itself: main.js -> b.js -> main.js",
        ),
        (
            {"main": 'import { a as b } from "./a.js";\n', "a": "export const a = 1;\n"},
            "imports a as b, which a.js does not export",
        ),
        ({"main": 'import * as a from "./a.js";\n'}, "only named imports and exports"),
        ({"main": 'import a from "./a.js";\n'}, "only named imports and exports"),
        ({"main": 'import "./a.js";\n'}, "only named imports and exports"),
        ({"main": 'import { a } from "left-pad";\n'}, "only named imports and exports"),
        ({"main": "const a = 1;\nexport { a };\n"}, "only named imports and exports"),
        ({"main": "export default function () {}\n"}, "only named imports and exports"),
        (
            {
                "main": 'import { a } from "./a.js";\nfunction b() {}\n',
                "a": "export const a = 1;\nlet b = 2;\n",
            },
            "main.js and a.js both declare b",
        ),
    ],
    ids=[
        "not exported",
        "a cycle",
        "renamed",
        "a namespace",
        "a default",
        "for its effects",
        "a package",
        "an export list",
        "another default",
        "a repeated name",
    ],
)
def test_what_cannot_be_hoisted_is_refused(
    monkeypatch: pytest.MonkeyPatch, modules: dict[str, str], problem: str
) -> None:
    with pytest.raises(LinkError, match=re.escape(problem)):
        linked(monkeypatch, **modules)


def test_a_leaf_keeps_its_default_export_and_a_library_loses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    text = linked(
        monkeypatch,
        main='import { leaf } from "./leaf.js";\nexport default { render: leaf };\n',
        leaf="export function leaf() {}\nexport default { render: leaf };\n",
    )

    assert text.count("export default") == 1


def test_styles_are_layered_with_the_base_first() -> None:
    text = style("history_view.css", "diff_view.css")

    base, leaf = text.index("@layer knb.base {"), text.index("@layer knb.leaf {")
    assert text.startswith("@layer knb.base, knb.leaf;")
    assert base < leaf
    assert text.index(".knb-hist", leaf) < text.index(".knb-vals", leaf)
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("path", sorted(WIDGETS.glob("*.css")), ids=lambda path: path.name)
def test_a_style_sheet_fetches_nothing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"@import|url\(", text)
    assert text.count("{") == text.count("}")


def test_no_rule_of_a_widget_reaches_a_report_beside_it() -> None:
    templates = [path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.mustache")]
    classes = {name for text in templates for name in re.findall(r"(?<=[ \"])knb-[\w-]+(?=[ \"])", text)}
    classes |= {*re.findall(r"(?<=\.)knb-[\w-]+", style_sheet())}
    assert {"knb-bar", "knb-good", "knb-profile"} <= classes

    reaching = set()
    for path in [*WIDGETS.glob("*.css"), WIDGETS / "lib/base.css"]:
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for selector in re.findall(r"(?:^|(?<=[{},]))([^{},@]*\.knb-[^{},]*)(?=[{,])", text):
            names = {*re.findall(r"(?<=\.)knb-[\w-]+", selector)}
            if names <= classes and ".knb " not in selector.replace(")", " "):
                reaching.add(f"{path.name}: {selector.strip()}")
    assert reaching == set()


@pytest.mark.node
def test_the_same_text_takes_the_functions_of_the_first_module(node: str, tmp_path: Path) -> None:
    # Two addresses, as anywidget makes one for each widget.
    for name in ("first.mjs", "second.mjs"):
        (tmp_path / name).write_text(link("response_view.js"), encoding="utf-8")
    (tmp_path / "other.mjs").write_text(link("diff_view.js"), encoding="utf-8")
    imports = [
        f'import {name} from "{(tmp_path / name).as_uri()}.mjs";' for name in ("first", "second", "other")
    ]

    printed = run_module(node, "\n".join([*imports, "console.log(first === second, first === other)"]))

    assert printed.strip() == "true false"


def test_comments_and_indentation_are_left_out_and_code_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    text = linked(
        monkeypatch,
        main="""// A comment.
/**
 * About x, which is not `code`.
 */
const x = /** @type {any} */ (1);
/** @type {string} */
const address = "http://a.b"; // stays
function act() {
  return `// ${x}`;
}
""",
    )

    assert text.splitlines() == [
        "const x = /** @type {any} */ (1);",
        'const address = "http://a.b"; // stays',
        "function act() {",
        "return `// ${x}`;",
        "}",
    ]


def test_a_template_of_several_lines_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LinkError, match="a template of several lines"):
        linked(monkeypatch, main="const x = `one\n  two`;\n")
