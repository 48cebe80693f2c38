"""What a sentence asks for."""

import json
import unicodedata
from pathlib import Path

import pytest

from centre.site import load_site
from perception.requests import DATA, Example, Understander, features, read_examples, sound, understand
from robot.types import LetanError

SITE = load_site(Path(__file__).parents[2] / "sites" / "cua_nam")


@pytest.mark.parametrize(
    ("text", "request_id"),
    [
        ("cho tôi đăng ký khai sinh cho cháu nội", "khai_sinh"),
        ("vợ chồng em muốn đăng ký kết hôn ạ", "ket_hon"),
        ("xin chung thuc ban sao bang dai hoc", "ct_ban_sao"),
        ("tôi cần lấy số thứ tự", "lay_so"),
        ("dẫn tôi đến cửa số sáu", "dan_duong"),
        ("gọi cán bộ giúp tôi", "gap_can_bo"),
        ("I need a ticket please", "lay_so"),
        ("could you take me to door two", "dan_duong"),
        ("may I have a cup of water", "nuoc_uong"),
        ("I want to speak with a staff member", "gap_can_bo"),
        ("can you speak English please", "ngon_ngu"),
        ("please stop", "dung_lai"),
    ],
)
def test_sentences_nobody_trained_are_understood(text: str, request_id: str) -> None:
    assert understand(text).accepted == request_id


@pytest.mark.parametrize(
    "text",
    [
        "asdf qwer zxcv",
        "lorem ipsum dolor sit amet",
        "12345 67890",
        "!!! ???",
        "\U0001f600",
        "xyz " * 5000,
        "a" * 10000,
    ],
)
def test_nonsense_is_never_accepted(text: str) -> None:
    assert understand(text).accepted is None


@pytest.mark.parametrize("text", ["hôm nay trời đẹp quá", "what is the weather like today", "giá vàng bao nhiêu"])
def test_what_is_out_of_scope_is_never_taken_for_a_request(text: str) -> None:
    assert understand(text).accepted in (None, "oos")


@pytest.mark.parametrize("text", ["", "   ", "…", "\n\t"])
def test_no_words_give_no_ranking(text: str) -> None:
    assert understand(text).ranked == ()
    assert understand(text).accepted is None


def test_the_ranking_falls_and_names_every_request_once() -> None:
    ranked = understand("con tôi mới sinh").ranked
    scores = [score for _, score in ranked]
    assert scores == sorted(scores, reverse=True)
    assert len({name for name, _ in ranked}) == len(ranked) == 34


def test_an_unsure_sentence_is_not_accepted_and_a_wide_margin_accepts_less() -> None:
    model = Understander()
    text = "tôi cần giấy tờ cho con"
    assert model.understand(text).accepted is None
    assert model.understand("tôi muốn đăng ký kết hôn", margin=5.0).accepted is None


def test_the_same_words_give_the_same_scores() -> None:
    assert Understander().understand("làm sổ đỏ") == Understander().understand("làm sổ đỏ")


def test_decomposed_letters_are_the_same_letters() -> None:
    text = "tôi muốn đăng ký tạm trú"
    assert understand(unicodedata.normalize("NFD", text)).ranked == understand(text).ranked


@pytest.mark.parametrize(("said", "heard"), [("trích lục", "chích lục"), ("xây dựng", "xây rựng"), ("sổ đỏ", "xổ đỏ")])
def test_sounds_that_are_mixed_up_are_the_same_sound(said: str, heard: str) -> None:
    assert sound(said) == sound(heard)


def test_left_out_sentences_are_found_again_mostly() -> None:
    examples = read_examples(DATA / "intents.jsonl")
    counts = [features(example.text) for example in examples]
    asked = range(0, len(examples), 8)  # one of each request: the benchmark asks them all
    right = 0
    for i in asked:
        rest = Understander([*examples[:i], *examples[i + 1 :]], [*counts[:i], *counts[i + 1 :]])
        right += rest.requests[int(rest.scores([counts[i]])[0].argmax())] == examples[i].request
    assert right / len(asked) >= 0.8


def test_every_sentence_of_the_data_has_a_request_that_the_site_knows_and_its_own_id() -> None:
    ids = []
    for path in sorted(DATA.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            ids.append(row["id"])
            assert SITE.request(row["intent"]), row
    assert len(ids) == len(set(ids))


def test_broken_training_data_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"text": "a", "intent": "b"}\n{"text": "a"}\n', encoding="utf-8")
    with pytest.raises(LetanError, match=r"x\.jsonl:2: "):
        read_examples(tmp_path / "x.jsonl")


def test_a_small_set_of_ones_own_is_enough_to_start_with() -> None:
    model = Understander([Example("mở cửa", "open"), Example("đóng cửa", "close")])
    assert model.understand("mở cửa ra").ranked[0][0] == "open"
