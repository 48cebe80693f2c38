"""Whole runs: the robot of the parts list in the simulated hall, short enough to run at every change."""

import json
import os
from collections import Counter
from functools import cache
from itertools import pairwise
from multiprocessing import get_context

import pytest

from centre.events import Rated, VisitOpened
from letan.events import RobotSaid
from letan.setup import open_setup
from letan.simulate import Run
from reception.events import FaultReported, PrintOutcome, RatingOffered, StaffOrder, StaffPageUsed, VisitEnd
from robot.events import read_entry
from sim.scenario import Happening, Scenario, Wish, load_scenario


@pytest.fixture(scope="module")
def place():
    return open_setup("cua_nam")


@pytest.fixture(scope="module")
def short(place, tmp_path_factory):
    out = tmp_path_factory.mktemp("short") / "out"
    run = Run(load_scenario("short"), 1, out, place=place)
    result = run.run()
    run.close()
    return result, out


def test_every_line_of_a_run_is_an_event_of_the_catalogue(short):
    lines = (short[1] / "events.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 100
    assert [read_entry(line).line() for line in lines] == lines


def test_the_short_scenario_holds_what_the_morning_must(short):
    result, _ = short
    figures = result.figures
    assert result.problems == ()
    assert figures.contacts_by_robot == 0
    assert figures.citizens == figures.asked == figures.tickets == figures.printed == 4
    assert figures.guided == figures.guided_in_area == 4
    assert figures.calls_answered == figures.calls == 1
    assert figures.offered_on_screen + figures.offered_by_code == figures.guided
    assert figures.localization_p95 < 0.05
    assert figures.docked


def test_every_rated_ticket_was_offered_and_rated_once(short):
    events = [json.loads(line) for line in (short[1] / "events.jsonl").read_text().splitlines()]
    rated = [event["ticket"] for event in events if event["event"] == "rated"]
    assert rated
    assert len(rated) == len(set(rated))
    offered = [event["ticket"] for event in events if event["event"] == "rating_offered"]
    assert len(offered) == len(set(offered))


def test_the_same_seed_gives_the_same_log_to_the_byte_and_another_seed_another(short, place, tmp_path):
    logs = []
    for seed in (1, 2):
        run = Run(load_scenario("short"), seed, tmp_path / str(seed), place=place)
        while run.clock.now() < 330.0:
            run.step()
        run.log.close()
        run.close()
        logs.append((tmp_path / str(seed) / "events.jsonl").read_bytes())
    whole = (short[1] / "events.jsonl").read_bytes()
    assert len(logs[0]) > 1000
    assert whole.startswith(logs[0])
    assert not whole.startswith(logs[1])


def visit(happenings=()):
    """One citizen who comes at once, is led to door 8, served, and rates."""
    return Scenario.model_validate(
        {
            "scenario": "one",
            "about": "One visit.",
            "start": "08:00",
            "close": "08:01",
            "latest": "08:12",
            "arrivals": {"people": 1, "rush": 1.0, "rush_minutes": 0.05},
            "wishes": [Wish(procedure="tra_ket_qua")],
            "habits": {"guided": 1.0, "rates": 1.0, "patience": 300, "wait_for_rating": 75},
            "staff": {"scale": 0.1, "gap": 2.0},
            "happenings": list(happenings),
        }
    )


@cache
def shipped_place():
    """In a process of its own: opened once."""
    return open_setup("cua_nam")


def stopped_at(second):
    """Run the visit with the emergency button pressed at a second, released three seconds later: what came of it."""
    place = shipped_place()
    at = 8 * 3600 + second
    press = Happening.model_construct(at=at, do="emergency_stop", seconds=3.0, door="", level=0.5)
    run = Run(replace_happenings(visit(), press), 1, place=place)
    pressed = False
    while not run.people.is_over and run.clock.now() < 700.0:
        run.step()
        held = run.world.robot.emergency_stop or run.loop.parts.safety.stopped
        pressed = pressed or (held and run.clock.now() > second)
        if held and run.clock.now() > second + 1.0:
            assert run.world.robot.linear == 0.0, f"it moves at {run.clock.now():.1f} s before it was confirmed"
            assert run.world.robot.angular == 0.0
    assert pressed
    result = run.finish()
    run.close()
    return second, result.figures, len(run.log.of(RatingOffered)), len(run.log.of(Rated))


def replace_happenings(scenario, *happenings):
    return scenario.model_copy(update={"happenings": happenings})


def visit_seconds(place):
    run = Run(visit(), 1, place=place)
    run.run()
    run.close()
    ends = [end.t for end in run.log.of(VisitEnd)]
    return int(run.log.of(VisitOpened)[0].t), int(max(ends)) + 1


def test_an_emergency_stop_at_any_second_leads_to_one_ticket_and_one_rating_request(place):
    first, last = visit_seconds(place)
    assert 20 < last - first < 240
    seconds = range(first - 1, last + 1)
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        done = 0
        for second, figures, offered, rated in pool.imap_unordered(stopped_at, seconds):
            what = f"stopped at second {second}"
            assert (figures.tickets, figures.tickets_doubled) == (1, 0), what
            assert (figures.printed, figures.printed_doubled) == (1, 0), what
            assert (offered <= 1, rated <= 1) == (True, True), what
            assert figures.contacts_by_robot == 0, what
            done += 1
    assert done == len(seconds)


def test_while_the_ticket_page_shows_no_transaction_is_begun_but_for_a_new_event(place):
    scenario = visit()
    slow = scenario.habits.model_copy(update={"reaction": (6.0, 7.0)})  # the page shows until the paper is out
    run, said = Run(scenario.model_copy(update={"habits": slow}), 1, place=place), Counter()
    run.office._journal._db._db.set_exec_trace(lambda cursor, sql, values: said.update([sql.split()[0]]) or True)
    while not run.log.of(PrintOutcome):
        run.step()
    assert run.seen.state.page == "ticket"
    for _ in range(30):
        run.step()
    assert said["BEGIN"] == said["INSERT"] >= 2
    run.close()


class Window:
    """A screen that may be gone for a while."""

    is_alive = True

    def show(self, state):
        pass

    def poll(self):
        return []

    def close(self):
        pass


def test_a_screen_that_is_gone_stops_the_robot_and_a_new_one_lets_it_go_on(place):
    window = Window()
    run = Run(visit(), 1, place=place, make_screen=lambda texts, clock: window)
    while run.world.robot.linear < 0.3:
        run.step()
    window.is_alive = False
    for _ in range(30):
        run.step()
    assert run.world.robot.linear == 0.0
    window.is_alive = True
    for _ in range(30):
        run.step()
    assert run.world.robot.linear > 0.2
    run.close()


def test_a_printer_in_trouble_costs_nobody_their_number(place):
    run = Run(visit(), 1, place=place)
    run.printer.trouble = "out of paper"
    result = run.run()
    run.close()
    assert result.figures.tickets == 1
    assert [paper.event.outcome for paper in run.log.of(PrintOutcome)] == ["failed"]
    assert result.figures.guided_in_area == 1


def test_a_nearly_empty_battery_sends_it_to_charge(place):
    run = Run(visit(), 1, place=place)
    run.world.robot.battery = 0.15
    while run.clock.now() < 200.0:
        run.step()
    assert run.world.robot.charging
    run.close()


def empty_hall(place, seconds=0.0):
    """A run without citizens in opening hours, `seconds` into it."""
    nobody = visit().arrivals.model_copy(update={"people": 0})
    run = Run(visit().model_copy(update={"arrivals": nobody, "close": 9 * 3600}), 1, place=place)
    while run.clock.now() < seconds:
        run.step()
    return run


def staff_choose(run, choice, code="246810"):
    """Somebody opens the staff's page, types the code and makes a choice."""
    run.seen.touch(run.clock.now(), "staff")
    for action, value in (*(("key", digit) for digit in code), ("menu", choice)):
        run.step()
        run.step()
        run.seen.touch(run.clock.now(), action, value)
    run.step()


def test_the_staff_make_it_stand_and_go_again_on_their_page(place):
    run = empty_hall(place, 5.0)  # on its way from the dock
    staff_choose(run, "stop")
    while run.clock.now() < 10.0:
        run.step()
    there = run.world.robot.pose
    while run.clock.now() < 30.0:
        run.step()
    assert run.world.robot.pose.distance(there) < 0.01
    assert [page.event.what for page in run.log.of(StaffPageUsed)] == ["opened", "unlocked", "closed"]
    staff_choose(run, "stop")
    while run.clock.now() < 45.0:
        run.step()
    assert run.world.robot.pose.distance(there) > 1.0
    assert "246810" not in "".join(entry.line() for entry in run.log.entries)
    run.close()


def test_the_staff_send_it_to_charge_and_call_it_back(place):
    run = empty_hall(place, 30.0)
    assert not run.is_docked
    staff_choose(run, "charge")
    while run.clock.now() < 120.0:
        run.step()
    assert run.is_docked
    staff_choose(run, "charge")
    while run.clock.now() < 150.0:
        run.step()
    assert not run.is_docked
    run.close()


def test_the_staff_have_its_tray_filled_and_then_it_goes_on(place):
    run = empty_hall(place, 30.0)
    assert run.world.robot.cups == 0
    staff_choose(run, "refill")
    while run.clock.now() < 150.0:
        run.step()
    assert run.world.robot.cups >= 4
    assert [order.event.order for order in run.log.of(StaffOrder)] == ["refill", ""]
    run.close()


def test_where_nobody_fills_its_tray_it_goes_on_with_other_things_and_asks_again_later(place):
    run = empty_hall(place, 1.0)
    run.people._jobs = [job for job in run.people._jobs if job.__name__ != "_fill_tray"]
    away = 0
    while run.clock.now() < 1500.0:
        run.step()
        away += run.clock.now() > 1000.0 and run.world.robot.pose.distance(place.site.floor.drinks) > 1.0
    asked = [said.t for said in run.log.of(RobotSaid) if said.event.text == place.texts["vi"]["speech.refill"]]
    assert len(asked) >= 2
    assert all(200.0 < later - before < 500.0 for before, later in pairwise(asked))
    assert away > 0.7 * 5000
    run.close()


def test_a_fault_that_the_staff_report_is_noted_with_what_is_wrong(place):
    run = empty_hall(place, 5.0)
    run.printer.trouble = "out of paper"
    run.loop.parts.desk.staff.notes["tree"] = "greet.yaml:5:3: unknown word"
    staff_choose(run, "report")
    for _ in range(5):
        run.step()
    noted = run.seen.state.content.notes
    (fault,) = run.log.of(FaultReported)
    assert fault.event.notes == {"tree": "greet.yaml:5:3: unknown word", "printer": "out of paper"}
    assert run.seen.state.content.unlocked
    assert len(noted) == 3
    while run.clock.now() < 80.0:
        run.step()
    staff_choose(run, "report")
    run.step()
    assert run.log.of(FaultReported)[-1].event == fault.event
    run.close()


def test_after_an_emergency_stop_the_staff_let_it_move_on_from_their_page(place):
    run = empty_hall(place, 5.0)
    run.people.step = lambda: None  # no simulated staff who do it otherwise
    for pressed in (True, False):
        run.world.robot.emergency_stop = pressed
        for _ in range(20):
            run.step()
    assert run.loop.parts.safety.stopped
    staff_choose(run, "resume")
    run.step()
    assert not run.loop.parts.safety.stopped
    run.close()


def test_staff_who_are_called_come_and_the_page_shows_how_far_they_are(place):
    run, steps = empty_hall(place), set()
    for second in range(45):
        if second in (20, 21):
            run.seen.touch(run.clock.now(), "start" if second == 20 else "call_staff")
        for _ in range(10):
            run.step()
        if run.seen.state is not None and run.seen.state.page == "call_staff":
            steps.add(run.seen.state.content.step)
    run.close()
    assert steps == {1, 2, 3}
    kinds = [entry.event.name for entry in run.log.entries if entry.event.name.startswith("staff_")]
    assert kinds == ["staff_called", "staff_accepted", "staff_coming", "staff_done"]
