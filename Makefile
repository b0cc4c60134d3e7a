# Entry points only: what is done is in build.py (handbill/) and scripts/. Every target sets up what it needs first.

SHELL := /bin/sh
PYTHON ?=
export PYTHON

RUN := .venv/bin/python
BUILD := $(RUN) build.py build
# Words for build.py (make pdf ARGS="gene-therapy --timings") or for pytest (make test ARGS="-k leaflet").
ARGS ?=
WORKERS ?= logical

.DEFAULT_GOAL := help
.PHONY: help setup setup-test pdf html epub slides leaflet formats all check watch doctor verify schemas lint test faults fuzz edits bench images lock clean distclean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install all that a build needs, into this folder where possible
	@scripts/setup.sh build
	@$(RUN) -m compileall -qq handbill
	@test -d schemas || $(RUN) build.py schemas >/dev/null

setup-test:
	@scripts/setup.sh test
	@$(RUN) -m compileall -qq handbill

pdf: setup ## Build the handout as PDF
	$(BUILD) --edition handout --format pdf $(ARGS)

html: setup ## Build the handout as a web page
	$(BUILD) --edition handout --format html $(ARGS)

epub: setup ## Build the handout as an e-book
	$(BUILD) --edition handout --format epub $(ARGS)

slides: setup ## Build the slides: web, PowerPoint and PDF
	$(BUILD) --edition slides $(ARGS)

leaflet: setup ## Build the folded patient leaflet
	$(BUILD) --edition leaflet $(ARGS)

formats: setup ## Build plain text, Braille and the scripts for reading aloud
	$(BUILD) --edition formats $(ARGS)

all: setup ## Build every edition in every format
	$(BUILD) $(ARGS)

check: setup ## Look for mistakes without building anything
	$(RUN) build.py check $(ARGS)

watch: setup ## Build again whenever a file changes
	$(RUN) build.py watch $(ARGS)

doctor: setup ## Show the tools, their versions and what is missing
	$(RUN) build.py doctor

verify: setup-test ## Judge all that was built by every validator, in one table
	$(RUN) build.py verify $(ARGS)

schemas: setup ## Write the JSON Schemas with which editors help to write YAML
	$(RUN) build.py schemas

lint: setup-test ## Check the code: style and types
	$(RUN) -m ruff check .
	$(RUN) -m mypy

test: lint ## Check the code, then run all tests
	$(RUN) -m pytest -n $(WORKERS) --maxprocesses 8 --dist loadfile $(ARGS)

faults: setup-test ## Try the collection of mistakes: is each told exactly, at its own line?
	$(RUN) -m tests.faults.collection

fuzz: setup-test ## Damage real publications 2,000 times: a complaint or a good result, nothing else
	$(RUN) -m pytest -q tests/test_fuzz.py --fuzz 2000

edits: setup-test ## Make 200 random edits: does each build give exactly what a build from nothing gives?
	$(RUN) -m pytest -q tests/test_edits.py --edits 200 $(ARGS)

bench: setup-test ## Time builds beside the least that they could take and beside other tools; one table
	$(RUN) -m scripts.bench $(ARGS)

images: all ## Make the pictures in docs/images anew
	$(RUN) -m scripts.images $(ARGS)

lock: setup-test ## Write the lock files anew, with the newest versions that fit
	scripts/lock.sh

clean: ## Remove what was built
	@if [ -x $(RUN) ]; then $(RUN) build.py clean; fi

distclean: clean ## Remove what was installed into this folder, too
	rm -rf .venv node_modules schemas .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
