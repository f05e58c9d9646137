# Two commands set everything up on a fresh Debian with Python 3.11, git and make: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: help demo test check check-all lint types bench screenshots clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/samestory: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: $(BIN)/samestory
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,e2e]'
	@touch $@

demo: $(BIN)/samestory ## set up, run the main job on fixtures/, say what was found and where to look
	$(BIN)/python -m jobs.demo

test: $(VENV)/.dev lint types check ## set up, then everything .ci/run runs

lint: $(VENV)/.dev ## ruff
	$(BIN)/ruff check clustering jobs tests fixtures benchmarks

types: $(VENV)/.dev ## mypy, strict
	$(BIN)/mypy

check: $(VENV)/.dev ## the test suite, without what takes minutes
	$(BIN)/python -m pytest -q -n auto --dist loadgroup -m "not slow"

check-all: $(VENV)/.dev ## the whole suite
	$(BIN)/python -m pytest -q -n auto --dist loadgroup

$(VENV)/.bench: $(VENV)/.dev
	-$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@

bench: $(VENV)/.bench ## kernels beside their peers (QUICK=1: only these, three minutes); time and memory of the main job
	$(BIN)/python -m benchmarks.kernels $(if $(QUICK),--quick)
	$(if $(QUICK),,$(BIN)/python -m benchmarks.run_size --daily 300)

screenshots: $(VENV)/.dev ## the pictures in docs/screenshots/, from the invented newsroom
	SAMESTORY_SCREENSHOTS=docs/screenshots SAMESTORY_BROWSER=required $(BIN)/python -m pytest -q tests/test_browser.py -k opens_and_is

clean: ## remove what the targets above made
	rm -rf $(VENV) demo-store build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
