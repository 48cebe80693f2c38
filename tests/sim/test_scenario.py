"""Scenario files: what is shipped is sound, what is wrong is named."""

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from robot.types import LetanError
from sim.people_flow import arrival_times
from sim.scenario import load_scenario, scenario_schema, scenarios
from text.yaml12 import read_yaml

GOOD = 'scenario: mine\nabout: Mine.\nstart: "08:00"\nclose: "08:10"\nlatest: "08:30"\n'


@pytest.mark.parametrize("name", sorted(scenarios()))
def test_every_shipped_scenario_fits_the_site(name, site):
    load_scenario(name).check_against(site)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD.replace("08:10", "25:10"), "mine.yaml:4:8: expected a time of day such as 08:30"),
        (GOOD + "arivals: {people: 3}\n", "mine.yaml:6:1: unknown key `arivals`; did you mean `arrivals`?"),
        (GOOD + "arrivals: {people: -3}\n", "mine.yaml:6:20:"),
        (GOOD + "happenings:\n  - {at: '08:01', do: explode}\n", "mine.yaml:7:23:"),
        ("scenario: [\n", "mine.yaml:2:1: not YAML"),
        (GOOD + "date: 32-13-99\n", "mine.yaml:6:7:"),
        (GOOD + "seed: -1\n", "mine.yaml:6:7:"),
        (GOOD + "seed: 99999999999999999999\n", "mine.yaml:6:7:"),
        (GOOD.replace("08:10", "07:00"), "expected `start` before `close`"),
        (GOOD + "arrivals: {people: 3}\n", "`wishes` says nothing"),
        (GOOD + "habits: {walking: [-1, -2]}\n", "mine.yaml:6:19: expected two numbers above 0"),
        (GOOD + "happenings:\n  - {at: '07:06', do: emergency_stop}\n", "a happening lies outside the time"),
    ],
)
def test_what_is_wrong_in_a_scenario_is_named_with_its_place(tmp_path, text, words):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(LetanError) as caught:
        load_scenario(str(path))
    assert words in str(caught.value)


def test_an_unknown_scenario_and_procedure_are_named_with_the_nearest(tmp_path, site):
    with pytest.raises(LetanError, match=r"there is no scenario `mornin`; did you mean `morning`\?"):
        load_scenario("mornin")
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD + "wishes:\n  - {procedure: khai_sin}\n")
    with pytest.raises(LetanError, match=r"there is no procedure `khai_sin`; did you mean `khai_sinh`\?"):
        load_scenario(str(path)).check_against(site)


def test_arrivals_come_in_open_hours_with_a_rush_and_another_seed_gives_others():
    morning = load_scenario("morning")
    times = arrival_times(morning, lambda second: True, np.random.default_rng(1))
    assert len(times) == 25
    assert times == sorted(times)
    assert sum(second < 12 * 60 for second in times) >= 8
    assert times != arrival_times(morning, lambda second: True, np.random.default_rng(2))
    closed = arrival_times(morning, lambda second: second > 600, np.random.default_rng(1))
    assert min(closed) > 600


@pytest.mark.parametrize(
    ("start", "close", "rush", "words"),
    [("20:00", "20:30", 0.0, "until `close`"), ("07:00", "09:00", 0.5, "until `rush_minutes`")],
)
def test_people_who_can_never_come_are_told(tmp_path, site, start, close, rush, words):
    """Without it the run waits for ever for somebody to come in open hours."""
    path = tmp_path / "mine.yaml"
    path.write_text(
        f'scenario: mine\nabout: Mine.\nstart: "{start}"\nclose: "{close}"\nlatest: "21:00"\n'
        f"arrivals: {{people: 3, rush: {rush}, rush_minutes: 10}}\nwishes:\n  - {{procedure: khai_sinh}}\n"
    )
    with pytest.raises(LetanError) as caught:
        load_scenario(str(path)).check_against(site)
    assert words in str(caught.value)


def test_figures_may_have_any_unit_of_their_dimension(tmp_path):
    file = tmp_path / "short.yaml"
    text = scenarios()["phone_walkers"].read_text()
    file.write_text(text.replace("patience: 400 s", "patience: 4 min").replace("phone: 1.0", "phone: 80 %"))
    habits = load_scenario(str(file)).habits
    assert (habits.patience, habits.phone) == (240.0, 0.8)


def test_a_figure_of_another_dimension_is_told_with_its_place(tmp_path):
    file = tmp_path / "short.yaml"
    file.write_text(scenarios()["phone_walkers"].read_text().replace("stuck: 60 s", "stuck: 3 m"))
    with pytest.raises(LetanError, match=r"short.yaml:19:10: expected a time with its unit .* got a length: `3 m`"):
        load_scenario(str(file))


def test_all_shipped_scenarios_fit_the_schema_and_what_is_wrong_does_not():
    schema = Draft202012Validator(scenario_schema())
    for path in scenarios().values():
        assert schema.is_valid(read_yaml(path).data), path.stem
    wrong = read_yaml(scenarios()["glass"]).data
    for key, value in (("start", "half past eight"), ("habits", {"patience": "4 m"}), ("expect", {"stack": 60})):
        assert not schema.is_valid(wrong | {key: value})


def test_a_door_has_as_many_counters_as_are_open_on_that_day(tmp_path, site):
    (tmp_path / "s.yaml").write_text(
        "scenario: s\nabout: x\nstart: '08:00'\nclose: '09:00'\nlatest: '09:30'\nstaff: {counters: {'6': 3}}\n"
    )
    staffed = load_scenario(str(tmp_path / "s.yaml")).staffed(site)
    assert staffed.doors["6"].counters == 3
    assert staffed.doors["1"] == site.doors["1"]
