"""For `make test-spark` alone: without pyspark nothing here is collected."""

import importlib.util

import pytest

collect_ignore_glob = [] if importlib.util.find_spec("pyspark") else ["test_*.py"]


@pytest.fixture(autouse=True)
def on_loopback(monkeypatch):
    """Spark listens on loopback only."""
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("SPARK_LOCAL_HOSTNAME", "localhost")
