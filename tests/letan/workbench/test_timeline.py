"""What repeats in a list of lines is shown once, with a count, and nothing else is lost."""

from letan.workbench.timeline import Line, folded


def lines(keys):
    return [Line(key, f"{index:02d}", f"{index:02d} {key}") for index, key in enumerate(keys)]


def test_a_round_that_comes_again_and_again_is_shown_once():
    assert folded(lines("xabababababay")) == [
        "00 x",
        "01 a",
        "02 b",
        "          ↻ the 2 lines above 4 times more, the last time at 09",
        "11 a",
        "12 y",
    ]


def test_a_line_alone_is_folded_from_the_third_time_on():
    assert folded(lines("aab")) == ["00 a", "01 a", "02 b"]
    assert folded(lines("aaab")) == ["00 a", "          ↻ the line above 2 times more, the last time at 02", "03 b"]


def test_rounds_of_rounds_are_folded_whatever_their_inner_counts():
    shown = folded(lines("aaab" + "aaaaab" + "aaaab" + "c"))
    assert [line.strip() for line in shown] == [
        "00 a",
        "↻ the line above 2 times more, the last time at 02",
        "03 b",
        "↻ the 3 lines above 2 times more, the last time at 10",
        "15 c",
    ]


def test_what_does_not_repeat_stays_as_it_is():
    assert folded(lines("abcdacbd")) == [line.text for line in lines("abcdacbd")]
    assert folded([]) == []
