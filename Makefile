# Works from a bare clone with Python 3.11+ and make; uv comes along if the machine has none.
.DEFAULT_GOAL := help
SHELL := /bin/sh
export UV_PYTHON_DOWNLOADS = never
export UV_PROJECT_ENVIRONMENT = .venv
# Compiled once, not at each start: where Python may not write its caches, that costs every process seconds.
export UV_COMPILE_BYTECODE = 1
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
SODAI := $(BIN)/sodai
LOCKED := uv.lock pyproject.toml
# Airflow pins other versions of much of this: a project and an environment of its own.
AIRFLOW := airflow/.venv
AIRFLOW_FOLDER ?= airflow-home
AIRFLOW_PORT ?= 8080
HOME_FOLDER ?= sodai-home
COMPANY ?= company
SIZE ?= --customers 300 --products 60 --weeks 52 --seed 7
FLAGS ?=
WORKERS ?= 2
API_PORT ?= 8000
UI_PORT ?= 7860

# The first Python that is new enough and can make environments, as the path of the interpreter itself:
# what stands on PATH may be a version manager's shim, which uv would not accept.
ASK := import sys, venv, ensurepip; sys.exit(1) if sys.version_info < (3, 11) else print(getattr(sys, "_base_executable", sys.executable))
FIND_PYTHON = for name in $(PYTHON) python3 python3.13 python3.12 python3.11 /usr/bin/python3 /usr/local/bin/python3; do \
	full=$$("$$name" -c '$(ASK)' 2>/dev/null) && break; done; \
	test -n "$$full" || { echo "make: no Python 3.11 or newer with the venv module found; name one: make PYTHON=/path/to/python3 ..." >&2; exit 1; }
FIND_UV = uv=$$(command -v uv || echo $(BIN)/uv); \
	test -x "$$uv" || { $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv; }

.PHONY: help setup run up down browser test lint format type airflow test-airflow bench docs clean

help:  ## what this Makefile can do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 10

$(BIN)/python:
	@$(FIND_PYTHON); echo "environment: $(VENV) with $$full"; "$$full" -m venv $(VENV)

# --inexact: uv itself may live in this environment and is not in the lock file.
$(VENV)/.ready: $(LOCKED) | $(BIN)/python
	@$(FIND_UV); "$$uv" sync --frozen --inexact --no-dev --quiet --python $(BIN)/python
	@touch $@

$(VENV)/.ready-dev: $(LOCKED) | $(BIN)/python
	@$(FIND_UV); "$$uv" sync --frozen --inexact --extra spark --extra postgres --quiet --python $(BIN)/python
	@touch $(VENV)/.ready $@

$(AIRFLOW)/.ready: airflow/uv.lock airflow/pyproject.toml | $(BIN)/python
	@$(FIND_UV); uv=$$(readlink -f "$$uv"); "$$uv" sync --frozen --quiet --project airflow --python $$($(BIN)/python -c '$(ASK)')
	@touch $@

setup: $(VENV)/.ready-dev  ## the environment in .venv, with .venv/bin/sodai and everything the tests need

$(COMPANY)/transacciones.parquet: | $(VENV)/.ready
	$(SODAI) simulate --out $(COMPANY) $(SIZE)

run: $(VENV)/.ready $(COMPANY)/transacciones.parquet  ## simulate a company and run the whole weekly flow on it
	$(SODAI) run --data $(COMPANY) --home $(HOME_FOLDER) $(FLAGS)

up: $(VENV)/.ready  ## start the API and the web page on what `make run` made (it is run first if need be); prints the addresses
	@test -f $(HOME_FOLDER)/predictions/live.json || $(MAKE) --no-print-directory run
	@SODAI=$(SODAI) deploy/up.sh start $(HOME_FOLDER) $(API_PORT) $(UI_PORT)

down:  ## stop what `make up` started
	@deploy/up.sh stop $(HOME_FOLDER)

lint: $(VENV)/.ready-dev  ## style, format, and the order of the rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

format: $(VENV)/.ready-dev  ## lay the code out as the house does
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

type: $(VENV)/.ready-dev $(AIRFLOW)/.ready  ## mypy, strict
	$(BIN)/mypy
	cd airflow && .venv/bin/mypy

# The tests of the page need a browser; Playwright cannot fetch its own everywhere, Debian's package is asked for.
browser:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
	{ echo "make: the tests of the web page need Chromium and cannot install it here; as root: apt-get install chromium" >&2; exit 1; }

# Airflow's tests mostly wait for Airflow: they run beside the others, and what they say comes after.
test: lint type browser  ## everything that must hold before a change lands
	@said=$$(mktemp); trap 'rm -f "$$said"' EXIT; \
	$(MAKE) --no-print-directory test-airflow > "$$said" 2>&1 & airflow=$$!; \
	failed=0; $(BIN)/python -m pytest --doctest-modules src tests -n $(WORKERS) --dist loadfile || failed=$$?; \
	wait $$airflow || failed=$$?; cat "$$said"; exit $$failed

test-airflow: $(VENV)/.ready-dev $(AIRFLOW)/.ready  ## the weekly flow on a real Airflow (part of `make test`)
	$(AIRFLOW)/bin/python -m pytest -c airflow/pyproject.toml --rootdir . --doctest-modules airflow/src tests/airflow

$(AIRFLOW_FOLDER)/sodai_airflow.toml: airflow/developer.toml
	@mkdir -p $(AIRFLOW_FOLDER)
	sed 's|@HERE@|$(CURDIR)|g; s|@FOLDER@|$(abspath $(AIRFLOW_FOLDER))|g; s|@COMPANY@|$(abspath $(COMPANY))|g' $< > $@

airflow: $(VENV)/.ready $(AIRFLOW)/.ready $(COMPANY)/transacciones.parquet $(AIRFLOW_FOLDER)/sodai_airflow.toml  ## a real Airflow with the weekly flow on this machine; Ctrl-C stops it
	AIRFLOW_HOME=$(abspath $(AIRFLOW_FOLDER)) AIRFLOW_PORT=$(AIRFLOW_PORT) $(AIRFLOW)/bin/python -m sodai_airflow.local

bench: $(VENV)/.ready-dev  ## time and memory on the data in DATA=FOLDER (benchmarks/ says what is measured)
	$(BIN)/python -m benchmarks $(if $(DATA),--data $(DATA))

docs: $(VENV)/.ready-dev  ## what is made from the code: features, settings, commands, Airflow's list of tasks
	$(BIN)/python docs/build.py
	$(SODAI) task --list --json > airflow/src/sodai_airflow/tasks.json

clean:  ## the environment, caches, and what `make run` made
	rm -rf $(VENV) $(AIRFLOW) $(COMPANY) $(HOME_FOLDER) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
