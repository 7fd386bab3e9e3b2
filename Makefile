# Every target sets up .venv first; nothing outside this folder is touched.
PYTHON ?= python3
BIN := .venv/bin
.PHONY: setup demo test lint format types bench check clean

setup: .venv/ready  ## the virtual environment, from hashes

.venv/ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

demo: setup  ## the main job on invented data, in ./demo
	$(BIN)/azalai demo --records 500 --dir demo

test: setup  ## all tests
	$(BIN)/pytest -q -n 2

lint: setup  ## ruff: rules and format
	$(BIN)/ruff check core tests
	$(BIN)/ruff format --check core tests

format: setup  ## rewrite as the formatter wants
	$(BIN)/ruff format core tests
	$(BIN)/ruff check --fix core tests

types: setup  ## mypy --strict
	$(BIN)/mypy

bench: setup  ## translation beside the csv module alone, as ratios
	$(BIN)/python bench/translate.py

check: lint types test  ## what CI runs

clean:  ## the environment and all caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache demo
