# `make demo` and `make test` need Python 3.10 or newer, and nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

# So that pyenv's commands answer for every Python that it has installed.
PYTHONS := PYENV_VERSION=$(shell pyenv versions --bare 2>/dev/null | paste -sd: -)

.PHONY: help setup test test-long test-all test-oldest test-real lint demo bench clean

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

setup: $(READY)  ## a virtual environment with the project and what its tests need

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

test: lint  ## linter, type checker and every test that needs Python only
	$(BIN)/python -m pytest -n auto

test-long: $(READY)  ## most of the random buckets and accidents, and mutants: what `make test` has no time for
	$(BIN)/python -m pytest -n auto -m long

test-all: lint  ## the same tests on every Python from 3.10 to 3.13 that is installed, and with the lowest dependencies
	$(PYTHONS) $(BIN)/tox run

test-oldest: $(READY)  ## the same tests on Python 3.10 with the lowest dependencies that are allowed
	$(PYTHONS) $(BIN)/tox run -e 3.10-lowest

test-real: $(READY)  ## installs and starts MinIO, Ceph and servers to be refused; the contract suite and the job on them
	$(BIN)/python -m tests.real

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

demo: $(READY)  ## breaks a bucket in an embedded S3 and brings it back, in a minute
	@$(BIN)/python -m tests.demo

bench: $(READY)  ## figures, beside boto3, other tools and what limits allow, each in the same run
	@$(BIN)/python -m benchmarks.bench
	@$(BIN)/python -m benchmarks.peers
	@$(BIN)/python -m benchmarks.listing
	@$(BIN)/python -m benchmarks.throttling

clean:  ## remove what was made
	rm -rf $(VENV) .peers build dist *.egg-info .servers .tox .pytest_cache .mypy_cache .ruff_cache .hypothesis
