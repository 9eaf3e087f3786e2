"""Each way to prove who we are, the way it is written, and what is said where it does not do."""

from __future__ import annotations

import base64

import pytest

from ingestion import lake
from tests.ingestion.fake_http import Answer, Asked, FakeServer
from tests.ingestion.rest.shop import Shop, configured

SECRET_WORD = "very-secret-word-42"
WAYS = {
    "bearer": ("{type: bearer, token: '${WORD}'}", lambda a: a.headers.get("authorization") == f"Bearer {SECRET_WORD}"),
    "a token alone": ("'${WORD}'", lambda a: a.headers.get("authorization") == f"Bearer {SECRET_WORD}"),
    "key in a header": (
        "{type: api_key, name: X-Key, api_key: '${WORD}'}", lambda a: a.headers.get("x-key") == SECRET_WORD,
    ),
    "key in the query": (
        "{type: api_key, name: key, api_key: '${WORD}', location: query}", lambda a: a.one("key") == SECRET_WORD,
    ),
    "http_basic": (
        "{type: http_basic, username: ann, password: '${WORD}'}",
        lambda a: a.headers.get("authorization") == "Basic " + base64.b64encode(f"ann:{SECRET_WORD}".encode()).decode(),
    ),
}  # fmt: skip


class Guarded:
    """A server that wants a token, which it gives for a password and forgets after some requests."""

    def __init__(self, shop: Shop, good_for: int = 1000) -> None:
        self.shop, self.good_for, self.given, self.used = shop, good_for, 0, 0

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/api/login":
            return self.log_in(asked, asked.json == {"user": "ann", "password": SECRET_WORD})
        if asked.path == "/api/form":
            return self.log_in(asked, asked.body == f"user=ann&password={SECRET_WORD}".encode())
        if asked.path == "/oauth":
            return self.log_in(asked, f"client_secret={SECRET_WORD}".encode() in asked.body)
        shown = asked.headers.get("authorization", "") + asked.headers.get("cookie", "")
        self.used += 1
        if not self.given or f"token-number-{self.given}" not in shown or self.used > self.good_for:
            return Answer({"message": "log in"}, 401)
        return self.shop.answer(asked)

    def log_in(self, asked: Asked, right: bool) -> Answer:
        if not right:
            return Answer({"message": "wrong password"}, 401)
        self.given, self.used = self.given + 1, 0
        token = f"token-number-{self.given}"
        headers = {"Set-Cookie": f"session={token}"} if asked.path == "/api/form" else {}
        return Answer({"access_token": token, "expires_in": 3600, "data": {"token": token}}, headers=headers)


@pytest.fixture(autouse=True)
def word(monkeypatch):
    monkeypatch.setenv("WORD", SECRET_WORD)


@pytest.mark.parametrize(("auth", "is_right"), WAYS.values(), ids=WAYS.keys())
def test_fixed_credentials(shop, server: FakeServer, tmp_path, auth, is_right):
    server.handler = lambda asked: shop.answer(asked) if is_right(asked) else Answer({"message": "no"}, 401)
    assert lake.land(configured(tmp_path, server.url, client=f"auth: {auth}"), "api").rows == 24


LOG_INS = {
    "json": "{type: login, path: login, json: {user: ann, password: '${WORD}'}, token_path: data.token}",
    "form and cookie": "{type: login, path: form, data: {user: ann, password: '${WORD}'}}",
    "oauth2": (
        "{type: oauth2_client_credentials, access_token_url: '%s/oauth', client_id: me, client_secret: '${WORD}'}"
    ),
}


@pytest.mark.parametrize("auth", LOG_INS.values(), ids=LOG_INS.keys())
def test_a_token_is_fetched_once_and_again_when_it_is_refused(shop, server: FakeServer, tmp_path, auth):
    guarded = Guarded(shop, good_for=2)
    server.handler = guarded.answer
    auth = auth.replace("%s", server.url)
    assert lake.land(configured(tmp_path, server.url, client=f"auth: {auth}"), "api").rows == 24
    assert guarded.given == 2  # three pages, a token is good for two


def test_wrong_credentials_are_told_without_them(shop, server: FakeServer, tmp_path):
    server.handler = Guarded(shop).answer
    auth = (
        "auth: {type: login, path: login, json: {user: ann, password: wrong-word-99}, token_path: data.token}"
    )
    with pytest.raises(lake.SourceError, match="401") as told:
        lake.land(configured(tmp_path, server.url, client=auth), "api")
    assert "wrong-word-99" not in str(told.value)


def test_an_answer_without_a_token_says_where_it_was_looked_for(shop, server: FakeServer, tmp_path):
    server.handler = Guarded(shop).answer
    auth = "auth: {type: login, path: login, json: {user: ann, password: '${WORD}'}, token_path: nowhere}"
    with pytest.raises(lake.SourceError, match="no text at nowhere"):
        lake.land(configured(tmp_path, server.url, client=auth), "api")


def test_requests_keep_their_distance(shop, server: FakeServer, tmp_path):
    import time

    began = time.monotonic()
    lake.land(configured(tmp_path, server.url, client="requests_per_second: 4"), "api")
    assert time.monotonic() - began >= 0.5  # three requests, a quarter of a second apart


def test_the_servers_allowance_is_honoured():
    from requests import Response

    from ingestion.rest.pace import pause_asked

    def told(**headers: str) -> float:
        answer = Response()
        answer.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
        return pause_asked(answer)

    assert told(X_RateLimit_Remaining="0", X_RateLimit_Reset="7") == 7
    assert told(X_RateLimit_Remaining="3", X_RateLimit_Reset="7") == 0
    assert told() == 0
