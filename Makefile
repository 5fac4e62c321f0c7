# make          what there is, after a look at the machine
# make demo     a generated portfolio rated, limited and warned about
# make test     everything a test may check
# make check    style, types and import contracts only
# make draft    the policy in rules/ started, checked, proved and tried, ready to be approved: AUTHOR=, NOTE=, TRIAL=

PYTHON ?= $(shell command -v python3.12 >/dev/null 2>&1 && python3.12 -c '' 2>/dev/null && echo python3.12 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
DEMO := demo

.PHONY: help doctor environment demo test check draft lock clean

help: doctor
	@sed -n 's/^# //p' Makefile

doctor:
	@$(PYTHON) src/riskengine/workflows/doctor.py

environment: doctor $(READY)

# The lock file names every package with its hash; nothing else is installed.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

# The demo begins anew each time: an older champion would otherwise go on rating.
demo: environment
	rm -rf $(DEMO)
	$(BIN)/riskengine generate --customers 5000 --months 36 --seed 7 --out $(DEMO)/tables
	$(BIN)/riskengine train --tables $(DEMO)/tables --spec models/pd_12m.yaml --workspace $(DEMO)/workspace
	$(BIN)/riskengine rerate --tables $(DEMO)/tables --as-of 2025-11-30 --workspace $(DEMO)/workspace --previous none --out $(DEMO)/runs/2025-11-30
	$(BIN)/riskengine rerate --tables $(DEMO)/tables --as-of 2025-12-31 --workspace $(DEMO)/workspace --case-pages 10 --out $(DEMO)/runs/2025-12-31
	@echo
	@echo "The portfolio report is ready. Open it in a browser:"
	@echo "  $(abspath $(DEMO))/runs/2025-12-31/report.html"
	@echo "Whose case to look at first, and what is behind one:"
	@echo "  $(BIN)/riskengine warnings list --workspace $(DEMO)/workspace"
	@echo "  $(BIN)/riskengine warnings show CUSTOMER --tables $(DEMO)/tables --workspace $(DEMO)/workspace --out case.html"

test: check
	$(BIN)/riskengine rules check
	$(BIN)/riskengine rules release verify
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

check: environment
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# What is left is somebody else's: riskengine rules release approve, and publish.
draft: environment
	$(BIN)/riskengine rules release start --author "$(AUTHOR)" --note "$(NOTE)"
	$(BIN)/riskengine rules release check
	$(BIN)/riskengine rules release prove
	$(BIN)/riskengine rules release simulate $(TRIAL)
	$(BIN)/riskengine rules release status

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --all-extras \
		--custom-compile-command 'make lock' pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) $(DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis
