# One word an action. Each target sets up what it needs; nothing has to be installed before.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Tests run in parallel on this many processes: one more than two cores, since many tests wait.
JOBS ?= 3

.PHONY: run test check format bench soak build picture lock clean help
.DEFAULT_GOAL := help

help:  ## list the actions
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

$(VENV)/.runtime: requirements.lock pyproject.toml
	@$(PYTHON) tools/environment.py $(VENV) requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml
	@$(PYTHON) tools/environment.py $(VENV) requirements-dev.lock
	@touch $@ $(VENV)/.runtime

run: $(VENV)/.runtime  ## start the study hall and its page on http://127.0.0.1:8000
	@$(BIN)/studyhall run

check: $(VENV)/.dev  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev  ## rewrite the code in the project's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: $(VENV)/.dev  ## every test, with import contracts and the coverage gate
	@$(BIN)/python tools/browser.py
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not soak" --cov --cov-report=term $(ARGS)

soak: $(VENV)/.dev  ## the long form of the simulations
	$(BIN)/python -m pytest -m soak --timeout 0 $(ARGS)

bench: $(VENV)/.dev  ## measure against the floors of the libraries
	$(BIN)/python -m benchmarks

picture: $(VENV)/.dev  ## take the pictures of the docs anew
	$(BIN)/python tools/screenshot.py

lock: $(VENV)/.dev  ## resolve the dependencies anew and write both lock files
	$(BIN)/uv pip compile -q --universal --upgrade --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --upgrade --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

build: $(VENV)/.dev  ## write what is generated: message catalogues, reference pages, schemas
	$(BIN)/python tools/catalogues.py
	$(BIN)/python tools/reference.py

clean:  ## remove what make made
	rm -rf $(VENV) .coverage* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist *.egg-info
