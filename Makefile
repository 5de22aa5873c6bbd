# Everything here starts from nothing but Python 3.11+, git and make.
PYTHON ?= python3
BIN := .venv/bin
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1

.PHONY: install demo test fuzz check format model bench clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

install: .venv/.installed ## build the environment

# The stamp is newer than what it was built from, so a second call installs nothing.
.venv/.installed: pyproject.toml uv.lock
	@test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --disable-pip-version-check uv; }
	@$(BIN)/uv sync --frozen --inexact --quiet --compile-bytecode
	@touch $@

demo: install ## the main job on the bundled examples, then three queries
	@bash examples/demo.sh

test: install ## the tests
	@$(BIN)/pytest

fuzz: install ## damage the sample files in 50,000 ways (CASES=…, SEED=…), all the way into a warehouse
	@$(BIN)/python -m tests.fuzz --cases $${CASES:-50000} --seed $${SEED:-$$(date +%s)} --warehouse
	@$(BIN)/pytest -q tests/fuzz/test_properties.py --hypothesis-profile=search

check: install ## lint and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

format: install ## rewrite the code in the house style
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

model: .venv-training/.installed ## train the shipped model anew (tasks/extract/training/README.md)
	@PYTHON=.venv-training/bin/python bash tasks/extract/training/train.sh

# An environment of its own, by pip: the lock of the other one leaves torch out.
.venv-training/.installed: pyproject.toml
	@$(PYTHON) -m venv .venv-training
	@.venv-training/bin/pip install --quiet --disable-pip-version-check torch==2.13.0
	@.venv-training/bin/pip install --quiet --disable-pip-version-check --editable '.[training]'
	@touch $@

bench: install ## the benchmarks, each against a named alternative
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

clean: ## remove the environment and everything that runs left behind
	rm -rf .venv .venv-training data
