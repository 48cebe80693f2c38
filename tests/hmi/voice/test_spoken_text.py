import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmi.voice.spoken_text import DATA, SpeechWords, number, reader
from text.validation import validate
from text.yaml12 import read_yaml

WORDS = validate(read_yaml(DATA / "speech_vi.yaml"), SpeechWords)


def said(value: int) -> str:
    assert WORDS.numbers is not None
    return number(value, WORDS.digits, WORDS.numbers)


def understood(words: str) -> int:
    """What a listener makes of a spoken Vietnamese number: an independent reading from left to right."""
    ones = {word: digit for digit, word in enumerate(WORDS.digits)} | {"mốt": 1, "tư": 4, "lăm": 5}
    total, group, last = 0, 0, 0
    for word in words.removeprefix("âm ").split():
        if word in ones:
            last = ones[word]
            group += last
        elif word in ("mươi", "trăm"):
            group += last * ({"mươi": 10, "trăm": 100}[word] - 1)
        elif word == "mười":
            group += 10
        elif word == "tỷ":
            total, group = (total + group) * 10**9, 0
        elif word in ("nghìn", "triệu"):
            total += group * {"nghìn": 1000, "triệu": 10**6}[word]
            group = 0
        else:
            assert word == "linh", word
    return (total + group) * (-1 if words.startswith("âm ") else 1)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (55, "năm mươi lăm"),
        (100, "một trăm"),
        (105, "một trăm linh năm"),
        (115, "một trăm mười lăm"),
        (8000, "tám nghìn"),
        (1005, "một nghìn không trăm linh năm"),
        (1_020_000, "một triệu không trăm hai mươi nghìn"),
        (2_000_000_001, "hai tỷ không trăm linh một"),
        (-7, "âm bảy"),
    ],
)
def test_numbers_are_said_as_vietnamese_people_say_them(value: int, words: str) -> None:
    assert said(value) == words


@given(st.integers(-(10**17), 10**17))
def test_a_listener_understands_every_number(value: int) -> None:
    assert understood(said(value)) == value


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_different_numbers_sound_different(one: int, other: int) -> None:
    assert (said(one) == said(other)) == (one == other)


@given(st.integers(0, 99))
def test_after_tens_people_say_mot_and_lam(value: int) -> None:
    tens, ones = divmod(value, 10)
    words = said(value).split()
    assert (words[-1] == "mốt") == (tens >= 2 and ones == 1)
    assert (words[-1] == "lăm") == (tens >= 1 and ones == 5)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Mời số A 017 đến Cửa 1 ạ.", "Mời số a không một bảy đến Cửa một ạ."),
        ("Số B105", "Số bê một không năm"),
        ("Hôm nay 23/11/2026.", "Hôm nay ngày hai mươi ba tháng mười một năm hai nghìn không trăm hai mươi sáu."),
        ("ngày 5/6", "ngày năm tháng sáu"),
        ("8:00-11:30", "tám giờ đến mười một giờ ba mươi phút"),
        ("13h30 – 17h", "mười ba giờ ba mươi phút đến mười bảy giờ"),
        ("Lệ phí 8.000 đồng", "Lệ phí tám nghìn đồng"),
        ("1.250.000đ", "một triệu hai trăm năm mươi nghìn đồng"),
        ("15–25 phút", "mười lăm đến hai mươi lăm phút"),
        ("98,5 %", "chín mươi tám phẩy năm phần trăm"),
        ("gọi 0912345678", "gọi không chín một hai ba bốn năm sáu bảy tám"),
        ("ngoài trời -3 độ", "ngoài trời âm ba độ"),
        ("UBND phường; VNeID, CCCD, BHYT!", "ủy ban nhân dân phường; vi en i đi, căn cước công dân, bảo hiểm y tế!"),
        ("mã QR", "mã quy rờ"),
        ("TNHH", "tê nờ hát hát"),
        (
            "Nghị định 123/2015/NĐ-CP",
            "Nghị định một trăm hai mươi ba trên hai nghìn không trăm mười lăm nghị định-Chính phủ",
        ),
        ("Ông/bà, anh/chị", "Ông bà, anh chị"),
        ("Mời ông bà NGỒI chờ", "Mời ông bà NGỒI chờ"),
    ],
)
def test_vietnamese_is_written_out(written: str, spoken: str) -> None:
    assert reader("vi").read(written) == spoken
    assert reader("vi").read(unicodedata.normalize("NFD", written)) == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Your number is A 017, door 1.", "Your number is A zero one seven, door 1."),
        ("Bring your CCCD and VNeID.", "Bring your citizen card and V N e I D."),
        ("8:00 to 11:30, 20 %", "8:00 to 11:30, 20 %"),
    ],
)
def test_english_numbers_are_left_to_the_synthesiser(written: str, spoken: str) -> None:
    assert reader("en").read(written) == spoken


@given(st.text(alphabet="A Đ1234567890.,:/-–%hđVNeID ạ", max_size=30))
def test_no_digit_is_left_and_nothing_is_read_twice(text: str) -> None:
    spoken = reader("vi").read(text)
    assert not re.search(r"[0-9]", spoken)
    assert reader("vi").read(spoken) == spoken


def test_a_language_without_a_file_is_left_as_it_is() -> None:
    assert reader("fr").read("Numéro 17  s'il vous plaît") == "Numéro 17 s'il vous plaît"
