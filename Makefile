# What people and CI run. `make` alone lists the targets.
#   PYTHON=python3.12   another interpreter (Python 3.11 or newer)
#   ARGS="--port 9000"  passed on: by `run` to the server, by `test` and `test-all` to pytest, by `lock` to uv

PYTHON ?= python3
ARGS ?=
SECONDS ?= 60

VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header

BUILD_NATIVE := $(BIN)/python setup.py --quiet build_ext --inplace
NATIVE_SOURCES := setup.py $(foreach folder,media/sfu/native media/backgrounds/native benchmarks/native benchmarks/forwarding,\
	$(wildcard $(folder)/*.[ch] $(folder)/*.pyx))
MODEL := media/backgrounds/models/selfie_segmenter_landscape.tflite
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined

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
build: system $(VENV)/.run $(VENV)/.native $(MODEL) web/dist/.built ## Install what the server needs; build the native parts and the web apps

.PHONY: test
test: system-test build $(VENV)/.dev ## Run the tests, in real Chromium too
	$(BIN)/npm --prefix web test
	$(BIN)/python -m pytest $(ARGS)

.PHONY: test-all
test-all: system-all build $(VENV)/.dev ## Run the tests and the long ones
	$(BIN)/npm --prefix web test
	$(BIN)/python -m pytest -m "" $(ARGS)
	$(MAKE) sanitize fuzz

.PHONY: fuzz
fuzz: system-fuzz ## Fuzz the packet path (SECONDS=60 for each target)
	tools/fuzz.sh $(SECONDS)

.PHONY: sanitize
sanitize: build $(VENV)/.dev ## Test the packet path under the address and undefined-behaviour sanitizers
	CFLAGS="-g -O1 $(SANITIZE)" LDFLAGS="$(SANITIZE)" $(BUILD_NATIVE) --force
	LD_PRELOAD="$$($(CC) -print-file-name=libasan.so) $$($(CC) -print-file-name=libubsan.so)" \
		ASAN_OPTIONS=detect_leaks=0 $(BIN)/python -m pytest tests/media $(ARGS); \
		status=$$?; $(BUILD_NATIVE) --force; exit $$status

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
	rm -rf $(VENV) build media/*/native/*.so media/backgrounds/models benchmarks/*/*.so web/node_modules web/dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: system system-test system-all system-fuzz
system:
	@PYTHON="$(PYTHON)" tools/system_packages.sh run
system-test:
	@PYTHON="$(PYTHON)" tools/system_packages.sh test
system-all:
	@PYTHON="$(PYTHON)" tools/system_packages.sh all
system-fuzz:
	@PYTHON="$(PYTHON)" tools/system_packages.sh fuzz

$(BIN)/python: | system
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt requirements/build.txt | $(BIN)/python
	$(PIP_INSTALL) -r requirements/run.txt -r requirements/build.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(PIP_INSTALL) -r requirements/dev.txt
	@touch $@

$(VENV)/.native: $(NATIVE_SOURCES) $(VENV)/.run
	$(BUILD_NATIVE)
	@touch $@

$(MODEL): tools/segmentation_model.py | $(VENV)/.run
	$(BIN)/python -m tools.segmentation_model $@

web/node_modules/.installed: web/package.json web/package-lock.json | $(VENV)/.run
	$(BIN)/npm --prefix web ci --no-audit --no-fund
	@touch $@

web/dist/.built: web/node_modules/.installed $(WEB_SOURCES)
	$(BIN)/npm --prefix web run build
	@touch $@
