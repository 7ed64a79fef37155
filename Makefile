# One command per chore, and continuous integration runs the same ones.
# Needs: Python 3.11 or newer with pip and venv, make, bash. `make` alone lists the targets.

SHELL := bash
.DEFAULT_GOAL := help
.PHONY: .needs-data help install demo up test faults check lock bench bench-large soak eval train tables compose-test compose-scraper-test screenshots docs fuzz clean

PYTHON ?= python3
BIN := .venv/bin
BENCH := .venv-bench/bin
PACKAGES := copytrail service worker scraper
SOURCES := $(shell find $(PACKAGES) -type f -not -path '*/__pycache__/*')

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/.runtime ## the environment alone, in .venv

demo: .venv/.runtime ## everything from nothing: start it, post the seed stories, print their clusters, stop it
	@$(BIN)/python -m seeds.demo

up: .venv/.runtime ## the whole service until Ctrl-C; ARGS="--port 9000" is passed on
	@$(BIN)/copytrail up $(ARGS)

# What is tested is the wheel: it shadows the checkout, which still lends the seeds and the tests themselves.
WHEEL := PYTHONPATH=$(CURDIR)/build/wheel PYTHONSAFEPATH=1
test: .venv/.dev .venv-scrapers/.ready build/wheel/.built ## all tests, on the built wheel and real stores; ARGS="-k name" is passed on
	@$(WHEEL) $(BIN)/python -m pytest --numprocesses auto --dist loadfile $(ARGS)

faults: .venv/.dev ## write under kills, stops, cuts and full memory, then count; ROUNDS=50 for a night, SEED=7 to repeat
	@$(BIN)/python -m pytest -m long tests/faults
	@PYTHONPATH=tests/machinery $(BIN)/python -m campaign $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SEED),--seed $(SEED))

fuzz: .venv/.dev ## hostile bytes into everything that reads what strangers send; SECONDS=60 for each of the five targets
	@$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),60)

check: .venv/.dev ## formatter, linter, types, layer rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: .venv-bench/.ready ## speed, side by side with its peers; DATA=dir takes real articles instead of made-up ones
	@$(BENCH)/python -m bench.speed $(if $(DATA),--data "$(DATA)") $(ARGS)

bench-large: .venv-bench/.ready ## the rows that take an hour: a million articles, the buckets of ten million, 100,000 articles offline
	@$(BENCH)/python -m bench.speed --table growth_large --table buckets_large --table offline_large $(ARGS)

soak: .venv-bench/.ready ## ten minutes (SECONDS=600) of articles that come and go: nothing may grow
	@$(BENCH)/python -m bench.soak --seconds $(or $(SECONDS),600) $(ARGS)

eval: .needs-data .venv-bench/.ready ## detection quality on labelled corpora: make eval DATA=dir
	@$(BENCH)/python -m bench.eval "$(DATA)" $(ARGS)

train: .needs-data .venv-bench/.ready ## train the shipped models anew on labelled corpora: make train DATA=dir
	@$(BENCH)/python -m bench.train "$(DATA)"
	@$(BENCH)/python -m bench.train.direction "$(DATA)"

tables: .venv-bench/.ready ## build the shipped tables of characters and terms anew
	@$(BENCH)/python -m bench.tables

docs: .venv/.dev ## write docs/reference anew from the code
	@$(BIN)/python -m docs.generate

screenshots: .venv/.dev ## the pages on the seed stories, as pictures in docs/pictures; needs Chromium
	@$(BIN)/python -m seeds.screenshots

.needs-data:
	@[[ -n "$(DATA)" ]] || { echo "This needs the folder of the labelled corpora: make $(MAKECMDGOALS) DATA=path/to/it" >&2; exit 2; }

# A project of its own on a free port, so that a running `docker compose up` is left alone.
compose-test: export COPYTRAIL_PORT := 0
compose-test: .venv/.runtime ## with a docker engine at hand: compose up, post the seeds, check the clusters, take all down
	@compose="docker compose --project-name copytrail-test"; set -e; \
	trap "$$compose down --volumes --timeout 10" EXIT; \
	$$compose up --build --detach --wait; \
	api="http://$$($$compose port service 8080)"; \
	$(BIN)/copytrail ingest seeds/*.jsonl --api "$$api" --wait; \
	$(BIN)/python -m seeds.truth "$$api"

# The same from the demo site: everything is found, fetched and extracted by the scraper.
compose-scraper-test: export COPYTRAIL_PORT := 0
compose-scraper-test: export DEMO_SITE_PORT := 0
compose-scraper-test: .venv/.runtime ## with a docker engine at hand: compose up with scraper and demo site, check the clusters, take all down
	@compose="docker compose --project-name copytrail-scraper-test --profile scraper --profile demo-site"; set -e; \
	trap "$$compose down --volumes --timeout 10" EXIT; \
	$$compose up --build --detach --wait; \
	$(BIN)/python -m seeds.truth "http://$$($$compose port service 8080)" --scraped --wait 300

LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
lock: .venv/.dev ## resolve the dependencies anew into the lock files
	@$(LOCK) pyproject.toml -o requirements.lock
	@$(LOCK) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	@$(LOCK) pyproject.toml --group bench -c requirements.lock -o requirements-bench.lock
	@$(LOCK) --no-strip-extras --group scrapers -o requirements-scrapers.lock

clean: ## remove the environment and everything built
	@rm -rf .venv .venv-bench .venv-scrapers build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# pip's chatter, one line a package.
PROGRESS := awk '/^(Collecting|Processing)/ { sub(".*/", "", $$2); printf "  %3d  %s\n", ++n, $$2; fflush() } /^Installing collected/ { print "  unpacking"; fflush() }'
PIP_INSTALL := -m pip install --disable-pip-version-check --progress-bar off
PIP := $(BIN)/python $(PIP_INSTALL)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Copytrail needs Python 3.11 or newer; '$(PYTHON)' is older. Try: make PYTHON=python3.12" >&2; exit 2; }
	@echo "Making the environment in .venv"
	@$(PYTHON) -m venv .venv

.venv/.runtime: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing what Copytrail needs ($$(grep -c '==' requirements.lock) packages, once)"
	@set -o pipefail; $(PIP) --require-hashes -r requirements.lock | $(PROGRESS)
	@$(PIP) --quiet --no-deps --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	@echo "Installing what its tests and checks need"
	@set -o pipefail; $(PIP) --require-hashes -r requirements-dev.lock | $(PROGRESS)
	@touch $@

# The peers stay out of the environment that is tested and shipped.
.venv-bench/.ready: requirements-bench.lock pyproject.toml | .venv/bin/python
	@echo "Installing what the benches need ($$(grep -c '==' requirements-bench.lock) packages, once)"
	@$(PYTHON) -m venv .venv-bench
	@set -o pipefail; $(BENCH)/python $(PIP_INSTALL) --require-hashes -r requirements-bench.lock | $(PROGRESS)
	@$(BENCH)/python $(PIP_INSTALL) --quiet --no-deps --editable .
	@touch $@

# Libraries that scrapers use and that cannot be installed beside ours: the tests run them to post what they emit.
.venv-scrapers/.ready: requirements-scrapers.lock | .venv/bin/python
	@echo "Installing scrapers whose output the tests post ($$(grep -c '==' requirements-scrapers.lock) packages, once)"
	@$(PYTHON) -m venv .venv-scrapers
	@set -o pipefail; .venv-scrapers/bin/python $(PIP_INSTALL) --require-hashes -r requirements-scrapers.lock | $(PROGRESS)
	@touch $@

build/wheel/.built: $(SOURCES) pyproject.toml LICENSE README.md | .venv/.dev
	@echo "Building the wheel"
	@rm -rf build/wheel
	@$(PIP) --quiet --no-deps --no-build-isolation --target build/wheel .
	@echo "Compiling the detector"
	@$(WHEEL) $(BIN)/python -m copytrail.warmup
	@touch $@
