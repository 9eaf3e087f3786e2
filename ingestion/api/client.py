"""The HTTP client of sources that are web APIs: dlt's, with time-outs, patience, and errors in one line.

Retried are connections that fail, time-outs, 429 and 5xx: after what the server's Retry-After asks for, else after
waits that double, with a random part so that several clients do not come back at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from requests import RequestException, Response
from requests import exceptions as failures
from requests.adapters import BaseAdapter
from requests.auth import AuthBase
from tenacity import RetryCallState, Retrying, retry_if_exception_type, retry_if_result, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from ingestion.api.answers import first_line, graphql_error, is_passing, last_of, retry_after, said_in
from ingestion.api.errors import FeedError
from ingestion.source import SourceError

if TYPE_CHECKING:
    from dlt.sources.helpers.rest_client.client import PageData
    from dlt.sources.helpers.rest_client.paginators import BasePaginator

_CONNECTING_SECONDS = 10
_PASSING = (
    failures.ConnectionError,
    failures.Timeout,
    failures.ChunkedEncodingError,
    failures.ContentDecodingError,
)
_FIRST_WAIT, _LONGEST_BACK_OFF = 0.5, 60.0


class Client:
    """Speaks to one API. `secrets` are shown in no error."""

    def __init__(
        self,
        base_url: str,
        *,
        name: str,
        secrets: Sequence[str] = (),
        auth: AuthBase | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 60,
        attempts: int = 6,
        longest_wait: float = 300,
        first_wait: float = _FIRST_WAIT,
        adapter: BaseAdapter | None = None,
    ) -> None:
        """`adapter` sends each attempt, where a signature holds for one alone."""
        self.name = name
        """The source's, for errors."""
        self.base_url = base_url.rstrip("/")
        self.began: datetime | None = None
        """The server's time at the first answer since `begin`."""
        self.server_time: datetime | None = None
        self._secrets = [one for one in secrets if one]
        self._auth, self._headers = auth, {"User-Agent": "opsmart", **(headers or {})}
        self._timeout, self._longest = timeout, longest_wait
        self._back_off = wait_exponential_jitter(
            multiplier=first_wait, max=_LONGEST_BACK_OFF, jitter=first_wait
        )
        self._attempts = attempts
        self._adapter = adapter
        self._made: Any = None

    def begin(self) -> None:
        """A reading begins: the next answer says when."""
        self.began = None

    def get(
        self, path: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """An answer below 400. Raises FeedError, SourceError."""
        return self._asked("GET", path, params=dict(params or {}), headers=dict(headers or {}))

    def post(
        self, path: str, json: Any = None, headers: Mapping[str, str] | None = None, *, data: Any = None
    ) -> Response:
        """The same; `data` is sent as a form."""
        return self._asked("POST", path, json=json, data=data, headers=dict(headers or {}))

    def hide(self, secret: str) -> None:
        """From now on this is shown in no error, either."""
        if secret and secret not in self._secrets:
            self._secrets.append(secret)

    def json(self, response: Response) -> Any:
        """What an answer says. Raises FeedError if it is no JSON."""
        try:
            return response.json()
        except ValueError:
            kind = response.headers.get("Content-Type", "no content type")
            raise FeedError(
                f"{self._place(response)} answered something that is no JSON ({kind}, {len(response.content):,} bytes):"
                " is the address right, and is nothing in between (a log-in page, a warning of the shop's software)?"
            ) from None

    def paginate(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        paginator: BasePaginator,
        data_selector: str = "$",
        **more: Any,
    ) -> Iterator[PageData[Any]]:
        """Pages, by one of dlt's paginators. Raises FeedError, SourceError."""
        from dlt.sources.helpers.rest_client.exceptions import PaginatorNotFound

        try:
            yield from self._client.paginate(
                path,
                params=dict(params or {}),
                paginator=paginator,
                data_selector=data_selector,
                hooks={"response": []},  # `send` judges: a hook would see each attempt
                **more,
            )
        except failures.InvalidJSONError:
            raise FeedError(
                f"{self._where(path)} answered something that is no JSON: is the address right, and is nothing in"
                " between (a log-in page, a warning of the shop's software)?"
            ) from None
        except RequestException as error:
            raise self._unreachable(error) from None
        except (ValueError, PaginatorNotFound) as error:
            raise FeedError(self.scrubbed(f"{self._where(path)}: {first_line(error)}")) from None

    def graphql(
        self, query: str, variables: Mapping[str, Any] | None = None, path: str = ""
    ) -> dict[str, Any]:
        """The data of an answer. Raises FeedError with the first of its errors."""
        response = self.post(path, {"query": query, "variables": dict(variables or {})})
        answer = self.json(response)
        errors = answer.get("errors") if isinstance(answer, dict) else None
        data = answer.get("data") if isinstance(answer, dict) else None
        if errors or not isinstance(data, dict):
            raise FeedError(self.scrubbed(f"{self._place(response)}: {graphql_error(errors)}"))
        return data

    def scrubbed(self, text: str) -> str:
        """`text` without secrets, in one line."""
        for one in self._secrets:
            for shown in {one, quote(one), quote(one, safe="")}:
                text = text.replace(shown, "‹secret›")
        return " ".join(text.split())[:400]

    def _asked(self, method: str, path: str, **more: Any) -> Response:
        try:
            response: Response = self._client.request(path, method=method, **more)
        except RequestException as error:
            raise self._unreachable(error) from None
        return response

    @property
    def _client(self) -> Any:
        """dlt's client. It is made when it is first used: importing dlt takes seconds."""
        if self._made is None:
            from dlt.common.configuration.specs import RuntimeConfiguration
            from dlt.sources.helpers.requests.session import Session
            from dlt.sources.helpers.rest_client.client import RESTClient

            session = Session(timeout=(_CONNECTING_SECONDS, self._timeout), raise_for_status=False)
            if self._adapter is not None:
                session.mount("http://", self._adapter)
                session.mount("https://", self._adapter)
            retrying = Retrying(
                retry=retry_if_exception_type(_PASSING) | retry_if_result(is_passing),
                wait=self._wait,
                stop=stop_after_attempt(self._attempts),
                retry_error_callback=last_of,
            )
            patient = retrying.wraps(session.send)

            def send(*arguments: Any, **more: Any) -> Response:
                response: Response = patient(*arguments, **more)
                self._judge(response)
                return response

            session.send = send  # type: ignore[method-assign]  # where dlt's own client puts its retries
            self._made = RESTClient(
                self.base_url,
                headers=self._headers,
                auth=self._auth,
                session=session,
                config=RuntimeConfiguration(),
            )
        return self._made

    def _wait(self, state: RetryCallState) -> float:
        asked = retry_after(state)
        if asked is not None and asked > self._longest:
            raise SourceError(
                f"source {self.name}: {self._where('')} asks to come back in {asked / 60:,.0f} minutes; run again then"
            )
        return self._back_off(state) if asked is None else asked

    def _judge(self, response: Response) -> None:
        """Take the server's time; raise what an answer of 400 or more means."""
        told = response.headers.get("Date")
        if told:
            try:
                self.server_time = parsedate_to_datetime(told).astimezone(UTC)
            except ValueError:
                self.server_time = None
            self.began = self.began or self.server_time
        status = response.status_code
        if status < 400:
            return
        place = self._place(response)
        said = said_in(response)
        if status == 401:
            line = (
                f"source {self.name}: {place} lets nobody in with these credentials (401): are they right, and not"
                f" expired?{f' ({said})' if said else ''}"
            )
            raise SourceError(self.scrubbed(line))
        if status == 429 or status >= 500:
            raise SourceError(
                f"source {self.name}: {place} answered {status} {response.reason}, {self._attempts} times; run again"
                " later"
            )
        why = {403: ": the credentials lack the permission to read it", 404: ": there is no such address"}
        line = (
            f"{place} answered {status} {response.reason}{why.get(status, '')}{f' ({said})' if said else ''}"
        )
        raise FeedError(self.scrubbed(line), status)

    def _unreachable(self, error: RequestException) -> SourceError:
        what = (
            f"kept silent for more than {self._timeout:g} seconds"
            if isinstance(error, failures.Timeout)
            else f"cannot be reached ({type(error).__name__})"
        )
        times = f"{self._attempts} times (is it running, and open to this machine?)"
        return SourceError(self.scrubbed(f"source {self.name}: {self._where('')} {what}, {times}"))

    def _where(self, path: str) -> str:
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{path}"

    def _place(self, response: Response) -> str:
        parts = urlsplit(response.url or self.base_url)
        port = f":{parts.port}" if parts.port else ""
        return self.scrubbed(f"{parts.scheme}://{parts.hostname}{port}{parts.path}")
