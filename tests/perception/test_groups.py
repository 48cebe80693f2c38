"""Groups: who walks together belongs together, for as long as they stay near."""

import numpy as np

from perception.groups import Groups


def seen(groups, now, people):
    """Half a second in which everybody is where `people` (id: x, y, vx, vy) says."""
    groups.update(list(people), np.array(list(people.values()), dtype=float).reshape(-1, 4), now)


def walked(seconds, apart=0.8, groups=None, start=0.0):
    groups = groups or Groups()
    for k in range(round(2 * seconds)):
        now = start + 0.5 * k
        seen(groups, now, {3: (now, 0.0, 1.0, 0.0), 7: (now, apart, 1.0, 0.1)})
    return groups


def test_two_who_walk_side_by_side_are_a_group_named_after_the_first():
    assert walked(4.0).names == {3: 3, 7: 3}


def test_nobody_is_a_group_after_a_second_beside_each_other():
    assert walked(1.0).names == {}


def test_who_walks_two_metres_beside_somebody_is_not_with_them():
    assert walked(6.0, apart=2.0).names == {}


def test_two_who_meet_are_not_together_however_near_they_pass():
    groups = Groups()
    for k in range(20):
        seen(groups, 0.5 * k, {1: (0.05 * k, 0.0, 0.6, 0.0), 2: (0.05 * k, 0.6, -0.6, 0.0)})
    assert groups.names == {}


def test_a_group_that_stops_stays_one():
    groups = walked(4.0)
    for k in range(40):
        seen(groups, 4.0 + 0.5 * k, {3: (4.0, 0.0, 0.0, 0.0), 7: (4.0, 0.8, 0.0, 0.0)})
    assert groups.names == {3: 3, 7: 3}


def test_those_who_part_are_a_group_no_more():
    groups = walked(4.0)
    for k in range(12):
        seen(groups, 4.0 + 0.5 * k, {3: (4.0 + 0.4 * k, 0.0, 0.8, 0.0), 7: (4.0, 3.0, 0.0, 0.0)})
    assert groups.names == {}


def test_a_group_outlives_a_moment_in_which_one_of_them_is_hidden():
    groups = walked(5.0)
    for k in range(8):
        seen(groups, 5.0 + 0.5 * k, {3: (5.0 + 0.5 * k, 0.0, 1.0, 0.0)})
    assert groups.names == {3: 3, 7: 3}


def test_whoever_is_with_one_of_a_group_is_with_all_of_them():
    groups = Groups()
    for k in range(8):
        seen(groups, 0.5 * k, {each: (0.5 * k, 0.9 * each, 1.0, 0.0) for each in (1, 2, 3)})
    assert groups.names == {1: 1, 2: 1, 3: 1}


def test_an_empty_hall_has_no_groups():
    groups = walked(4.0)
    for k in range(60):
        seen(groups, 4.0 + 0.5 * k, {})
    assert groups.names == {}
