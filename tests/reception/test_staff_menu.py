"""The staff's page: nothing without the code, no guessing, and it never stays open."""

import pytest

from reception.staff_menu import CLEANING, CLOSES, SHUT, TRIES, StaffMenu
from robot.types import Touch

CODE = "2468"


@pytest.fixture
def menu():
    told = []
    menu = StaffMenu(CODE, told.append)
    menu.told = told
    return menu


def press(menu, *presses, at=0.0):
    """Touches on the staff's page: digits, or an action with its value; those that were left to others."""
    rest = []
    for what in presses:
        action, _, value = ("key", "", what) if what.isdigit() else what.partition(" ")
        rest += menu.attend(at, [Touch(at, "staff_pin", action, value)])
    return rest


def opened(menu, at=0.0):
    menu.attend(at, [Touch(at, "board", "staff")])
    press(menu, *CODE, at=at)


def test_the_right_code_opens_the_menu_and_its_digits_are_told_to_nobody(menu):
    opened(menu)
    assert menu.is_unlocked
    assert CODE not in repr(menu.told)


def test_nothing_can_be_chosen_before_the_code(menu):
    menu.attend(0.0, [Touch(0.0, "board", "staff")])
    press(menu, "menu stop", "2", "4", "menu charge")
    assert menu.order == ""


def test_after_five_wrong_codes_not_even_the_right_one_opens_for_a_minute(menu):
    menu.attend(0.0, [Touch(0.0, "board", "staff")])
    press(menu, *"1111" * TRIES)
    press(menu, *CODE, at=1.0)
    assert not menu.is_unlocked
    assert menu.seconds_left(1.0)["shut"] == SHUT - 1.0
    press(menu, *CODE, at=SHUT + 0.1)
    assert menu.is_unlocked


def test_an_erased_digit_does_not_count(menu):
    menu.attend(0.0, [Touch(0.0, "board", "staff")])
    press(menu, "2", "9", "erase", "4", "6", "8")
    assert menu.is_unlocked


def test_an_order_stays_until_it_is_chosen_again_or_done(menu):
    opened(menu)
    press(menu, "menu charge")
    assert (menu.order, menu.is_open) == ("charge", False)
    opened(menu)
    press(menu, "menu charge")
    assert menu.order == ""
    opened(menu)
    press(menu, "menu refill")
    menu.done()
    assert menu.order == ""


def test_it_closes_by_itself_and_asks_for_the_code_again(menu):
    opened(menu)
    menu.attend(CLOSES + 0.1, [])
    assert not menu.is_open
    menu.attend(CLOSES + 1.0, [Touch(CLOSES + 1.0, "board", "staff")])
    assert menu.is_open
    assert not menu.is_unlocked


def test_while_the_screen_is_wiped_no_touch_reaches_anybody(menu):
    opened(menu)
    press(menu, "menu clean")
    assert menu.attend(5.0, [Touch(5.0, "message", "home")]) == []
    after = Touch(CLEANING + 0.1, "message", "home")
    assert menu.attend(CLEANING + 0.1, [after]) == [after]


def test_moving_on_is_offered_only_to_a_stopped_robot_and_said_once(menu):
    assert "resume" not in menu.offered(False)
    assert menu.offered(True)[0] == "resume"
    opened(menu)
    press(menu, "menu resume")
    assert menu.may_move
    menu.attend(0.2, [])
    assert not menu.may_move


def test_touches_of_citizens_are_left_to_the_visit(menu):
    touch = Touch(0.0, "welcome", "fields")
    assert menu.attend(0.0, [touch]) == [touch]
