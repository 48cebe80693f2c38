"""Modules of `benchmarks/`, which import one another by their own folder."""

import importlib
import sys
from pathlib import Path

import pytest

FOLDER = str(Path(__file__).resolve().parents[2] / "benchmarks")


@pytest.fixture(scope="module")
def benchmark_module():
    """Imports one by its name."""
    sys.path.insert(0, FOLDER)
    try:
        yield importlib.import_module
    finally:
        sys.path.remove(FOLDER)
