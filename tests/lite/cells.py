"""Runs the cells of notebooks in Pyodide, and prints what each shows and what is saved of it."""

import ast
import json
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

# The tags of cells that are left out. One starts a process, which Python in a browser cannot do; one waits
# for a simulated failure in a call that cannot be awaited, which browsers can do, and Node 20 and 22 cannot.
LEFT_OUT = {"needs-processes", "needs-waiting"}


class Awaiting(ast.NodeTransformer):
    """Awaits `arun` in place of `run`, which suspends Python: Node 20 and 22 cannot do that."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "run":
            node.func.attr = "arun"
            return ast.copy_location(ast.Await(node), node)
        return node


def saved_texts(cell: dict[str, Any]) -> list[str]:
    texts = [output["text"] for output in cell["outputs"] if output["output_type"] == "stream"]
    texts += [output["data"]["text/plain"] for output in cell["outputs"] if "data" in output]
    return ["".join(text).strip() for text in texts]


async def run(shell: InteractiveShell, cell: dict[str, Any]) -> list[str]:
    source = "".join(cell["source"])
    with capture_output() as captured:
        result = await shell.run_cell_async(source, transformed_cell=shell.transform_cell(source))
    result.raise_error()
    shown = [output.data.get("text/plain", "") for output in captured.outputs]
    return [text.strip() for text in (captured.stdout, *shown) if text.strip()]


async def main() -> None:
    for path in sorted(Path.cwd().glob("*.ipynb")):
        InteractiveShell.clear_instance()
        shell = InteractiveShell.instance()
        shell.ast_transformers.append(Awaiting())
        # A notebook has no "Out[1]:" in an output.
        shell.displayhook.write_output_prompt = lambda: None
        cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
        for number, cell in enumerate(cells, 1):
            if LEFT_OUT.intersection(cell["metadata"].get("tags", [])):
                continue
            print(json.dumps([path.name, number, await run(shell, cell), saved_texts(cell)]))
