# Two commands matter: `make run` and `make test`. Both set up what they need in .venv first.
PORT ?= 8501
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export OMP_NUM_THREADS := 1

.PHONY: run test check quick format lint types bench catalogue clean

run: $(VENV)/.run-ready
	@echo "Gatescope: http://localhost:$(PORT)"
	@$(BIN)/streamlit run app.py --server.port $(PORT) --server.headless true

test: $(VENV)/.dev-ready
	$(BIN)/python -m pytest

check: $(VENV)/.dev-ready lint types test

# What a contributor runs between two thoughts: no worker, no browser, no training longer than a second.
quick: $(VENV)/.dev-ready lint types
	$(BIN)/python -m pytest -m "not browser and not cluster and not slow"

format: $(VENV)/.dev-ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/.dev-ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev-ready
	$(BIN)/mypy core app.py

bench: $(VENV)/.dev-ready
	$(BIN)/python -m benchmarks.first_chart
	$(BIN)/python -m benchmarks.load
	$(BIN)/python -m benchmarks.figures

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run-ready: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m core.kernel
	@touch $@

$(VENV)/.dev-ready: requirements.txt requirements-dev.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@$(BIN)/python -m core.kernel
	@touch $@ $(VENV)/.run-ready

# Collects the sentences of the code into the Chinese catalogue; what is new waits there for its translation.
catalogue: $(VENV)/.dev-ready
	$(BIN)/pybabel -q extract -k N_ -k counted:1,2 --add-location=file -o locale/gatescope.pot core pages
	$(BIN)/pybabel -q update -i locale/gatescope.pot -d locale -D gatescope -l zh_CN --no-fuzzy-matching --ignore-obsolete
	rm locale/gatescope.pot

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
