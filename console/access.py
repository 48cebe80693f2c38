"""Who asks: the roles behind a request's cookies or token, the token that every form carries, and signed cookies."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from fastapi import HTTPException, Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer

from console.accounts import Accounts, Role

DEVICE = "letan_counter"
LOGIN = "letan_login"
FORM = "letan_form"
DEVICE_SECONDS = 400 * 86400  # browsers keep a cookie no longer
LOGIN_SECONDS = 10 * 3600  # a working day


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who asks: the `roles` they have, the counter whose computer it is, the name they logged in with."""

    roles: frozenset[Role] = frozenset()
    counter: str = ""
    name: str = ""

    @property
    def door(self) -> str:
        """The door of the counter."""
        return self.counter.partition("-")[0]

    @property
    def told(self) -> str:
        """As the audit log names them."""
        return self.name or self.counter or "program"


class Access:
    """Reads and writes the cookies of one office; `token` is the bearer token of programs on this machine."""

    def __init__(self, accounts: Accounts, token: str) -> None:
        self.accounts = accounts
        self._token = token
        self._signer = URLSafeTimedSerializer(accounts.key("cookies"), salt="letan")
        self._key = accounts.key("forms")

    def who(self, request: Request) -> Who:
        """Who asks, as far as cookies or token tell."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._token and hmac.compare_digest(given.encode(), self._token.encode()):
            return Who(frozenset({"program", "counter", "leader", "admin"}))
        roles: set[Role] = set()
        device = self._read(request, DEVICE, DEVICE_SECONDS)
        counter = self.accounts.counter_of(device) or "" if device else ""
        if counter:
            roles.add("counter")
        name = self._read(request, LOGIN, LOGIN_SECONDS)
        account = self.accounts.account(name) if name else None
        if account:
            roles |= {"leader", "admin"} if account.role == "admin" else {account.role}
        return Who(frozenset(roles), counter, account.name if account else "")

    def keep(self, response: Response, cookie: str, value: str, request: Request) -> None:
        """Give a signed cookie that no page of another site sends along and no script reads."""
        seconds = DEVICE_SECONDS if cookie == DEVICE else LOGIN_SECONDS
        signed = str(self._signer.dumps([cookie, value]))
        self._set(response, cookie, signed, request, seconds)

    def form_token(self, request: Request, response: Response | None = None) -> str:
        """The token for the forms of one browser; it is given the cookie that it depends on, where it has none."""
        cookie = request.cookies.get(FORM) or getattr(request.state, "form_cookie", "")
        if not cookie:
            cookie = secrets.token_urlsafe(18)
            request.state.form_cookie = cookie
        if response is not None and request.cookies.get(FORM) != cookie:
            self._set(response, FORM, cookie, request, DEVICE_SECONDS)
        return hmac.new(self._key, cookie.encode(), hashlib.sha256).hexdigest()

    def check_form(self, request: Request, token: str) -> None:
        """HTTP 403 unless the form was made by us for this browser."""
        if not request.cookies.get(FORM) or not hmac.compare_digest(self.form_token(request), token):
            raise HTTPException(403, "this form is too old or not from here: load the page again")

    def _read(self, request: Request, cookie: str, seconds: int) -> str:
        try:
            name, value = self._signer.loads(request.cookies.get(cookie, ""), max_age=seconds)
        except (BadData, ValueError, TypeError):
            return ""
        return str(value) if name == cookie else ""

    @staticmethod
    def _set(response: Response, cookie: str, value: str, request: Request, seconds: int) -> None:
        secure = request.url.scheme == "https"
        response.set_cookie(cookie, value, max_age=seconds, httponly=True, samesite="strict", secure=secure)
