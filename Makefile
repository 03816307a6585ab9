# Two commands do everything on a fresh machine: `make lab` opens the workbench, `make test` runs every test.
# A stamp in .venv says what is installed, so both are quick when nothing changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOWEST := .venv-lowest
LITE := .venv-lite
MARIMO := .venv-marimo
PYTEST := $(BIN)/python -m pytest
NODE := $(shell command -v npm 2>/dev/null)
MODULES := tests/oracle/node_modules/.installed
PYODIDE := lite/node_modules/.installed
WHEELS := lite/wheels/.installed

# What is installed beside .venv is installed beside it in time, too.
MAKEFLAGS += --jobs=2

# Every test that starts a Python, and every kernel, would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

# jupyter-events brings it for a format of JSON Schema that nothing here checks. It makes its parsers when it is
# imported: one to two seconds in each process that imports jsonschema, as each JupyterLab and pytest with nbval do.
SLIM = $(BIN)/python -m pip uninstall --quiet --quiet --disable-pip-version-check --yes rfc3987-syntax

.PHONY: lab lite test test-slow check executed lowest fuzz benchmarks notebooks screenshots clean

lab: $(VENV)/.lab
	@$(BIN)/python -m kustomer_nb lab $(LAB)

# The notebooks as a static site, with Python in the browser: in dist/lite, or in SITE.
lite: $(VENV)/.test $(WHEELS) $(LITE)/.installed
	@$(BIN)/python -m lite $(SITE)

# In three processes for two cores: tests in a browser wait for it.
test: $(VENV)/.test $(if $(NODE),$(MODULES) $(WHEELS)) check lowest executed
	$(PYTEST) -n 3 --dist loadfile --no-loadscope-reorder --cov --cov-report=term $(ARGS)

# The tests that `make test` runs in a small form, in their long form: more cases, and longer texts.
test-slow: $(VENV)/.test $(if $(NODE),$(MODULES) $(WHEELS)) $(LITE)/.installed $(MARIMO)/.installed
	KUSTOMER_NB_SLOW=1 KUSTOMER_NB_FUZZ=$${KUSTOMER_NB_FUZZ:-5000} $(PYTEST) -n 2 --dist loadfile \
	  $$(grep -rlE 'KUSTOMER_NB_FUZZ"|import .*SLOW' tests --include='test_*.py') $(ARGS)

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The notebooks give what they show. It waits for kernels, so that it costs little beside the others.
executed: $(VENV)/.test
	$(PYTEST) --nbval notebooks

lowest: $(LOWEST)/.installed
	$(LOWEST)/bin/python -m tests.lowest.smoke

fuzz: $(VENV)/.test $(MODULES)
	KUSTOMER_NB_FUZZ=$${KUSTOMER_NB_FUZZ:-20000} $(PYTEST) tests/oracle/test_handlebars.py tests/oracle/test_json5.py tests/oracle/test_modules.py tests/oracle/test_request.py tests/oracle/test_runtime.py tests/jsontext/test_fuzz.py

benchmarks: $(VENV)/.test $(MODULES)
	@$(BIN)/python -m pip install --quiet --editable '.[benchmarks]'
	$(BIN)/python -m benchmarks.templates
	$(BIN)/python -m benchmarks.lint
	$(BIN)/python -m benchmarks.language
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.warm_get
	$(BIN)/python -m benchmarks.cassette
	$(BIN)/python -m benchmarks.pipeline
	$(BIN)/python -m benchmarks.difference
	$(BIN)/python -m benchmarks.redaction
	$(BIN)/python -m benchmarks.history
	$(BIN)/python -m benchmarks.mutation
	$(BIN)/python -m benchmarks.cases
	$(BIN)/python -m benchmarks.rows
	$(BIN)/python -m benchmarks.language
	$(BIN)/python -m benchmarks.widgets

notebooks: $(VENV)/.test
	$(BIN)/python notebooks/record.py

screenshots: $(VENV)/.test
	$(BIN)/python -m tests.browser.pictures

clean:
	rm -rf $(VENV) $(LOWEST) $(LITE) $(MARIMO) tests/oracle/node_modules lite/node_modules lite/wheels .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .coverage

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "A virtual environment cannot be made; on Debian: apt install python3-venv"; exit 1; }

$(VENV)/.lab: pyproject.toml | $(VENV)/bin/python
	@echo "Installing kustomer_nb, JupyterLab and the demo store into $(VENV) (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[lab,demo]"
	@touch $@

$(VENV)/.test: pyproject.toml Makefile | $(VENV)/bin/python
	@echo "Installing kustomer_nb with everything its tests need into $(VENV) (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[lab,demo,test]"
	@$(SLIM)
	@touch $(VENV)/.lab $@

$(LOWEST)/.installed: pyproject.toml tests/lowest/constraints.py | $(VENV)/bin/python
	@echo "Installing the lowest versions that pyproject.toml allows into $(LOWEST) (once)"
	@$(BIN)/python -m venv $(LOWEST)
	@$(BIN)/python tests/lowest/constraints.py > $(LOWEST)/constraints.txt
	@$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check \
	  --constraint $(LOWEST)/constraints.txt --editable ".[demo,keyring,lab]"
	@touch $@

# jupyterlab_widgets and anywidget without their Python, which the kernel in the browser has.
$(LITE)/.installed: lite/requirements.txt lite/extensions.txt | $(VENV)/bin/python
	@echo "Installing what builds the site into $(LITE) (once)"
	@$(BIN)/python -m venv $(LITE)
	@$(LITE)/bin/python -m pip install --quiet --disable-pip-version-check --requirement lite/requirements.txt
	@$(LITE)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement lite/extensions.txt
	@touch $@

$(MARIMO)/.installed: tests/marimo/requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing marimo into $(MARIMO), for make test-slow (once)"
	@$(BIN)/python -m venv $(MARIMO)
	@$(MARIMO)/bin/python -m pip install --quiet --disable-pip-version-check \
	  --requirement tests/marimo/requirements.txt --editable .
	@touch $@

$(MODULES): tests/oracle/package.json
	@echo "Installing the JavaScript that the oracle tests ask (once)"
	@if npm install --prefix tests/oracle --no-package-lock --no-audit --no-fund --loglevel=error; \
	  then touch $@; else echo "npm could not install it: the tests that ask JavaScript are skipped"; fi

$(PYODIDE): lite/package.json
	@echo "Installing the Python of browsers, for the tests in it and for make lite (once)"
	@if npm install --prefix lite --no-package-lock --no-audit --no-fund --loglevel=error; \
	  then touch $@; else echo "npm could not install it: the tests in a browser's Python are skipped"; fi

# Anew, so that no wheel stays of a version that is not allowed any more.
$(WHEELS): pyproject.toml lite/wheels.py $(PYODIDE) | $(VENV)/.test
	@if test -e $(PYODIDE); then \
	  echo "Downloading the wheels for the Python of browsers (once)"; rm -rf lite/wheels; \
	  $(BIN)/python -m lite.wheels 'hypothesis>=6.100' 'pytest>=9' && touch $@; fi
