"""Quantities and conditions as designers write them."""

from contextlib import suppress
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from behaviours.language import units
from behaviours.language.conditions import ConditionError, Name, compile_condition

NAMES = {
    "battery": Name("share", "", lambda facts: facts.battery),
    "docked": Name("bool", "", lambda facts: facts.docked),
    "stage": Name("text", "", lambda facts: facts.stage),
    "time_of_day": Name("clock", "", lambda facts: facts.clock),
    "tray.items": Name("number", "", lambda facts: facts.items),
}
FACTS = SimpleNamespace(battery=0.15, docked=True, stage="ask", clock=9.5 * 3600, items=3.0)


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("0.4 m/s", "speed", 0.4),
        ("3.6 km/h", "speed", 1.0),
        ("20 s", "time", 20.0),
        ("15 min", "time", 900.0),
        ("80 cm", "length", 0.8),
        ("20 %", "share", 0.2),
        ("180 deg", "angle", 3.141592653589793),
        ("-5 cm", "length", -0.05),
    ],
)
def test_a_quantity_becomes_its_si_value(text, dimension, value):
    assert units.parse(text, dimension) == pytest.approx(value)


@pytest.mark.parametrize("text", ["20", 20, "20 kg", "20 m", "fast", "", "20 s s", None, True])
def test_a_quantity_of_the_wrong_kind_says_what_is_expected(text):
    with pytest.raises(ValueError, match=r"expected a time with its unit \(ms, s, min, h\)"):
        units.parse(text, "time")


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("battery < 20 %", True),
        ("battery > 20 % or docked", True),
        ("not docked", False),
        ("docked and (battery > 50 % or tray.items >= 3)", True),
        ("stage == 'ask'", True),
        ('stage != "ask"', False),
        ("time_of_day >= 9:30 and time_of_day < 10:00", True),
        ("not (docked and battery < 20 %)", False),
        ("true", True),
        ("tray.items == 3", True),
    ],
)
def test_a_condition_holds_as_it_reads(text, holds):
    assert compile_condition(text, NAMES).holds(FACTS) is holds


@pytest.mark.parametrize(
    ("text", "words", "column"),
    [
        ("batery < 20 %", "unknown name 'batery', did you mean 'battery'?", 0),
        ("docked and baterry < 1 %", "unknown name 'baterry', did you mean 'battery'?", 11),
        ("battery < 20", "a share can't be compared with a number (write it with its unit: %)", 8),
        ("battery", "a condition is yes or no, this is a share", 0),
        ("docked < true", "a bool can be compared with == and != only", 7),
        ("docked nad true", "expected 'and', 'or' or the end, got 'nad', did you mean 'and'?", 7),
        ("(docked", "a bracket is not closed", 0),
        ("docked and", "the condition ends too early", 10),
        ("__import__('os')", "unknown name '__import__'", 0),
        ("time_of_day < 25:00", "25:00 is no time of day", 14),
        ("docked; battery", "';' is not part of the condition language", 6),
        ("", "expected a condition", 0),
    ],
)
def test_a_wrong_condition_names_the_place_and_what_was_expected(text, words, column):
    with pytest.raises(ConditionError) as caught:
        compile_condition(text, NAMES)
    assert words in str(caught.value)
    assert caught.value.column == column


@given(st.text(alphabet="abdekotrywn ()<>=!.%'\"0123456789:", max_size=40))
def test_no_text_ever_leads_to_anything_but_an_answer_or_a_condition_error(text):
    with suppress(ConditionError):
        assert compile_condition(text, NAMES).holds(FACTS) in (True, False)


@pytest.mark.parametrize("text", ["(" * 5000 + "docked" + ")" * 5000, "not " * 5000 + "docked"])
def test_a_condition_nested_without_end_is_named_and_nothing_breaks(text):
    with pytest.raises(ConditionError, match="nested more than 50 deep"):
        compile_condition(text, NAMES)
