"""Each happening of a scenario does what it says, and ends when it should."""

import math

import numpy as np
import pytest

from robot.types import LetanError, Pose
from sim.events import Happened
from sim.happenings import Happenings, random_faults
from sim.ports import SimPrinter
from sim.scenario import Happening, RandomFaults, load_scenario
from sim.walker import drawn_kind, drawn_reaction

GOOD = 'scenario: mine\nabout: Mine.\nstart: "08:00"\nclose: "08:10"\nlatest: "08:30"\nhappenings:\n'


@pytest.fixture
def begin(hall):
    """Begins a happening; `hall.jobs` and `hall.others` are what it leaves to do and who comes."""
    hall.jobs, hall.others, hall.told = [], [], []
    hall.record = hall.told.append
    hall.printer = SimPrinter(hall.clock, 1)
    happenings = Happenings(hall, hall.printer, 1, hall.jobs.append, hall.others.append)
    return lambda **what: happenings.begin(Happening(at="08:01", **what))


def later(hall, seconds):
    for _ in range(round(seconds / 0.1)):
        hall.clock.seconds += 0.1
        hall.jobs = [job for job in hall.jobs if next(job, job) is not job]


def test_the_stop_button_is_pressed_for_a_while(hall, begin):
    begin(do="emergency_stop", seconds=5.0)
    assert hall.world.robot.emergency_stop
    later(hall, 5.5)
    assert not hall.world.robot.emergency_stop
    assert hall.told == [Happened("emergency_stop")]


def test_the_charge_drops_and_the_robot_is_put_elsewhere_without_its_wheels_turning(hall, begin):
    begin(do="battery", level=0.2)
    before = hall.world.robot.wheels
    begin(do="carry_off", to=(6.8, 9.9, 45.0))
    assert hall.world.robot.battery == 0.2
    assert hall.world.robot.pose == Pose(6.8, 9.9, math.radians(45.0))
    assert hall.world.robot.wheels == before


def test_a_fault_begins_now_and_its_sector_is_given_in_degrees(hall, begin):
    begin(do="fault", fault="covered", seconds=3.0, sector=(-90.0, -30.0))
    fault = hall.world.faults.active("covered", hall.world.time)
    assert fault.sector == pytest.approx((-math.pi / 2, -math.pi / 6))
    assert hall.world.faults.active("covered", hall.world.time + 3.1) is None
    assert hall.told == [Happened("fault covered")]


def test_things_are_put_and_taken_away_and_a_door_opens_again(hall, begin):
    before = len(hall.world.segments)
    begin(do="put", name="chair", thing="chair", to=(6.6, 5.0, 0.0))
    begin(do="put", name="pane", thing="board", surface="glass", to=(8.6, 6.0, 0.0))
    assert len(hall.world.segments) == before + 5
    begin(do="take_away", name="chair")
    begin(do="take_away", name="pane")
    begin(do="close_door", name="door", line=(5.55, 7.2, 7.35, 7.2), seconds=3.0)
    assert len(hall.world.segments) == before + 1
    later(hall, 3.5)
    assert len(hall.world.segments) == before


def test_those_who_block_stand_side_by_side_and_a_crowd_comes_from_all_sides(hall, begin):
    begin(do="block", to=(6.5, 6.7, 90.0), people=3)
    assert sorted(walker._to[0] for walker in hall.others) == pytest.approx([5.95, 6.5, 7.05])
    hall.others.clear()
    begin(do="stand", to=(6.5, 6.7, 90.0), people=2)
    assert sorted(walker.place[0] for walker in hall.others) == pytest.approx([6.225, 6.775]), "who stands is there"
    hall.others.clear()
    begin(do="crowd_round", people=4)
    assert len({walker._bearing for walker in hall.others}) == 4
    begin(do="touch")
    assert len(hall.others) == 5


def test_children_run_one_after_the_other_once_the_robot_drives(hall, begin):
    begin(do="child", people=2)
    later(hall, 1.0)
    assert hall.others == []
    hall.world.robot.pose = Pose(5.5, 6.2, 0.0)
    hall.world.robot.linear = 0.6
    later(hall, 1.0)
    assert [walker.body.kind for walker in hall.others] == ["child", "child"]


def test_printer_tray_and_staff(hall, begin):
    begin(do="printer_trouble", trouble="out of paper", seconds=2.0)
    assert hall.printer.status() == "out of paper"
    later(hall, 2.5)
    assert hall.printer.status() == ""
    hall.world.robot.cups = 5
    begin(do="empty_tray")
    assert hall.world.robot.cups == 0
    begin(do="staff_away", seconds=10.0)
    assert not hall.staff_are_there
    later(hall, 10.5)
    assert hall.staff_are_there


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{at: '08:01', do: fault}", "mine.yaml:7:5: `fault` needs `fault`"),
        ("{at: '08:01', do: fault, fault: covred}", "mine.yaml:7:"),
        ("{at: '08:01', do: put, name: chair, to: [6, 5, 0]}", "`put` needs `thing`"),
        ("{at: '08:01', do: close_door, name: door}", "`close_door` needs `line`"),
        ("{at: '08:01', do: block, to: [6, 5, 0], people: 99}", "mine.yaml:7:"),
    ],
)
def test_what_a_happening_lacks_is_named_with_its_place(tmp_path, line, words):
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD + f"  - {line}\n")
    with pytest.raises(LetanError) as caught:
        load_scenario(str(path))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{at: '08:01', do: take_away, name: writing desc}", "did you mean `writing desk`?"),
        ("{at: '08:01', do: block, to: [7.5, 7.2, 0]}", "block to 7.5, 7.2: that is not in the hall"),
        ("{at: '08:01', do: carry_off, to: [70, 2, 0]}", "carry_off to 70, 2: that is not in the hall"),
    ],
)
def test_what_the_site_does_not_have_is_told(tmp_path, site, line, words):
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD + f"  - {line}\n")
    with pytest.raises(LetanError) as caught:
        load_scenario(str(path)).check_against(site)
    assert words in str(caught.value)


def test_shares_above_one_are_refused(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace("happenings:\n", "habits: {child: 0.6, cart: 0.6}\n"))
    with pytest.raises(LetanError, match="at most 1 together"):
        load_scenario(str(path))


def test_bodies_and_reactions_are_drawn_by_their_shares(hall):
    habits = hall.scenario.habits.model_copy(update={"child": 0.3, "cart": 0.2, "reactions": {"curious": 0.5}})
    rng = np.random.default_rng(1)
    kinds = [drawn_kind(habits, rng) for _ in range(1000)]
    assert 250 < kinds.count("child") < 350
    assert 160 < kinds.count("cart") < 240
    assert kinds.count("elderly") == kinds.count("wheelchair") == 0
    assert 440 < [drawn_reaction(habits, rng) for _ in range(1000)].count("curious") < 560


def test_faults_left_to_chance_come_as_often_as_asked_and_the_same_for_the_same_seed():
    morning = load_scenario("morning")
    assert random_faults(morning, 1) == []
    asked = RandomFaults(per_hour=30, kinds=("silent", "dropout"), seconds=(3.0, 5.0))
    bad = morning.model_copy(update={"random_faults": asked})
    faults = random_faults(bad, 1)
    assert faults == random_faults(bad, 1) != random_faults(bad, 2)
    assert 15 < len(faults) < 45
    assert {fault.kind for fault in faults} == {"silent", "dropout"}
    assert all(0.0 <= fault.start < 3600.0 and 3.0 <= fault.seconds <= 5.0 for fault in faults)
