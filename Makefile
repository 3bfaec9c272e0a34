# One verb a human wish. `make demo` and `make test` need nothing before them but Python 3.11, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?= -n auto
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test lint docs bench format lock wheel clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

demo: $(VENV)/.ready  ## generate a repository, check it, break it, show the finding
	@$(BIN)/python tools/demo.py demo

test: $(VENV)/.ready  ## every test
	$(BIN)/python tools/go_tools.py kustomize
	$(BIN)/pytest $(PYTEST_ARGS)

lint: $(VENV)/.ready  ## ruff, mypy, printed docs (gofmt and vet are tests)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/print_docs.py --check

format: $(VENV)/.ready  ## rewrite our files in the one style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.ready  ## print docs/rules.md from the pages
	$(BIN)/python tools/print_docs.py

bench: $(VENV)/.ready  ## ours against kustomize | kubeconform, in one go; prints docs/performance.md
	$(BIN)/python tools/go_tools.py kustomize kubeconform kube-score
	-$(BIN)/python tools/go_tools.py kubectl
	$(BIN)/python bench/run.py --write docs $(BENCH_ARGS)

wheel: $(VENV)/.ready  ## a wheel with helper, schemas and template, in dist/
	$(BIN)/pip wheel --no-deps --wheel-dir dist .

lock:  ## pin the development dependencies again (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --group dev \
		--no-header --no-annotate --upgrade pyproject.toml -o requirements/dev.txt

clean:  ## remove what was built
	rm -rf $(VENV) .tools build dist demo src/plumbline/rendering/bin src/plumbline/schemas/kubernetes

# The helper and the schemas are rebuilt only when their sources changed; each looks for itself.
$(VENV)/.ready: $(VENV)/.installed renderer $(wildcard renderer/*) tools/build_schemas.py tools/go_tools.py
	$(BIN)/python tools/build_schemas.py
	$(BIN)/python tools/go_tools.py helper
	@touch $@

$(VENV)/.installed: requirements/dev.txt pyproject.toml hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "plumbline needs Python 3.11 or newer; this is " + sys.version.split()[0] + ": set PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
