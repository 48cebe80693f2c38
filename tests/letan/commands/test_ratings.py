"""The ratings at the command line."""

from datetime import datetime

import pytest


def test_ratings_are_exported_and_reported(letan, database, tmp_path):
    today = datetime.now().date().isoformat()
    days = ("--from", today, "--to", today, "--db", database)
    out = tmp_path / "sub" / "ratings.csv"
    assert "0 ratings in" in letan("ratings", "export", *days, "--out", out)[1], (
        "one alone can be told to be somebody's"
    )
    assert out.read_bytes().decode("utf-8-sig").startswith("Kỳ;Cửa;Việc;Mức;")
    assert [path.name for path in out.parent.iterdir()] == ["ratings.csv"]
    told = letan("ratings", "report", *days)[1]
    assert "Đã cho ý kiến" in told or "ý kiến" in told
    assert "Chưa đủ 5 đánh giá" in told
    assert not {"satisfied", "answered", "number", "share"} & set(told.split()), "one language throughout"


@pytest.mark.parametrize(
    ("days", "words"),
    [(("yesterday", "2026-11-22"), "a day is written"), (("2026-11-23", "2026-11-22"), "comes after")],
)
def test_days_that_are_none_are_said(letan, database, days, words):
    code, _, err = letan("ratings", "report", "--from", days[0], "--to", days[1], "--db", database)
    assert code == 2
    assert words in err
