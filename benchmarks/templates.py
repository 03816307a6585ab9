"""Times the template engine beside handlebars.js in Node and the Python libraries that are installed.

Run it as ``make benchmarks``; prints the median of one rendering and one compilation, and ours as a multiple
of each other one. Below them stand what `render_value` adds, rendering with origins, and the import.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from kustomer_nb.template import Scope, Template, render_value
from kustomer_nb.template.compiler import RenderMode, compile_program
from kustomer_nb.template.parser import parse

ROUNDS = 4000
REPEATS = 15
MODULES = Path(__file__).parents[1] / "tests" / "oracle" / "node_modules"
LINES = [{"sku": f"S-{at}", "quantity": at, "price": 9.5 * at} for at in range(10)]
ORDER = {
    "id": 1042,
    "name": "Ann O'Neil",
    "email": "ann@shop.com",
    "city": "Berlin",
    "street": "Main St 5",
    "zip": "10115",
    "total": 199.5,
    "currency": "EUR",
    "status": "open",
    "note": "a < b",
    "paid": True,
    "lines": LINES,
}
SMALL = "https://api.shop.com/customers/{{customer}}/orders/{{order}}?expand=lines"
MEDIUM = """Order {{id}} of {{name}} <{{email}}>
{{street}}, {{zip}} {{city}}
Total: {{total}} {{currency}}, {{status}}
{{#if paid}}Paid, thank you.{{else}}Please pay.{{/if}}
{{#each lines}}
- {{sku}}: {{quantity}} x {{price}}
{{/each}}
Note: {{note}}
"""
CASES = {"small": (SMALL, {"customer": "c-17", "order": 1042}), "medium": (MEDIUM, ORDER)}


def timed(work: Callable[[], object], rounds: int) -> float:
    """Return the median time of one call, in microseconds."""
    found = []
    for _ in range(REPEATS):
        start = perf_counter()
        for _ in range(rounds):
            work()
        found.append((perf_counter() - start) * 1e6 / rounds)
    return median(found)


def ours(text: str, context: Any) -> dict[str, Any]:
    """Return what the engine gives, and the times it takes."""
    template = Template.parse(text)
    return {
        "text": template.render(context),
        "render": timed(lambda: template.render(context), ROUNDS),
        "compile": timed(lambda: compile_program(parse(text), RenderMode()), ROUNDS >> 4),
        "value": timed(lambda: render_value(text, context), ROUNDS >> 2),
        "origins": timed(lambda: template.origins(Scope(context)), ROUNDS >> 5),
    }


def imported() -> float:
    """Return how long importing the engine takes beyond starting Python, in milliseconds."""

    def started(code: str) -> float:
        return timed(lambda: subprocess.run([sys.executable, "-c", code], check=True), 1) / 1e3

    return started("import kustomer_nb.template") - started("pass")


def node() -> Iterator[tuple[str, Callable[[str, Any], dict[str, Any]]]]:
    """Yield handlebars.js where Node and the package are there."""
    program = shutil.which("node")
    if program is None or not (MODULES / "handlebars").exists():
        return

    def asked(text: str, context: Any) -> dict[str, Any]:
        given = json.dumps({"template": text, "context": context, "rounds": ROUNDS * 4})
        script = Path(__file__).parent / "handlebars.cjs"
        command = [str(program), str(script), str(MODULES)]
        run = subprocess.run(command, input=given + "\n", capture_output=True, check=True, encoding="utf-8")
        found: dict[str, Any] = json.loads(run.stdout)
        return found

    yield "handlebars.js", asked


def others() -> Iterator[tuple[str, Callable[[str, Any], dict[str, Any]]]]:
    """Yield the Python libraries that are installed, each as it is meant to be used."""
    prepare: dict[str, Callable[[Any, str], Callable[[Any], str]]] = {
        "chevron": lambda module, text: lambda context: module.render(text, context),
        "pydantic_handlebars": lambda module, text: module.compile(text).render,
        "dotpromptz_handlebars": lambda module, text: module.Handlebars().compile(text),
    }
    for name, prepared in prepare.items():
        try:
            module = import_module(name)
        except ImportError:
            continue

        def asked(text: str, context: Any, module: Any = module, prepared: Any = prepared) -> dict[str, Any]:
            # chevron knows no helpers: the same in its own words.
            text = mustache(text) if module.__name__ == "chevron" else text
            rendered = prepared(module, text)
            return {
                "text": rendered(context),
                "render": timed(lambda: rendered(context), ROUNDS >> 2),
                "compile": timed(lambda: prepared(module, text), ROUNDS >> 4),
            }

        yield name, asked


def mustache(text: str) -> str:
    """Return a template in the words of Mustache."""
    opened = text.replace("{{#if paid}}", "{{#paid}}").replace("{{else}}", "{{/paid}}{{^paid}}")
    return opened.replace("{{/if}}", "{{/paid}}").replace("#each lines", "#lines").replace("/each", "/lines")


def main() -> None:
    """Print the times and what ours are as multiples of them."""
    for case, (text, context) in CASES.items():
        own = ours(text, context)
        print(f"{case:8} {'':22} render    compile")
        print(f"{'':8} {'kustomer_nb':22} {own['render']:6.2f} us {own['compile']:7.1f} us")
        for name, asked in (*node(), *others()):
            found = asked(text, context)
            ratios = own["render"] / found["render"], own["compile"] / found["compile"]
            note = "" if found["text"] == own["text"] else "  (another text)"
            line = f"{found['render']:6.2f} us {found['compile']:7.1f} us"
            print(f"{'':8} {name:22} {line}   ours: {ratios[0]:.2f}x {ratios[1]:.2f}x{note}")
        print(f"{'':8} {'render_value':22} {own['value']:6.2f} us")
        print(f"{'':8} {'with origins':22} {own['origins']:6.2f} us")
    print(f"import   {'kustomer_nb.template':22} {imported():6.2f} ms over bare Python")


if __name__ == "__main__":
    main()
