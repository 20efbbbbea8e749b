# Two commands matter: `make run` and `make test`. Both set up what they need in .venv first.
PORT ?= 8501
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
export OMP_NUM_THREADS := 1

.PHONY: run scheduler worker test check audit quick format lint types bench bench-peers catalogue clean

run: $(VENV)/.run-ready
	@echo "Gatescope: http://localhost:$(PORT)"
	@$(BIN)/python -m core.serving --server.port $(PORT) --server.headless true

# Trainings on other machines: a scheduler, workers, and `make run`, all with the same GATESCOPE_SCHEDULER.
scheduler: $(VENV)/.run-ready
	@$(BIN)/python -m core.service.processes scheduler

worker: $(VENV)/.run-ready
	@$(BIN)/python -m core.service.processes worker

# Side by side in as many processes; one of them has the browser.
JOBS ?= 2
test: $(VENV)/.dev-ready
	$(BIN)/python -m pytest -n $(JOBS) --no-loadscope-reorder || \
	  { echo "What failed beside others is run once more, alone:"; \
	    $(BIN)/python -m pytest --last-failed --last-failed-no-failures none; }

check: $(VENV)/.dev-ready lint types test

# Known holes in what is installed; says so where pip-audit or its database cannot be had, and fails only where a hole
# is found (its own exit code 1, with a table of them).
audit: $(VENV)/.dev-ready
	@if ! $(BIN)/python -c "import pip_audit" 2>/dev/null; then \
	  echo "audit: SKIPPED, pip-audit is not installed ($(BIN)/python -m pip install pip-audit)"; \
	else \
	  told=$$(mktemp); $(BIN)/python -m pip_audit --skip-editable --progress-spinner off >"$$told" 2>&1; code=$$?; \
	  cat "$$told"; found=$$(grep -c "^Found .*known vulnerabilit" "$$told"); rm -f "$$told"; \
	  if [ $$code -ne 0 ] && [ $$found -eq 0 ]; then echo "audit: SKIPPED, the database could not be read"; \
	  else exit $$code; fi; \
	fi

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

# Speed beside what is asked of it, into docs/performance.md; then the forecasts, and the server's time a page. Each
# says what it misses, and the others still run.
bench: $(VENV)/.dev-ready
	-$(BIN)/python -m benchmarks.performance
	-$(BIN)/python -m benchmarks.figures
	$(BIN)/python -m benchmarks.first_chart --here

# Beside the same training by other libraries, in an environment of their own.
bench-peers: $(VENV)/.dev-ready $(PEERS)/.ready
	$(BIN)/python -m benchmarks.peers $(PEERS)/bin/python

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

# Where one of them cannot be had, the others are still measured, and it is said to be missing.
$(PEERS)/.ready: benchmarks/peers.txt
	$(PYTHON) -m venv $(PEERS)
	@grep -v '^ *#' benchmarks/peers.txt | sed 's/ *#.*//' | while read -r peer; do \
	  $(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check "$$peer" || echo "not installed: $$peer"; \
	done
	@touch $@

# Collects the sentences of the code into the Chinese catalogue; what is new waits there for its translation.
catalogue: $(VENV)/.dev-ready
	$(BIN)/pybabel -q extract -k N_ -k counted:1,2 --add-location=file -o locale/gatescope.pot core pages
	$(BIN)/pybabel -q update -i locale/gatescope.pot -d locale -D gatescope -l zh_CN --no-fuzzy-matching --ignore-obsolete
	rm locale/gatescope.pot

clean:
	rm -rf $(VENV) $(PEERS) .pytest_cache .mypy_cache .ruff_cache .hypothesis
