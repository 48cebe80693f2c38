import pytest

from hmi.gallery import load_samples
from hmi.items import Text
from hmi.pages import make
from hmi.theme import load_theme
from robot.types import Modes, ScreenState

MODES = {
    "plain": Modes(),
    "large_text": Modes(large_text=True),
    "low": Modes(low=True),
    "high_contrast": Modes(high_contrast=True),
    "large_low": Modes(large_text=True, low=True),
}
FACES = {"board", "board_driving", "driving_face", "announcement"}  # never shown to a citizen with modes
NAMES = sorted(load_samples())


def made(samples, texts, name, language, modes, turn=0):
    state = samples[name]
    return make(ScreenState(state.page, state.content, language, state.expression, 0.0, modes), texts, turn)


def visible(page):
    return [t for t in page.targets if t.area.w < 1900]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", NAMES)
def test_touch_targets_are_large_and_apart(samples, texts, name, mode, language):
    page, touch = made(samples, texts, name, language, MODES[mode]), load_theme().touch
    targets = visible(page)
    for target in targets:
        assert min(target.area.w, target.area.h) >= touch["least"], target
        assert target.area.x >= 0
        assert target.area.right <= 1920
        assert target.area.bottom <= 1080
    for i, one in enumerate(targets):
        for other in targets[i + 1 :]:
            a, b = one.area, other.area
            across = max(a.x - b.right, b.x - a.right)
            along = max(a.y - b.bottom, b.y - a.bottom)
            assert max(across, along) >= touch["gap"] - 0.5, (
                one,
                other,
            )


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", NAMES)
def test_no_words_are_cut_or_leave_the_screen(samples, texts, name, mode, language):
    for item in made(samples, texts, name, language, MODES[mode]).items:
        if isinstance(item, Text):
            assert "…" not in item.text
            assert 0 <= item.baseline <= 1080
            assert item.size >= 28


@pytest.mark.parametrize("name", sorted(set(NAMES) - FACES - {"staff_pin", "staff_menu"}))
def test_low_mode_keeps_every_control_in_the_lower_part(samples, texts, name):
    page = made(samples, texts, name, "vi", Modes(low=True))
    assert all(target.area.y >= load_theme().modes.low.head for target in visible(page))


def test_large_text_shows_four_tiles_a_page_and_turns(samples, texts):
    first, second = (made(samples, texts, "ask_fields", "vi", Modes(large_text=True), turn) for turn in (0, 1))
    values = [[t.value for t in page.targets if t.action == "field"] for page in (first, second)]
    assert values == [["1", "2", "3", "4"], ["5", "6", "7", "8"]]
    assert any(t.action == "_turn" for t in first.targets)


def test_the_doors_take_turns_by_four(samples, texts):
    shown = [
        {item.text for item in made(samples, texts, "board", "vi", Modes(), turn).items if isinstance(item, Text)}
        for turn in (0, 1)
    ]
    names = [door.name for door in samples["board"].content.doors]
    assert set(names[:4]) <= shown[0]
    assert set(names[4:]) <= shown[1]


def test_english_mode_shows_no_fixed_vietnamese_words(samples, texts):
    page = made(samples, texts, "rating", "en", Modes())
    vietnamese = {words for key, words in texts["vi"].items() if key.startswith("screen.rating.")}
    assert not vietnamese & {item.text for item in page.items if isinstance(item, Text)}


@pytest.mark.parametrize(
    ("name", "actions"),
    [
        ("board", {"start", "speak"}),
        ("welcome", {"speak", "fields", "take_number", "show_way"}),
        ("ask_fields", {"speak", "search", "field"}),
        ("services", {"service", "more"}),
        ("doors", {"door"}),
        ("search", {"key", "erase", "service"}),
        ("procedure", {"ticket"}),
        ("which_one", {"service", "none", "again"}),
        ("ticket", {"guide", "alone"}),
        ("follow_me", {"pause", "alone", "call_staff"}),
        ("call_staff", {"speak", "cancel"}),
        ("drinks", {"taken", "decline"}),
        ("rating", {"rate", "skip"}),
        ("reasons", {"reason", "speak", "skip", "send"}),
        ("easy_view", {"set", "volume", "rate", "reset", "try", "done"}),
        ("idle_warning", {"more_time"}),
        ("out_of_order", {"take_number"}),
        ("staff_pin", {"key", "erase", "cancel"}),
        ("staff_menu", {"key", "erase", "cancel", "menu"}),
        ("driving_face", {"stop"}),
        ("announcement", set()),
        ("message", {"home"}),
    ],
)
def test_pages_answer_with_the_words_of_their_contract(samples, texts, name, actions):
    foot = {"back", "home", "easy_view", "language", "call_staff"}
    found = {t.action for t in made(samples, texts, name, "vi", Modes()).targets}
    assert actions <= found
    assert found - actions <= foot
