"""Blanks in texts: filled in where known, left as written where not, and refused where they make no sense."""

import pytest

from text.placeholders import filled, placeholders


def test_a_blank_that_nobody_knows_stays_as_it_is_written():
    assert filled("Door {door}, {nmae}", {"door": 3}) == "Door 3, {nmae}"


def test_the_names_of_the_placeholders_are_found():
    assert placeholders("{number} at {door}: {{braces}}") == {"number", "door"}


@pytest.mark.parametrize("text", ["{door", "door}", "{}", "{0}", "{door.name}", "{door[0]}", "{ door}"])
def test_braces_that_make_no_blank_are_refused_in_words(text):
    with pytest.raises(ValueError, match="placeholder"):
        placeholders(text)
