# The verbs of this project. Each sets up what it needs: git, make and Python >= 3.11 are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export UV_PROJECT_ENVIRONMENT := $(VENV)

.PHONY: setup demo test test-long lint fix bench clauses docs conformance clean

setup: $(VENV)/.synced

$(VENV)/.synced: pyproject.toml uv.lock
	@echo "Setting up $(VENV), once: this takes half a minute."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"
	@$(BIN)/uv sync --locked --quiet --inexact
	@touch $@

demo: setup
	@$(BIN)/python examples/demo.py

test: setup
	@$(BIN)/pytest -m "not long"

test-long: setup
	@$(BIN)/pytest -m ""

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

fix: setup
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: setup
	@$(BIN)/python -m bench

clauses: setup
	@$(BIN)/python tools/clauses.py

docs: setup
	@$(BIN)/python docs/write_commands.py

conformance: setup
	@$(BIN)/python conformance/run.py
	@$(BIN)/python conformance/run.py --stories

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
