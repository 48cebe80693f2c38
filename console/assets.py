"""What pages load besides themselves, all from here: style, scripts, the typeface, and the look's colours."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

from robot.types import LetanError

HERE = Path(__file__).resolve().parent
CHECKED = {"Cache-Control": "no-cache"}  # kept, but asked for again: a new version is there at once


class _Static(StaticFiles):
    def file_response(self, *args, **more) -> Response:  # type: ignore[no-untyped-def]  # noqa: ANN002, ANN003
        """As the base class, but kept by browsers."""
        answer = super().file_response(*args, **more)
        answer.headers.update(CHECKED)
        return answer


def add_to(app: FastAPI, palette: dict[str, str]) -> None:
    """The routes /static, /font and /palette.css."""
    colours = ";".join(f"--{name.replace('_', '-')}:{value}" for name, value in palette.items())
    fonts = _fonts()

    async def palette_css() -> Response:
        return Response(f":root{{{colours}}}", media_type="text/css", headers=CHECKED)

    async def regular() -> Response:
        return FileResponse(fonts / "BeVietnamPro-Regular.ttf", media_type="font/ttf", headers=CHECKED)

    async def bold() -> Response:
        return FileResponse(fonts / "BeVietnamPro-Bold.ttf", media_type="font/ttf", headers=CHECKED)

    app.add_api_route("/palette.css", palette_css, include_in_schema=False)
    app.add_api_route("/font/regular.ttf", regular, include_in_schema=False)
    app.add_api_route("/font/bold.ttf", bold, include_in_schema=False)
    app.mount("/static", _Static(directory=HERE / "static"))


def _fonts() -> Path:
    """The folder of the typeface, a package of its own."""
    found = find_spec("fontpkg_be_vietnam_pro")
    if found is None or found.origin is None:
        raise LetanError("the package fontpkg-be-vietnam-pro is not installed")
    return Path(found.origin).parent / "files"
