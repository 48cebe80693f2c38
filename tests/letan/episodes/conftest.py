"""Episodes with controllers that need not be installed."""

import pytest

from letan.episodes.episode import Episode, EpisodeConfig
from letan.setup import open_setup
from navigation.mppi import Mppi


@pytest.fixture(scope="session")
def setup():
    return open_setup("cua_nam")


@pytest.fixture
def episode(setup):
    """An episode of a kind, not yet begun."""

    def make(kind, seed=1000, people=0, controller=Mppi, without=()):
        return Episode(setup, EpisodeConfig(kind, people, controller, tuple(without)), seed)

    return make
