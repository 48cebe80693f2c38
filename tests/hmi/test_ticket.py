import unicodedata
from dataclasses import replace

import numpy as np
import pytest
import qrcode
from qrcode.constants import ERROR_CORRECT_M

from hmi.ticket import MARGIN, clamp_width, draw
from robot.ports import TicketSlip
from robot.types import Texts


def dots(slip: TicketSlip, texts: Texts, width: int = 576) -> np.ndarray:
    """True where the paper is black."""
    return ~np.asarray(draw(slip, texts["vi"], width))


@pytest.mark.parametrize(("asked", "got"), [(9999, 576), (576, 576), (575, 512), (512, 512), (400, 384), (10, 384)])
def test_the_width_is_one_that_paper_has(slip: TicketSlip, texts: Texts, asked: int, got: int) -> None:
    assert clamp_width(asked) == got
    image = draw(slip, texts["vi"], asked)
    assert (image.mode, image.width) == ("1", got)


@pytest.mark.parametrize("width", [576, 512, 384])
def test_nothing_is_printed_beyond_the_margins_however_long_the_words(
    slip: TicketSlip, texts: Texts, width: int
) -> None:
    long = replace(
        slip, service="Đăng ký " * 12, door_name="Đất đai – Xây dựng – Môi trường", wait="Mời ông/bà vào ngay ạ"
    )
    black = dots(long, texts, width)
    assert not black[:, : MARGIN - 2].any()
    assert not black[:, -MARGIN + 2 :].any()


@pytest.mark.parametrize("width", [576, 512, 384])
def test_the_number_is_by_far_the_largest_and_readable_from_afar(slip: TicketSlip, texts: Texts, width: int) -> None:
    inked = dots(slip, texts, width).any(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], inked.astype(np.int8), [0]))))
    heights = sorted(edges[1::2] - edges[::2])
    assert max(heights) >= 0.22 * width


@pytest.mark.parametrize("width", [576, 384])
def test_the_code_stands_on_paper_module_by_module_with_its_quiet_zone(
    slip: TicketSlip, texts: Texts, width: int
) -> None:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(slip.qr)
    wanted = np.kron(np.array(code.get_matrix()), np.ones((208 // len(code.get_matrix()),) * 2, dtype=bool))
    black = dots(slip, texts, width)
    views = np.lib.stride_tricks.sliding_window_view(black, wanted.shape)[700:]
    assert any(np.array_equal(view, wanted) for row in views for view in row if view[20, 20])


def test_decomposed_vietnamese_prints_like_composed(slip: TicketSlip, texts: Texts) -> None:
    apart = replace(slip, service=unicodedata.normalize("NFD", slip.service))
    assert np.array_equal(dots(slip, texts), dots(apart, texts))


def test_what_does_not_apply_takes_no_paper(slip: TicketSlip, texts: Texts) -> None:
    assert dots(replace(slip, ahead=0), texts).shape[0] < dots(slip, texts).shape[0]
    assert dots(replace(slip, notes=()), texts).shape[0] < dots(slip, texts).shape[0] - 80


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_language_of_the_site_has_the_printers_words(slip: TicketSlip, texts: Texts, language: str) -> None:
    assert draw(slip, texts[language]).height > 800
