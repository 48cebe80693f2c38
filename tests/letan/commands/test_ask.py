"""What the robot would do with a sentence, at the command line."""

import io
import json

import pytest


def asked(letan, *texts):
    rows = [json.loads(letan("ask", text, "--json")[1]) for text in texts]
    return [row["does"] for row in rows]


def test_each_utterance_is_answered_by_one_object_a_line(letan, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("tôi muốn đăng ký kết hôn\n\nxyz\n"))
    code, out, _ = letan("ask", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert all(set(row) == {"text", "ranked", "accepted", "does"} for row in rows)
    assert [row["accepted"] for row in rows] == ["ket_hon", None, None]
    assert rows[0]["text"] == "tôi muốn đăng ký kết hôn"
    assert rows[0]["ranked"][0][0] == "ket_hon"
    assert rows[1]["ranked"] == []


def test_a_sure_request_opens_its_procedure_at_its_door(letan, site):
    (does,) = asked(letan, "tôi muốn đăng ký kết hôn")
    assert does == {
        "kind": "choices",
        "choices": ["ket_hon"],
        "page": "procedure",
        "door": site.procedures["ket_hon"].door,
    }


def test_what_may_mean_several_things_is_asked_back(letan, site):
    phrase = site.requests.ambiguous[0]
    (does,) = asked(letan, phrase.say)
    assert does["kind"] == "choices"
    assert does["choices"][: len(phrase.procedures)] == list(phrase.procedures)
    assert does["page"] == "which_one"


def test_an_order_is_an_action_with_the_door_that_it_names(letan):
    number, way = asked(letan, "lấy số thứ tự cửa 2", "tôi muốn lấy số thứ tự")
    assert number == {"kind": "action", "action": "take_number", "page": "welcome", "door": "2"}
    assert way == {"kind": "action", "action": "take_number", "page": "doors", "door": None}


def test_an_answer_comes_with_its_words_in_every_language(letan, site):
    greeting, nonsense = asked(letan, "xin chào", "asdf")
    assert greeting["kind"] == nonsense["kind"] == "answer"
    assert greeting["words"] == site.small_talk[greeting["answer"]].answer
    assert nonsense["answer"] == "unclear"
    assert set(nonsense["words"]) == set(site.languages)


def test_silence_does_nothing(letan):
    assert asked(letan, "  ") == [{"kind": "nothing", "page": "welcome", "door": None}]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tôi muốn lấy số thứ tự", "lay_so -> take_number (page doors)"),
        ("làm căn cước công dân ở cửa nào", "can_cuoc -> can_cuoc"),
        ("asdf", "unsure -> “"),
    ],
)
def test_without_json_it_is_told_in_words(letan, text, words):
    assert words in letan("ask", text)[1]
