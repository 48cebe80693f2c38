"""Quantities and conditions as designers write them."""

from contextlib import suppress
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from behaviours.language.conditions import Variable, compile_assignment, compile_condition
from behaviours.language.expressions import Name
from behaviours.language.tokens import ConditionError
from text import quantities as units

NAMES = {
    "battery": Name("share", "", lambda facts: facts.battery),
    "docked": Name("bool", "", lambda facts: facts.docked),
    "stage": Name("text", "", lambda facts: facts.stage, ("ask", "issue")),
    "time_of_day": Name("clock", "", lambda facts: facts.clock),
    "tray.items": Name("number", "", lambda facts: facts.items),
    "visitors": Name("number", "", lambda facts: facts.visitors),
    "rest": Name("time", "", lambda facts: 90.0),
}
VARIABLES = {"visitors": Variable("number", "main.visitors"), "rest": Variable("time", "main.rest")}
FACTS = SimpleNamespace(battery=0.15, docked=True, stage="ask", clock=9.5 * 3600, items=3.0, visitors=200.0)


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
    ("text", "guess"),
    [
        ("2,5 s", "2.5 s"),
        ("1_000 s", "1000 s"),
        ("1_000", "1000"),
        ("5 Min", "5 min"),
        ("5sec", "5 s"),
        ("1 min 30 s", "90 s"),
        ("1 h 30 min", "5400 s"),
        ("1e3 s", "1000 s"),
        ("5 percent", "5 %"),
        ("5 kg", ""),
        ("10:30", ""),
        ("1.000.000 s", ""),
        ("five", ""),
        ("_E0 s", ""),
    ],
)
def test_a_mistyped_quantity_is_guessed_or_left_alone(text, guess):
    assert units.meant(text) == guess


@given(st.text(alphabet="0123456789_.,eE+- smhinkSM%/°", max_size=20))
def test_what_is_guessed_can_be_written(text):
    guess = units.meant(text)
    assert not guess or units.dimension_of(guess) or float(guess) is not None


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
        ("visitors + 1 == 201 and visitors - 1 == 199 and visitors -1 == 199", True),
        ("2 * (visitors - 100) == visitors", True),
        ("rest * 2 == 3 min and rest - 30 s == 1 min", True),
        ("visitors multiple of 100", True),
        ("visitors + 1 multiple of 100", False),
        ("0 multiple of 100", False),
        ("tray.items > -1", True),
        ("docked or docked and not docked", True),
    ],
)
def test_a_condition_holds_as_it_reads(text, holds):
    assert compile_condition(text, NAMES).holds(FACTS) is holds


@pytest.mark.parametrize(
    ("text", "words", "column"),
    [
        ("batery < 20 %", "unknown name `batery`; did you mean `battery`?", 0),
        ("docked and baterry < 1 %", "unknown name `baterry`; did you mean `battery`?", 11),
        ("battery < 20", "a share can't be compared with a number (write it with its unit: %)", 8),
        ("battery", "a condition is true or false, this is a share", 0),
        ("docked < true", "what is true or false can be compared with == and != only", 7),
        ("docked nad true", "expected `and`, `or` or the end, got `nad`; did you mean `and`?", 7),
        ("(docked", "a bracket is not closed", 0),
        ("docked and", "the condition ends too early", 10),
        ("__import__('os')", "unknown name `__import__`", 0),
        ("time_of_day < 25:00", "25:00 is no time of day", 14),
        ("docked; battery", "';' is not part of the condition language", 6),
        ("", "expected a condition", 0),
        ("Docked", "unknown name `Docked`; did you mean `docked`?", 0),
        ("stage == 'isue'", "`stage` is never 'isue' but one of 'ask', 'issue'; did you mean `issue`?", 9),
        ("battery < 20 kg", "unknown unit `kg`; known are ms, s,", 13),
        ("visitors < 20 kg", "unknown unit `kg`", 14),
        ("docked = true", "'=' is not part of the condition language: to compare, write `==`", 7),
        (
            "visitors % 100 == 0",
            "'%' is not part of the condition language: for every 100th write `multiple of 100`",
            9,
        ),
        ("visitors multiple 5", "expected `multiple of`, as in `visitors multiple of 100`", 9),
        ("visitors multiple of 5 %", "a number is no multiple of a share", 9),
        ("visitors + docked == 3", "`+` needs two quantities of one kind, not a number and true or false", 9),
        ("rest * battery > 3 s", "`*` needs a number on one side, not a time and a share", 5),
        ("$rest > 3 s", "here a parameter stands by its name alone, without `$`", 0),
        ("visitors + 1", "a condition is true or false, this is a number", 0),
        ("docked and visitors", "`and` joins what is true or false, this is a number", 7),
        ("visitors multiple of 0", "needs a whole number of at least 1, not `0`", 21),
        ("visitors multiple of 3 - 3", "needs a whole number of at least 1, not `0`", 21),
        ("rest multiple of -5 s", "`multiple of` needs more than 0 s", 17),
        ("stage == issue", "unknown name `issue`; a text stands in quotes: `'issue'`", 9),
        ("docked == yes", "unknown name `yes`: write `true`", 10),
        ("battery => 5 %", "'=>' is not part of the condition language: write `>=`", 8),
        ("battery \u2265 5 %", "write `>=`", 8),
        ("1 % < battery < 5 %", "two comparisons are joined with `and`", 14),
        ("stage == 'issue", "the quotation mark is not closed", 9),
        ("stage == \u201cissue\u201d", "texts stand in straight quotes", 9),
        ("time_of_day < 9:5", "did you mean `9:05`?", 14),
        ("rest < 5 seconds", "unknown unit `seconds`; did you mean `s`?", 9),
        ("rest < 2,5 s", "numbers have a point, as in `2.5 s`", 8),
    ],
)
def test_a_wrong_condition_names_the_place_and_what_was_expected(text, words, column):
    with pytest.raises(ConditionError) as caught:
        compile_condition(text, NAMES)
    assert words in str(caught.value)
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("visitors = visitors + 1", "main.visitors", 201.0),
        ("visitors=0", "main.visitors", 0.0),
        ("rest = 0.5 * rest", "main.rest", 45.0),
        ("rest = 20 s", "main.rest", 20.0),
    ],
)
def test_an_assignment_gives_its_variable_the_new_value(text, slot, value):
    assignment = compile_assignment(text, NAMES, VARIABLES)
    assert (assignment.slot, assignment.value(FACTS)) == (slot, value)


@pytest.mark.parametrize(
    ("text", "words", "column"),
    [
        ("visitor = 1", "unknown variable `visitor`; did you mean `visitors`?", 0),
        ("battery = 1 %", "`battery` can't be set: only what stands under `let` or `outputs` can", 0),
        ("visitors == 1", "expected `=` after `visitors`", 9),
        ("visitors", "expected `=` after `visitors`", 8),
        ("visitors = 5 s", "`visitors` is a number, this is a time", 11),
        ("visitors = visitor + 1", "unknown name `visitor`; did you mean `visitors`?", 11),
        ("visitors = ", "ends too early", 11),
        ("1 = visitors", "expected an assignment such as", 0),
        (5, "expected an assignment such as", 0),
    ],
)
def test_a_wrong_assignment_names_the_place_and_what_was_expected(text, words, column):
    with pytest.raises(ConditionError) as caught:
        compile_assignment(text, NAMES, VARIABLES)
    assert words in str(caught.value)
    assert caught.value.column == column


@given(st.text(alphabet="abdekotrywn ()<>=!.,%'\"\u2265\u201c0123456789:+-*", max_size=40))
def test_no_text_ever_leads_to_anything_but_an_answer_or_a_condition_error(text):
    with suppress(ConditionError):
        assert compile_condition(text, NAMES).holds(FACTS) in (True, False)


@pytest.mark.parametrize(
    "text", ["(" * 60 + "docked" + ")" * 60, "not " * 60 + "docked", "visitors" + "+1" * 60 + " > 3"]
)
def test_a_condition_nested_without_end_is_named_and_nothing_breaks(text):
    with pytest.raises(ConditionError, match="nested more than 50 deep"):
        compile_condition(text, NAMES)


def test_a_condition_longer_than_any_honest_one_is_refused():
    with pytest.raises(ConditionError, match="longer than 1000 letters"):
        compile_condition("docked and " * 5000 + "docked", NAMES)
