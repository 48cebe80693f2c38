"""A robot whose lidar does not see behind it leads people all the same: it looks over its shoulder."""

import math
from dataclasses import replace

from letan.setup import open_setup
from letan.simulate import Run
from reception.events import GuideEnd
from sim.events import Contact
from sim.scenario import load_scenario


def test_nobody_who_follows_a_robot_that_does_not_see_behind_is_given_up():
    setup = open_setup("cua_nam")
    lidar = replace(setup.site.robot.lidar, field_of_view=math.radians(270.0), beams=270)
    setup = replace(setup, site=replace(setup.site, robot=replace(setup.site.robot, lidar=lidar)))
    scenario = load_scenario("guides", {"arrivals.people": "3", "close": "'08:04'"})
    run = Run(scenario, 1, place=setup)
    while not run.people.is_over and run.clock.now() < 900.0:
        run.step()
    run.close()
    assert [entry.event.how for entry in run.log.of(GuideEnd)] == ["done"] * 3
    assert not [entry for entry in run.log.of(Contact) if entry.event.by != "person"]
