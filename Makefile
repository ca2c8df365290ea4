# Every target does its own set-up: Python 3.11 or newer, make and git are enough.
#   make demo            the whole job, in Chinese (DEMO_LANG=en for English)
#   make test            what must be green before a commit
# PYTHON=python3.12 chooses the interpreter, WORKERS=4 the number of test processes,
# SERVER=https://... the address that the clerk's kit brings along.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test test-long bench bench-import bench-contacts profile fuzz serve wheel clerk-kit docs clean

# Compiled modules are kept: the tests start many programs, each of which would compile all of them again.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
WORKERS ?= 2

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$each -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$each && break; done)

# Patient with a slow line; both may be set in the environment.
export PIP_DEFAULT_TIMEOUT ?= 180
export PIP_RETRIES ?= 10
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(STAMP) ## the whole job from a roster to a signed handover, on a fresh database
	@$(BIN)/fangang-server demo

test: $(STAMP) ## lint, types, import contracts, then every test that is quick (two databases)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > $(VENV)/lint-imports.log || { cat $(VENV)/lint-imports.log; exit 1; }
	@$(BIN)/pytest -q -n $(WORKERS) --dist worksteal -m "not long"

test-long: $(STAMP) ## the tests that take minutes: races, crashes, an installed wheel
	@$(BIN)/pytest -q -n $(WORKERS) --dist worksteal -m long

bench: $(STAMP) ## door and imports against what people write today, ten minutes (ROWS=10000; PEER=0: no download)
	@ROWS=$(or $(ROWS),10000) PEER=$(or $(PEER),1) $(BIN)/python -m tests.bench

bench-import: $(STAMP) ## imports against their limits and what people use today (ROWS=100000; PEER=0: no download)
	@ROWS=$(or $(ROWS),100000) PEER=$(or $(PEER),1) $(BIN)/python -m tests.bench.imports

bench-contacts: $(STAMP) ## who rode with whom over ten million event rows, 5 GB in TMPDIR (EVENTS=10000000)
	@EVENTS=$(or $(EVENTS),10000000) $(BIN)/python -m tests.bench.contacts

profile: $(STAMP) ## where an event's time goes, by room
	@$(BIN)/python -m tests.bench.door.profiling

fuzz: $(STAMP) ## any bytes into the reader of rosters and its rules (SECONDS=1800; see tests/fuzz)
	@$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),1800)

serve: $(STAMP) ## the server on data/, after bringing its database to the newest form (PORT=8000)
	@$(BIN)/fangang-server migrate
	@$(BIN)/fangang-server serve --port $(or $(PORT),8000)

wheel: $(STAMP) ## dist/fangang-*.whl, which carries client, server and migrations
	@rm -f dist/fangang-*.whl
	@$(BIN)/hatchling build -t wheel -d dist
	@ls dist

clerk-kit: $(STAMP) ## dist/clerk-kit/, which installs the client on an office PC without a network
	@$(BIN)/python -m cli.kit.making dist/clerk-kit "$(SERVER)"

docs: $(STAMP) ## write docs/cli.md, the list of files and the table of personal data anew
	@$(BIN)/python -m tests.architecture.command_pages
	@$(BIN)/python -m tests.architecture.file_pages
	@$(BIN)/python -m tests.privacy.table

clean: ## remove what the targets made; data/ stays
	@rm -rf $(VENV) dist build .mypy_cache .ruff_cache .import_linter_cache .hypothesis .fuzz
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up ---------------------------------------------------------------------------------------
# Some distributions take pip out of venv: then virtualenv, then the interpreter's own pip.
MAKE_VENV = "$(PYTHON)" -m venv $(VENV) || "$(PYTHON)" -m virtualenv -q $(VENV) || { \
	rm -rf $(VENV); "$(PYTHON)" -m venv --without-pip $(VENV) && \
	"$(PYTHON)" -m pip --python $(BIN)/python install --quiet pip; }

# The stamp is older than what it depends on: install again. The interpreter no longer starts (an
# upgrade), or the folder was moved: begin anew. A broken-off installation leaves no stamp.
USABLE := $(shell $(BIN)/python -c 'import pip' 2>/dev/null && \
	{ ! test -s $(STAMP) || test "$$(cat $(STAMP))" = "$(CURDIR)"; } && echo yes)
ifeq ($(USABLE),)
.PHONY: $(STAMP)
endif

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" && "$(PYTHON)" -c '$(NEW_ENOUGH)' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed (found: $$($(or $(PYTHON),python3) -V 2>&1)). Name one: make PYTHON=/path/to/python3.11" >&2; \
	  exit 1; }
	@rm -f $@
	@test -n "$(USABLE)" || { rm -rf $(VENV); $(MAKE_VENV); } >$(VENV).log 2>&1 || { \
	  cat $(VENV).log >&2; rm -rf $(VENV) $(VENV).log; \
	  echo "This Python cannot make a virtual environment. Debian, Ubuntu: apt install python3-venv; elsewhere: install virtualenv, or name another Python: make PYTHON=..." >&2; \
	  exit 1; }
	@rm -f $(VENV).log
	@echo "Installing into $(VENV) (the first time takes some minutes) ..." >&2
	@$(PIP_INSTALL) -c constraints.txt -e '.[server,dev]'
	@$(PIP_INSTALL) -c constraints.txt --no-deps openapi-python-client # its command line wants an older typer; tests use none
	@echo "$(CURDIR)" > $@
