# `make` alone lists what can be done. Needs Python 3.11 to 3.13 and make (GNU 3.81, as on macOS, or later);
# uv is used where it is installed. Everything else comes from requirements.lock into .venv.

SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Two workers, a file of tests stays in one: what a file builds once is built once. The order is tests/conftest.py's.
PYTEST ?= $(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-rigs soak mutations bench lint types lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: $(VENV)/.project ## make .venv from the lock file (the other targets do this when needed)

demo: setup ## a simulated shop: make its data, build, check, publish a release, show three answers
	@$(BIN)/opsmart --config opsmart.yml run --welcome

test: lint types ## the core suite: lint, types, pytest, dbt unit and data tests
	@echo "==> tests"
	@$(PYTEST)

test-rigs: setup ## what needs servers (PostgreSQL, MariaDB, nginx, shops in Node) or a browser (Chromium)
	@echo "==> rigs"
	@$(PYTEST) -m rigs

soak: setup ## long fault and load runs
	@echo "==> soak"
	@$(BIN)/pytest -m soak --timeout 7200 --durations 10

mutations: setup ## break every model in turn and list which test sees it (an hour)
	@echo "==> mutations"
	@$(BIN)/python -m tests.dbt.mutations

bench: setup ## measure the pipeline's speed on this machine
	@$(BIN)/python -m tests.benchmarks
	@$(BIN)/python -m tests.benchmarks.landing
	@$(BIN)/python -m tests.benchmarks.apis
	@$(BIN)/python -m tests.benchmarks.warehouse

lint: setup ## ruff, sqlfluff
	@echo "==> lint"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "ruff format: run $(BIN)/ruff format ."; exit 1; }
	@PYTHONWARNINGS=ignore $(BIN)/sqlfluff lint --processes 0 --nocolor --disable-progress-bar dbt_project/models dbt_project/tests | grep -v '^All Finished'; \
		exit $${PIPESTATUS[0]}

types: setup ## mypy
	@echo "==> types"
	@$(BIN)/mypy --no-error-summary

lock: ## resolve requirements.lock anew (needs uv; UPGRADE=--upgrade takes newer versions)
	@uv --version >/dev/null 2>&1 || { echo "make lock needs uv"; exit 1; }
	@uv pip compile -q pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-strip-extras --no-header --no-emit-index-url --no-emit-find-links $(UPGRADE) -o requirements.lock
	@! grep -nE '[a-z]+://' requirements.lock

clean: ## remove .venv and caches; the warehouse stays
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis dbt_project/target dbt_project/logs
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# The stamp is a copy of the lock file, so a checkout that only touches it installs nothing.
$(VENV)/.lock: requirements.lock
	@if cmp -s $< $@; then touch $@; else $(call install); cp $< $@; fi

$(VENV)/.project: pyproject.toml $(VENV)/.lock
	@if uv --version >/dev/null 2>&1; \
		then uv pip install -q -p $(BIN)/python --no-deps --no-build-isolation -e .; \
		else $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; fi
	@touch $@

define install
	set -e -o pipefail; \
	py=; for p in $(PYTHON) python3.13 python3.12 python3.11; do \
		if "$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
			then py=$$p; break; fi; done; \
	rm -rf $(VENV); start=$$SECONDS; \
	if uv --version >/dev/null 2>&1; then \
		echo "==> making $(VENV) with uv"; \
		uv venv -q --python "$${py:->=3.11,<3.14}" $(VENV); \
		uv pip install -p $(BIN)/python --compile-bytecode --require-hashes -r $< 2>&1 | { grep -v '^ + ' || true; }; \
	elif [ -z "$$py" ]; then \
		echo "opsmart needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo not there)."; \
		echo "Install one of them, or say where it is: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; \
	else \
		echo "==> making $(VENV) with pip ($$($$py --version)): about two minutes, once"; \
		$$py -m venv $(VENV) || { echo "python's venv module is missing (Debian, Ubuntu: the package python3-venv)"; exit 1; }; \
		$(BIN)/python -m pip install --disable-pip-version-check --no-input --progress-bar off \
			--require-hashes -r $< 2>&1 | tee $(VENV)/install.log | awk ' \
				/^(Collecting|Processing)/ { if (++n % 20 == 0) print "    " n " packages fetched" } \
				/^Installing/ { print "    installing " n " packages" } { fflush() }' \
			|| { tail -n 20 $(VENV)/install.log; exit 1; }; \
	fi; \
	echo "    done in $$((SECONDS - start)) s"
endef
