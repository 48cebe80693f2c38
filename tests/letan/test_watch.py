"""The developers' window on the simulator: it shows the hall, and a click meddles with it."""

import shutil
import subprocess
import time
from dataclasses import replace

import numpy as np
import pytest
from PIL import ImageGrab

from hmi.xvfb import Xvfb
from letan.live_run import LiveRun
from letan.setup import open_setup
from letan.simulate import Run
from letan.watch import Watch
from robot.types import Pose
from sim.events import Happened
from sim.plan_picture import PlanView
from sim.scenario import load_scenario


@pytest.fixture(scope="module")
def display():
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed (scripts/setup)")
    with Xvfb() as xvfb:
        yield xvfb.display


@pytest.fixture
def run(tmp_path):
    run = Run(load_scenario("short"), 1, tmp_path, place=open_setup("cua_nam"))
    for _ in range(40):
        run.step()
    yield run
    run.close()


@pytest.fixture
def watched(run, display, tmp_path):
    live = LiveRun(run, tmp_path, lambda words: None, False)
    watch = Watch(run, 0, display)
    deadline = time.monotonic() + 30.0
    while not (watch.window.is_ready and watch._shown):
        watch.look(live)
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield watch, live, run
    watch.close()
    live.close()


def happened(run):
    return [entry.event.do for entry in run.log.of(Happened)]


def until(holds, watch, live, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        watch.look(live)
        time.sleep(0.02)


def test_a_click_with_each_tool_lets_happen_what_a_scenario_may_plan(run):
    watch = Watch.__new__(Watch)  # without its window
    watch.run, watch._dropped = run, 0
    world = run.world
    crowd = len(world.crowd.bodies)
    watch.meddle("person", 6.0, 6.0)
    watch.meddle("chair", 7.0, 6.0)
    watch.meddle("chair", 0.0, 0.0)  # in a wall
    watch.meddle("look", 6.0, 6.0)
    watch.meddle("lidar", 1.0, 1.0)
    watch.meddle("button", 1.0, 1.0)
    run.step()
    assert happened(run) == ["stand", "put", "fault covered", "emergency_stop"]
    assert len(world.crowd.bodies) == crowd + 1
    assert len(world.added) == 1
    assert world.robot.emergency_stop


def test_a_door_is_closed_in_line_with_the_wall_that_is_nearest(run):
    watch = Watch.__new__(Watch)
    watch.run, watch._dropped = run, 0
    watch.meddle("door", 9.8, 0.2)  # the entrance is a gap in the wall along y = 0
    (door,) = run.world.added
    assert np.allclose(sorted(door.solid[0, ::2]), [8.8, 10.8])
    assert np.allclose(door.solid[0, 1::2], 0.0)


def test_the_window_shows_the_robot_where_it_is(watched, display):
    watch, live, run = watched
    view = PlanView(run.site.floor, scale=36.0)

    def colour():
        pose = run.loop.where.pose
        x, y = view.at(pose.x - 0.1, pose.y)
        return np.asarray(ImageGrab.grab(xdisplay=display).convert("RGB"))[round(y), round(x)].tolist()

    run.loop.where = replace(run.loop.where, pose=Pose(6.0, 6.0, 0.0))  # where it believes to be
    shown = watch._shown
    until(lambda: watch._shown > shown and watch.window.is_ready and colour() == [0x0A, 0x56, 0x4D], watch, live)
    run.loop.where = replace(run.loop.where, pose=Pose(6.0, 9.0, 0.0))
    until(lambda: colour() == [0x0A, 0x56, 0x4D], watch, live)


def test_clicks_and_keys_in_the_window_reach_the_run(watched, display):
    if shutil.which("xdotool") is None:
        pytest.skip("xdotool is not installed (scripts/setup --test)")
    watch, live, run = watched

    def do(*arguments):
        subprocess.run(["xdotool", *map(str, arguments)], env={"DISPLAY": display, "PATH": "/usr/bin:/bin"}, check=True)

    do("mousemove", 300, 300, "click", 1)  # gives it the keys, and is a click with the tool that only looks
    do("key", "space")
    until(lambda: live.is_paused, watch, live)
    now = run.clock.now()
    do("key", "Right")
    until(lambda: live.may_step(), watch, live)
    run.step()
    assert run.clock.now() == pytest.approx(now + 0.1)
    do("key", "space")
    until(lambda: not live.is_paused, watch, live)
    assert happened(run) == []


def test_a_pace_of_nothing_is_a_pause(run):
    class Live:
        stands = False

        def pause(self, stands):
            self.stands = stands

    watch, live = Watch.__new__(Watch), Live()
    watch.run, watch._fast, watch._touched = run, 8.0, 0.0
    watch._do(live, ("pace", 0.0))
    assert live.stands
    assert watch._fast == 8.0
    watch._do(live, ("pace", 40.0))
    assert not live.stands
    assert watch._fast == 40.0


def test_a_click_is_told_in_metres():
    view = PlanView(open_setup("cua_nam").site.floor, scale=30.0)
    assert view.place(*view.at(3.25, 7.5)) == pytest.approx((3.25, 7.5))


def test_beside_the_hall_stand_the_running_nodes_and_who_waits(run):
    watch = Watch.__new__(Watch)
    watch.run = run
    while not run.office.tickets(state="waiting"):
        run.step()
    state = watch._state(False)
    lines = state.aside.splitlines()
    assert lines[0] == "reception"
    assert lines[1].startswith("  ")
    assert any(run.office.tickets(state="waiting")[0].number in line for line in lines)


def test_what_the_controller_considers_is_drawn_while_it_drives(run):
    watch = Watch.__new__(Watch)
    watch.run = run
    while run.loop.parts.navigator.progress.state == "driving":
        run.step()
    assert len(watch._rollouts()) == 0
    while run.loop.parts.navigator.progress.state != "driving" or run.world.robot.linear < 0.2:
        run.step()
    rollouts, pose = watch._rollouts(), run.loop.where.pose
    assert len(rollouts) > 20
    assert np.hypot(*(rollouts[:, 0] - (pose.x, pose.y)).T).max() < 0.1
    assert np.ptp(rollouts[:, -1], axis=0).max() > 0.3
