"""What tests of several rooms share: the shipped site and its words, read once, and a slip in them."""

from pathlib import Path

import pytest

from centre.site import load_site
from centre.texts import Texts, load_texts
from robot.ports import TicketSlip

FOLDER = Path(__file__).resolve().parent.parent / "sites" / "cua_nam"


@pytest.fixture(scope="session")
def site():
    return load_site(FOLDER)


@pytest.fixture(scope="session")
def texts() -> Texts:
    return load_texts(FOLDER, ("vi", "en"))


@pytest.fixture
def slip() -> TicketSlip:
    return TicketSlip(
        serial=1,
        centre="UBND phường Cửa Nam\nĐiểm Phục vụ hành chính công",
        number="A 017",
        door="1",
        door_name="Hộ tịch",
        service="Đăng ký khai sinh",
        wait="15–25 phút",
        issued="10:42, 23/11/2026",
        qr="https://dichvucong.gov.vn/#A017",
        notes=("Tờ khai đăng ký khai sinh", "Giấy chứng sinh"),
        language="vi",
        ahead=4,
    )
