# What people and CI run. `make` alone lists the targets.
#   PYTHON=python3.12   another interpreter (Python 3.11 or newer)
#   ARGS="--port 9000"  passed on: by `run` to the server, by `test` and `test-all` to pytest, by `lock` to uv

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header

# The folders are listed too: their time changes when a file is removed.
WEB_SOURCES := $(shell find web -mindepth 1 \( -name node_modules -o -name dist \) -prune -o -print 2>/dev/null)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
		printf '  make %-10s %s\n' "$$name" "$$text"; done

.PHONY: run
run: build ## Build what is missing and serve the demo on http://127.0.0.1:8080
	@exec $(BIN)/python -m sportello serve --demo $(ARGS)

.PHONY: build
build: system $(VENV)/.run web/dist/.built ## Install what the server needs and build the web apps

.PHONY: test
test: system-test build $(VENV)/.dev ## Run the tests, in real Chromium too
	$(BIN)/npm --prefix web test
	$(BIN)/python -m pytest $(ARGS)

.PHONY: test-all
test-all: system-test build $(VENV)/.dev ## Run the tests and the long ones
	$(BIN)/npm --prefix web test
	$(BIN)/python -m pytest -m "" $(ARGS)

.PHONY: check
check: build $(VENV)/.dev ## Lint, types, import rules, contrast and size budgets
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m signalling.protocol.typescript --check
	$(BIN)/npm --prefix web run check
	$(BIN)/python -m tools.contrast
	$(BIN)/python -m tools.budgets

.PHONY: lock
lock: $(VENV)/.dev ## Lock what requirements/*.in ask for (ARGS=--upgrade: the newest versions)
	for name in run build dev; do $(UV_COMPILE) $(ARGS) requirements/$$name.in -o requirements/$$name.txt || exit 1; done

.PHONY: clean
clean: ## Remove what was installed and built, but not the data under var/
	rm -rf $(VENV) web/node_modules web/dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: system system-test
system:
	@PYTHON="$(PYTHON)" tools/system_packages.sh run
system-test:
	@PYTHON="$(PYTHON)" tools/system_packages.sh test

$(BIN)/python: | system
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt requirements/build.txt | $(BIN)/python
	$(PIP_INSTALL) -r requirements/run.txt -r requirements/build.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(PIP_INSTALL) -r requirements/dev.txt
	@touch $@

web/node_modules/.installed: web/package.json web/package-lock.json | $(VENV)/.run
	$(BIN)/npm --prefix web ci --no-audit --no-fund
	@touch $@

web/dist/.built: web/node_modules/.installed $(WEB_SOURCES)
	$(BIN)/npm --prefix web run build
	@touch $@
