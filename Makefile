# `make demo` and `make test` need Python 3.10 or newer, and nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

# So that pyenv's commands answer for every Python that it has installed.
PYTHONS := PYENV_VERSION=$(shell pyenv versions --bare 2>/dev/null | paste -sd: -)

.PHONY: help setup test test-long test-all test-oldest test-real test-hadoop test-emr test-spark node-archive emr-package emr-lock lint demo bench clean

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

test-hadoop: $(READY)  ## installs and starts Hadoop 3.4.2, HDFS and YARN; the command on it
	$(BIN)/python -m tests.hadoop

# What nodes need that lack it; what mrjob needs of newer Pythons goes with it. There setuptools stands in for
# distutils only where it is installed, which is not so on a path: hence the copy.
node-archive:  ## dist/nodes.tar.gz: the dependencies, for nodes that have only Python, the same as PYTHON
	rm -rf build/nodes
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --target build/nodes \
	    boto3 lxml python-dateutil 'setuptools; python_version >= "3.12"' 'standard-pipes; python_version >= "3.13"'
	if [ -d build/nodes/setuptools ]; then cp -r build/nodes/setuptools/_distutils build/nodes/distutils; fi
	mkdir -p dist
	tar -czf dist/nodes.tar.gz -C build/nodes .

# EMR's nodes have Python 3.11; moto, awscli and cfn-lint are too heavy for the other environment.
EMR_PYTHON ?= python3.11
EMR_VENV ?= .venv-emr
EMR_READY := $(EMR_VENV)/ready

$(EMR_READY): pyproject.toml
	$(PYTHONS) $(EMR_PYTHON) -m venv $(EMR_VENV)
	$(EMR_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,emr]'
	@touch $@

test-emr: $(EMR_READY)  ## what is for Elastic MapReduce: templates, policies, bootstrap, mrjob, with moto and the AWS CLI
	$(EMR_VENV)/bin/python -m pytest -n auto tests/emr

emr-package: $(READY)  ## dist/emr: what goes to S3 for Elastic MapReduce
	PYTHON=$(BIN)/python emr/package.sh dist/emr

emr-lock: $(READY)  ## emr/requirements.lock anew, from pyproject.toml, for the Python of EMR's nodes
	$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --python-version 3.11 --generate-hashes \
	    --only-binary :all: --custom-compile-command 'make emr-lock' -o emr/requirements.lock

SPARK_VENV ?= .venv-spark
SPARK_READY := $(SPARK_VENV)/ready

$(SPARK_READY): pyproject.toml
	$(PYTHON) -m venv $(SPARK_VENV)
	$(SPARK_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,spark]'
	@touch $@

test-spark: $(SPARK_READY)  ## the command on Spark, two tasks at a time on this machine
	$(SPARK_VENV)/bin/python -m pytest tests/spark

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
	@$(BIN)/python -m benchmarks.scale

clean:  ## remove what was made
	rm -rf $(VENV) .venv-emr .venv-spark .hadoop .peers build dist *.egg-info .servers .tox .pytest_cache .mypy_cache .ruff_cache .hypothesis
