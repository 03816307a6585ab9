"""What importing the engine brings along; how long it takes is for benchmarks/templates.py to say."""

import subprocess
import sys

LATE = {
    "datetime",
    "httpx",
    "logging",
    "pydantic",
    "random",
    "kustomer_nb.template.helpers",
    "kustomer_nb.template.provenance",
    "kustomer_nb.template.variables",
    "kustomer_nb.template.tracing",
    "kustomer_nb.template.values",
}


def test_plain_templates_need_the_standard_library_alone_and_little_of_it():
    template = "{{#if a}}{{b}}{{/if}}"
    render = f"kustomer_nb.template.Template.parse({template!r}).render({{}})"
    code = f"import sys, kustomer_nb.template; {render}; print(*sys.modules)"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = set(ran.stdout.split())
    assert not loaded & LATE
    foreign = (
        {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names - {"kustomer_nb", "__main__"}
    )
    assert not {name for name in foreign if not name.startswith("_")}
