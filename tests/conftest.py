"""What tests of several rooms share: the shipped site, read once."""

from pathlib import Path

import pytest

from centre.site import load_site

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def site():
    return load_site(ROOT / "sites" / "cua_nam")
