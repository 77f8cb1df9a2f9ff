# Every target depends on `setup`: nothing has to be installed by hand first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
NEWEST := build/newest
SAMPLES := build/samples
export PINCITE_HOME ?= $(CURDIR)/.pincite

.PHONY: setup lock newest demo serve check test soak pictures clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c constraints.txt torch
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev,bench]'
	$(BIN)/pincite setup
	touch $@

# writes constraints.txt from pyproject.toml: what is pinned stays while it fits, what is missing comes in its newest version
lock: setup
	$(BIN)/python -m bench.lock

# the suite with the newest version of everything, in an environment of its own; says what differs from constraints.txt
newest:
	test -x $(NEWEST)/bin/python || $(PYTHON) -m venv $(NEWEST)
	$(NEWEST)/bin/python -m pip install --quiet --upgrade --upgrade-strategy eager pip -e '.[dev,bench]'
	$(NEWEST)/bin/pincite setup
	$(NEWEST)/bin/python -m bench.lock --compare
	$(NEWEST)/bin/python -m pytest -q -n 2 --dist loadfile -m "not soak"

$(SAMPLES)/facts.json: $(STAMP) $(wildcard examples/*.py examples/prose/* examples/data/*)
	$(BIN)/python -m examples.make_samples --out $(SAMPLES)

demo: $(SAMPLES)/facts.json
	$(BIN)/pincite ask "How much notice must the Buyer give to terminate for convenience?" $(SAMPLES)/supply-agreement.pdf
	$(BIN)/pincite ask "What is the three year average operating margin, 2022 to 2024?" $(SAMPLES)/quillmere-10k-2024.pdf
	$(BIN)/pincite ask "What were total capital expenditures in 2024?" $(SAMPLES)/quillmere-10k-2024.pdf

serve: setup
	$(BIN)/pincite serve

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py

test: setup
	$(BIN)/python -m pytest --cov --cov-report=term-missing:skip-covered --cov-fail-under=90 -n 2 --dist loadfile -m "not soak"

soak: setup
	$(BIN)/python -m pytest -m soak

pictures: setup
	$(BIN)/python -m pytest tests/ui/test_pictures.py --pictures docs/images

clean:
	rm -rf build .pincite
