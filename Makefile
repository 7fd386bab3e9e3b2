# Every target sets up .venv first; nothing outside this folder is touched.
PYTHON ?= python3
BIN := .venv/bin
.PHONY: setup demo test lint format types bench bench-translate bench-memory bench-ledger bench-deliver faults soak flips erasure check clean

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
	$(BIN)/ruff check core tests bench
	$(BIN)/ruff format --check core tests bench

format: setup  ## rewrite as the formatter wants
	$(BIN)/ruff format core tests bench
	$(BIN)/ruff check --fix core tests bench

types: setup  ## mypy --strict
	$(BIN)/mypy

bench: bench-translate bench-ledger bench-deliver  ## every benchmark beside its peers

# PEERS is the folder that `../shared/bench/setup.sh PEERS` made (minutes, once).
bench-translate: setup  ## translation beside hand-written programs, petl, followthemoney, dlt; spreadsheets; memory
	@missed=0; for one in "translate.py $(PEERS)" spreadsheets.py "memory.py --rows 500000"; do \
		$(BIN)/python bench/$$one || missed=1; done; exit $$missed

bench-memory: setup  ## memory by the number of rows, each shape of input: 5,000,000 (half an hour, 2 GB of disk)
	$(BIN)/python bench/memory.py

bench-ledger: setup  ## the ledger beside bare SQLite, a hash chain, hashlib, pymerkle
	$(BIN)/python bench/ledger.py $(PEERS)

bench-deliver: setup  ## delivery beside the bare client and the queues, intake, many waiting, two daemons
	$(BIN)/python bench/deliver.py $(PEERS)

faults: setup  ## kills, power cuts, bad lines, a seeded simulation (SEED=7, ONLY=test_x, FROM=1000, KILLS=50, RECORDS=1000)
	FAULTS=all SEED=$(SEED) FROM=$(FROM) $(BIN)/pytest -q -n 2 --durations=10 tests/faults $(if $(ONLY),-k $(ONLY))

soak: setup  ## ten minutes of a daemon that is killed and cut off, then counted (SOAK="--minutes 2")
	rm -rf soak
	$(BIN)/python tests/faults/soak.py --dir soak $(SOAK)

flips: setup  ## 2,000 single-bit changes to an export, and as many to a pack: each is found
	AZALAI_FLIPS=2000 $(BIN)/pytest -q tests/evidence -k single_bit

erasure: setup  ## 1,000 of 10,000 subjects erased, then looked for in every byte (minutes)
	AZALAI_ERASURE=10000 $(BIN)/pytest -q tests/faults/test_erasure.py

check: lint types test  ## what CI runs

clean:  ## the environment and all caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache demo soak
