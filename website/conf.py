"""What Sphinx is told: it reads the staged pages, and nothing that a page needs comes from another host."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from kustomer_nb import __version__

project = "kustomer_nb"
author = "The authors of kustomer_nb"
copyright = "the authors of kustomer_nb"
version = release = __version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "website.html",
    "website.signatures",
]
_code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
website_code = sha256(_code).hexdigest()
# Rules show what is no JSON as what it was meant to be.
suppress_warnings = ["misc.highlighting_failure"]

# Pages are written for GitHub: the anchors of headings are those that it makes.
myst_heading_anchors = 6
myst_enable_extensions = ["attrs_block", "colon_fence"]
# Notebooks are shown as they are saved; `pytest --nbval notebooks` runs them.
nb_execution_mode = "off"

# Docstrings are Google's sections with the backticks of Markdown.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_numpy_docstring = False
napoleon_custom_sections = [("Options", "params_style")]
python_maximum_signature_line_length = 88
add_module_names = False

html_theme = "pydata_sphinx_theme"
html_title = "kustomer_nb"
# Pages without others beside them.
html_sidebars = {name: [] for name in ("index", "changelog", "start/index", "contributing/index")}
html_static_path = ["static"]
html_css_files = ["website.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "navbar_align": "left",
    "header_links_before_dropdown": 8,
    "show_prev_next": True,
    "collapse_navigation": True,
    "navigation_with_keys": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
html_context = {"default_mode": "auto"}
# Without the prompts of the console.
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
