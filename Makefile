# Needs Python 3.11 or newer and nothing else. Another interpreter: make demo PYTHON=python3.12
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
# Extras stay in the lock: an older pip looks for `coverage[toml]` by itself, and takes the newest, which no hash knows.
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header --no-annotate --no-strip-extras --quiet
# Where bytecode may not be kept, each of the many processes that the tests start compiles every library anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo setup test coverage lint lock browser bench

help:
	@echo "make demo      a sample company, three simulated platforms and the bot: prints one address"
	@echo "make test      every test, on SQLite, PostgreSQL and Valkey"
	@echo "make coverage  the same, and which lines no test runs; takes half as long again"
	@echo "make lint      style, types, and which way imports point"
	@echo "make bench     the figures of docs/performance.md"
	@echo "make lock      choose the newest versions anew (needs uv)"

demo: .venv/running
	$(BIN)/python -m bot demo

setup: .venv/developing

test: .venv/developing browser
	$(BIN)/python -m pytest -q -n auto --dist worksteal $(TESTS)

coverage:
	$(MAKE) test TESTS="--cov --cov-report=term:skip-covered"

# Where the machine lets us install one; elsewhere the tests of the page say that they are skipped.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		{ apt-get -qq update && apt-get -qq install -y chromium fonts-noto-cjk; } >/dev/null 2>&1; } || \
		echo "No Chromium here: the tests of the page are skipped."

bench: .venv/developing
	$(INSTALL) lark-oapi
	$(BIN)/python -m tests.bench.start_up
	$(BIN)/python -m tests.bench.understanding
	$(BIN)/python -m tests.bench.sweep
	$(BIN)/python -m tests.bench.sweep --postgres --people 10000,100000
	$(BIN)/python -m tests.bench.silence
	$(BIN)/python -m tests.bench.per_person

lint: .venv/developing
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

lock:
	$(LOCK) --upgrade --output-file requirements.txt
	$(LOCK) --upgrade --group dev --constraint requirements.txt --output-file requirements-dev.txt

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Maibo needs Python 3.11 or newer: make demo PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/running: requirements.txt | .venv/bin/python
	$(INSTALL) --require-hashes -r requirements.txt
	@touch $@

.venv/developing: requirements-dev.txt pyproject.toml | .venv/bin/python
	$(INSTALL) --require-hashes -r requirements-dev.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch .venv/running $@
