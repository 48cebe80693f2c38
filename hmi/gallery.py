"""Photographs every page with sample content, for people to look at: `python -m hmi.gallery OUT [--mocks DIR]`."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image
from pydantic import TypeAdapter

from hmi.screen import TkScreen
from hmi.xvfb import Xvfb
from robot.clock import RealClock
from robot.pages import PAGES, PageContent
from robot.types import Modes, ScreenState, Texts
from text.problems import FileError
from text.yaml12 import read_yaml

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "docs" / "pages" / "samples.yaml"
TEXTS = ROOT / "sites" / "cua_nam" / "texts"
PAIR_WIDTH = 1400
COLOURS = 64


class WallClock(RealClock):
    """Real time, for a screen without a robot."""

    def wall(self) -> datetime:
        """Local time."""
        return datetime.now().astimezone()


def load_samples(path: Path = SAMPLES) -> dict[str, ScreenState]:
    """The sample states by name."""
    document, found = read_yaml(path), {}
    for name, sample in document.data.items():
        try:
            kind: type[PageContent] = PAGES[sample["page"]].content
            content = TypeAdapter(kind).validate_python(sample["content"])
        except (KeyError, ValueError) as error:
            raise FileError([document.problem((name,), f"no content of this page: {error}")]) from None
        modes = Modes(**sample.get("modes", {}))
        expression, gaze = sample.get("expression", "neutral"), sample.get("gaze", 0.0)
        found[name] = ScreenState(sample["page"], content, expression=expression, gaze=gaze, modes=modes)
    return found


def load_screen_texts(folder: Path = TEXTS) -> Texts:
    """The words of the screen alone, for pictures and tests without a site: language -> `screen.…` -> words."""
    return {path.stem: dict(_flat(read_yaml(path).data, "")) for path in sorted(folder.glob("*.yaml"))}


def _flat(data: Any, key: str) -> list[tuple[str, str]]:  # noqa: ANN401 plain YAML data
    if isinstance(data, dict):
        return [pair for name, value in data.items() for pair in _flat(value, f"{key}.{name}" if key else name)]
    return [(key, str(data))]


def side_by_side(ours: Path, mock: Path, out: Path) -> None:
    """Our page left, the mock right, small enough for the repository."""
    half = PAIR_WIDTH // 2
    pair = Image.new("RGB", (PAIR_WIDTH, half * 9 // 16), "#FFFFFF")
    for x, path in ((0, ours), (half, mock)):
        with Image.open(path) as image:
            pair.paste(
                image.convert("RGB").resize((half - 4, half * 9 // 16), Image.Resampling.LANCZOS),
                (x + x // half * 4, 0),
            )
    pair.quantize(COLOURS, dither=Image.Dither.NONE).save(out, optimize=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="folder for the pictures")
    parser.add_argument("--mocks", type=Path, help="folder with the design's pictures, to put beside ours")
    parser.add_argument("--only", nargs="*", default=[], help="names of samples")
    parser.add_argument("--language", default="vi")
    parser.add_argument("--mode", choices=["large_text", "low", "high_contrast"])
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with Xvfb() as display:
        screen = TkScreen(load_screen_texts(), WallClock(), display.display)
        try:
            photograph_all(screen, options)
        finally:
            screen.close()


def photograph_all(screen: TkScreen, options: argparse.Namespace) -> None:
    """One picture a sample."""
    for name, state in load_samples().items():
        if options.only and name not in options.only:
            continue
        modes = _mode(options.mode) if options.mode else state.modes
        path = options.out / f"{name}.png"
        screen.photograph(
            ScreenState(state.page, state.content, options.language, state.expression, state.gaze, modes), path
        )
        mock = options.mocks / f"{name}.png" if options.mocks else None
        if mock is not None and mock.is_file():
            side_by_side(path, mock, path)
        elif options.mocks:
            with Image.open(path) as image:
                small = image.convert("RGB").resize((PAIR_WIDTH // 2, PAIR_WIDTH * 9 // 32), Image.Resampling.LANCZOS)
            small.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def _mode(name: str) -> Modes:
    return Modes(name == "large_text", name == "low", name == "high_contrast")


if __name__ == "__main__":
    main()
