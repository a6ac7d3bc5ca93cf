# Needs Python 3.11 or newer, make and pip; `make help` lists what it can do.
# Another Python: make PYTHON=python3.12 test

PYTHON ?= python3
VENV   := .venv
BIN    := $(CURDIR)/$(VENV)/bin
PIP    := $(BIN)/python -m pip -qq
UV     := uv==0.13.9

# What `make mutants` breaks: a module below src/amazon_selling_partner, and every nth mutant of it.
MODULE := amazon/throttle.py
EVERY  := 1

# One environment that grows with what is asked of it; a stamp says how far it is. The stamps carry the Python version,
# so another PYTHON makes another environment.
VERSION     := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
PLAYGROUND  := $(VENV)/.playground-$(VERSION)
PROJECT     := $(VENV)/.project-$(VERSION)
WORKSPACE   := $(VENV)/.workspace-$(VERSION)
DEVELOPMENT := $(VENV)/.development-$(VERSION)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo workspace test mutants check lint types usage usage-check messages format bench screenshots lock upgrade python clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(PROJECT) ## See the documented steps answered, through Kognitos's own client and a local Amazon
	@$(BIN)/python -m playground demo

workspace: $(WORKSPACE) ## Connect, run steps and look at orders in a browser
	@$(BIN)/python -m playground workspace

test: $(DEVELOPMENT) ## Run the tests, on all cores
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal

mutants: $(DEVELOPMENT) ## Break MODULE=amazon/throttle.py in many small ways, and list those no test notices
	@$(BIN)/python tests/mutants.py $(MODULE) --every $(EVERY)

check: lint types usage-check test ## All that CI checks: lint, types, USAGE.md, tests

lint: $(DEVELOPMENT) ## ruff, and pylint with the Kognitos linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pylint src

types: $(DEVELOPMENT) ## mypy, strict, on src and playground
	@$(BIN)/mypy

format: $(DEVELOPMENT) ## Format the code and sort the imports
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

# Poetry's plugin writes USAGE.md into the current directory, from the installed book: both targets run it in a
# scratch directory, where its temporary files stay too.
define generate_usage
	set -e; scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; cd "$$scratch"; \
	VIRTUAL_ENV=$(CURDIR)/$(VENV) TMPDIR="$$scratch" POETRY_NO_INTERACTION=1 POETRY_KEYRING_ENABLED=false \
	    $(BIN)/poetry --project $(CURDIR) bdk usage > log 2>&1 || { cat log >&2; exit 1; };
endef

usage: $(DEVELOPMENT) ## Write USAGE.md anew from the book
	@$(generate_usage) cp USAGE.md $(CURDIR)/USAGE.md

usage-check: $(DEVELOPMENT) ## Fail when USAGE.md is not what the book says
	@$(generate_usage) diff -u $(CURDIR)/USAGE.md USAGE.md \
	    || { echo "USAGE.md is out of date: run 'make usage' and commit the result." >&2; exit 1; }
	@echo "USAGE.md is up to date"

messages: $(DEVELOPMENT) ## Write docs/messages.md anew from the messages
	@$(BIN)/python -m tests.messages_page

bench: $(DEVELOPMENT) ## Measure the book beside its peers
	@$(BIN)/python -m benchmarks

screenshots: $(DEVELOPMENT) ## Take the README's pictures of the page anew
	@$(BIN)/python -m playground.page.screenshots

# One lock for every supported Python and system; all take their versions from development's, so that one environment
# can hold each of them in turn.
define compile
	$(VENV)-lock/bin/uv --quiet --no-config pip compile --universal --python-version 3.11 --generate-hashes \
	    --custom-compile-command "make lock" $(UPGRADE)
endef
define compile_like_development
	$(compile) --constraints requirements/development.txt
endef

lock: python ## Bring requirements/*.txt in line with pyproject.toml
	@$(PYTHON) -m venv --clear $(VENV)-lock && $(VENV)-lock/bin/python -m pip -qq install $(UV)
	@$(compile) pyproject.toml --group development --output-file requirements/development.txt
	@$(compile_like_development) pyproject.toml --group workspace --output-file requirements/workspace.txt
	@$(compile_like_development) pyproject.toml --group playground --output-file requirements/playground.txt
	@$(compile_like_development) pyproject.toml --output-file requirements/runtime.txt
	@$(compile_like_development) --group build --output-file requirements/build.txt
	@rm -rf $(VENV)-lock

upgrade: ## The same, with the newest versions pyproject.toml allows
	@$(MAKE) --no-print-directory lock UPGRADE=--upgrade

clean: ## Remove the environment, builds and caches
	@rm -rf $(VENV) $(VENV)-lock build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .nicegui
	@find src tests playground benchmarks -type d -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "This project needs Python 3.11 or newer; $(PYTHON) is $(or $(VERSION),not there)." \
	        "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }

$(PLAYGROUND): requirements/build.txt requirements/playground.txt | python
	@echo "Setting up $(VENV) with Python $(VERSION) (only once) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --require-hashes -r requirements/build.txt -r requirements/playground.txt
	@touch $@

$(PROJECT): $(PLAYGROUND) pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# What follows adds to the environment and changes nothing in it: every lock agrees with development's.
$(WORKSPACE) $(DEVELOPMENT): $(VENV)/.%-$(VERSION): requirements/%.txt $(PLAYGROUND) | $(PROJECT)
	@echo "Adding requirements/$*.txt to $(VENV) ..."
	@$(PIP) install --require-hashes -r $<
	@touch $@
