"""Puts the console of a city together."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import FastAPI
from starlette.exceptions import HTTPException as StarletteHTTPException

from console import assets, city_pages, login_pages
from console.app import LOOPBACK, refused, trouble
from console.city_parts import CityParts
from console.guard import RequestGuard
from robot.types import LetanError


def make_city_app(city: CityParts, names: Iterable[str] = ()) -> FastAPI:
    """The ASGI application, which answers to the loopback's names and to `names`."""
    app = FastAPI(title="Letan city", version="1", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.parts = city
    app.add_middleware(RequestGuard, names=LOOPBACK | frozenset(names), revision=lambda: city.revision)
    for module in (login_pages, city_pages):
        app.include_router(module.router)
    assets.add_to(app, city.palette)
    app.add_exception_handler(LetanError, trouble)
    app.add_exception_handler(StarletteHTTPException, refused)
    return app
