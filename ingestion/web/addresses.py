"""Addresses of pages as DuckDB expressions: their parts, the campaign that they name, the click that they carry."""

from __future__ import annotations

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")

CLICKS: dict[str, tuple[str, str | None]] = {
    "gclid": ("google", "cpc"),
    "gbraid": ("google", "cpc"),
    "wbraid": ("google", "cpc"),
    "dclid": ("google", "display"),
    "msclkid": ("bing", "cpc"),
    "yclid": ("yandex", "cpc"),
    "ttclid": ("tiktok", "cpc"),
    "li_fat_id": ("linkedin", "cpc"),
    "twclid": ("twitter", "cpc"),
    # Facebook marks every link that leaves it, not only those of advertisements.
    "fbclid": ("facebook", None),
}
"""Click ids in addresses → (source, medium) that they stand for where no utm_source does. The first one counts."""


def host(address: str) -> str:
    """The host of an absolute address, in lower case and without `www.`; '' of any other."""
    return f"regexp_replace(lower(regexp_extract({address}, '^[a-zA-Z]+://([^/?#:]+)', 1)), '^www[.]', '')"


def path(address: str) -> str:
    """The path of an address, absolute or not; `/` where it has none."""
    found = f"regexp_extract({address}, '^(?:[a-zA-Z]+://[^/?#]*)?([^?#]*)', 1)"
    return f"case when {address} is not null then coalesce(nullif({found}, ''), '/') end"


def query(address: str) -> str:
    """What stands behind the question mark, or NULL."""
    return f"nullif(regexp_extract({address}, '[?]([^#]*)', 1), '')"


def parameter(of: str, name: str) -> str:
    """The decoded value of a parameter in the query `of`; NULL without one. Bytes that are not UTF-8 stay coded."""
    coded = f"replace(regexp_extract({of}, '(?:^|[&;]){name}=([^&;]*)', 1), '+', ' ')"
    return f"nullif(trim(coalesce(try(url_decode({coded})), {coded})), '')"


def click(of: str) -> str:
    """Which of CLICKS the query `of` has, or NULL."""
    return f"nullif(regexp_extract({of}, '(?:^|[&;])({'|'.join(CLICKS)})=', 1), '')"


def campaign(of: str) -> dict[str, str]:
    """The columns utm_source … utm_term and click_id of a query. Plain columns of most queries cost nothing: they
    are looked into only if they have such a parameter at all."""
    asked = f"contains({of}, 'utm_')"
    columns = {name: f"case when {asked} then {parameter(of, name)} end" for name in UTM}
    return {**columns, "click_id": f"case when contains({of}, 'id=') then {click(of)} end"}


def source_of_click(column: str) -> str:
    """The source that the click id in `column` stands for, for mappings."""
    return _stands_for(column, 0)


def medium_of_click(column: str) -> str:
    """The medium that the click id in `column` stands for, for mappings."""
    return _stands_for(column, 1)


def _stands_for(column: str, at: int) -> str:
    cases = " ".join(f"when '{name}' then '{said[at]}'" for name, said in CLICKS.items() if said[at])
    return f"case {column} {cases} end"
