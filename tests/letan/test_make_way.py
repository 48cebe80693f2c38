"""Simulated people understand the robot's request to let it pass by the site's own words for it."""

import pytest

from letan.setup import open_setup
from letan.simulate import MAKE_WAY, Run
from robot.types import Pose
from sim.scenario import load_scenario


@pytest.mark.parametrize(("key", "language", "moves"), [
    (MAKE_WAY, "vi", True), (MAKE_WAY, "en", True), ("speech.follow_wait", "vi", False),
])  # fmt: skip
def test_who_is_asked_to_let_the_robot_pass_steps_aside_and_by_other_words_nobody_does(key, language, moves):
    run = Run(load_scenario("short"), 1, place=open_setup("cua_nam"))
    run.world.robot.pose = Pose(6.5, 6.4, 0.0)
    bodies = [run.world.crowd.enter(7.5, 5.4 + k, 1.0) for k in range(3)]
    run.voice.say(run.texts[language][key], language)
    run.close()
    assert any(body.aside > 0.0 for body in bodies) == moves
