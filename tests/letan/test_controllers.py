"""Controllers are found by name, ours as others' are."""

import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest

from letan import plugins
from letan.controllers import GROUP, find_controller
from navigation.goals import Goal
from navigation.navigator import Navigator
from robot.types import GridMap, LetanError, Localization, Pose

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
OURS = tomllib.loads(PROJECT.read_text())["project"]["entry-points"][GROUP]


@pytest.fixture
def installed(monkeypatch):
    """What pyproject.toml registers, and a broken one of another package."""
    named = {**OURS, "broken": "no.such.module:Thing"}
    entries = [EntryPoint(name, value, GROUP) for name, value in named.items()]
    monkeypatch.setattr(plugins, "entry_points", lambda group: entries if group == GROUP else [])


@pytest.mark.parametrize("name", OURS)
def test_each_controller_that_we_register_drives_to_a_goal_in_an_empty_hall(installed, model, name):
    if name == "orca":
        pytest.importorskip("pyrvo", reason="the controller orca needs the package pyrvo")
    hall = GridMap(np.zeros((200, 200), np.int8), 0.05, Pose(-5.0, -5.0, 0.0))
    navigator = Navigator(hall, model, controller=find_controller(name))
    navigator.drive(Goal(Pose(2.0, 1.0, 0.0)))
    pose, v, w = Pose(0.0, 0.0, 0.0), 0.0, 0.0
    for k in range(150):
        command = navigator.step(0.1 * k, Localization(0.1 * k, pose), (), (v, w))
        v, w = command.linear, command.angular
        pose = pose.compose(Pose(0.1 * v, 0.0, 0.1 * w))
    assert navigator.progress.state == "arrived"


def test_an_unknown_controller_is_told_with_those_that_there_are(installed):
    with pytest.raises(LetanError, match=r"no controller `nearest` \(installed: broken, .*mppi"):
        find_controller("nearest")


def test_a_controller_that_cannot_be_loaded_is_told(installed):
    with pytest.raises(LetanError, match=r"broken \(no.such.module:Thing\) can't be loaded"):
        find_controller("broken")


def test_a_peer_whose_package_is_missing_says_which(installed, model, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyrvo", None)
    with pytest.raises(LetanError, match="needs the package pyrvo"):
        find_controller("orca")(model)
