"""Settings of an API as a whole: its address, who we are there, how it turns pages, how much it may be asked."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from ingestion.config_errors import refuse
from ingestion.rest.forms import Body, JsonPath
from ingestion.rest.paging_settings import Paging
from ingestion.settings import Strict


def _base_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise refuse("should be an address", "such as https://shop.example/api") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise refuse("should be an address with http:// or https://", "such as https://shop.example/api")
    if parts.username or parts.password:
        raise refuse(
            "should hold no password",
            'write it as auth: {type: http_basic, username: …, password: "${NAME}"}',
        )
    if parts.query:
        raise refuse("should hold no parameters", "they belong to an input's params, a key to auth")
    return value


def _of_type(value: Any) -> Any:
    return {"type": "bearer", "token": value} if isinstance(value, str) else value


_KEYS: dict[str, tuple[set[str], set[str]]] = {
    # What each way needs, and what it may have besides.
    "bearer": ({"token"}, set()),
    "api_key": ({"api_key"}, {"name", "location"}),
    "http_basic": ({"username", "password"}, set()),
    "oauth2_client_credentials": (
        {"access_token_url", "client_id", "client_secret"},
        {"access_token_request_data", "default_token_expiration"},
    ),
    "login": ({"path"}, {"json", "data", "token_path", "name", "prefix", "again_at"}),
}


class Auth(Strict):
    """Who we are. Called as in dlt's rest_api; `login` is ours: log in with a name and a password, and again when the
    answer is 401."""

    type: Literal["bearer", "api_key", "http_basic", "oauth2_client_credentials", "login"]
    token: SecretStr | None = None
    api_key: SecretStr | None = None
    name: str = Field(default="Authorization", min_length=1)
    """Of the header (or parameter) with the key or the token."""
    location: Literal["header", "query"] = "header"
    username: SecretStr | None = None
    password: SecretStr | None = None
    access_token_url: str | None = None
    client_id: SecretStr | None = None
    client_secret: SecretStr | None = None
    access_token_request_data: dict[str, SecretStr] = Field(default_factory=dict)
    default_token_expiration: int = Field(default=3600, ge=1)
    path: str | None = Field(default=None, min_length=1)
    """Where to log in."""
    body: dict[str, SecretStr] = Field(default_factory=dict, alias="json")
    """What is sent there, as JSON; or as a form:"""
    data: dict[str, SecretStr] = Field(default_factory=dict)
    token_path: JsonPath | None = None
    """Where the token stands in the answer, `$` if it is all of it; cookies are kept instead where None."""
    prefix: str = "Bearer"
    """What stands before the token in the header; may be empty."""
    again_at: tuple[int, ...] = (401,)
    """Answers that say that the log-in has expired."""

    @model_validator(mode="after")
    def _of_its_type(self) -> Auth:
        needed, possible = _KEYS[self.type]
        given = {"json" if one == "body" else one for one in self.model_fields_set} - {"type"}
        if missing := sorted(needed - given):
            raise refuse(f"{self.type} needs {', '.join(missing)}")
        if strange := sorted(given - needed - possible):
            raise refuse(
                f"{', '.join(strange)} is not for {self.type}",
                f"it has {', '.join(sorted(needed | possible))}",
            )
        if self.body and self.data:
            raise refuse("takes either json or data (a form)")
        return self

    def secrets(self) -> list[str]:
        """All that may be shown nowhere."""
        single = (self.token, self.api_key, self.username, self.password, self.client_id, self.client_secret)
        several = (*self.access_token_request_data.values(), *self.body.values(), *self.data.values())
        return [one.get_secret_value() for one in (*single, *several) if one is not None]


class Connection(Strict):
    """`client:` of the configuration."""

    base_url: Annotated[str, AfterValidator(_base_url)]
    headers: dict[str, SecretStr] = Field(default_factory=dict)
    """Sent with each request; taken for secrets."""
    auth: Annotated[Auth | None, BeforeValidator(_of_type)] = None
    paginator: Paging | None = None
    """How pages are turned, where an input does not say it otherwise."""
    data_selector: JsonPath | None = None
    """Where the records stand, where an input does not say it otherwise."""
    params: Body = Field(default_factory=dict)
    """Parameters of every request for records."""
    requests_per_second: float | None = Field(default=None, gt=0)
    """No more than so many; the server's own hints are honoured anyhow."""

    def secrets(self) -> list[str]:
        """All that may be shown nowhere. Words of two or three signs would blot out half of a message."""
        of_headers = [one.get_secret_value() for one in self.headers.values()]
        found = [*(self.auth.secrets() if self.auth else []), *of_headers]
        return [one for one in found if len(one) > 3]
