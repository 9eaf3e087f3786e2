"""Time zones and currencies that a configuration may name."""

from __future__ import annotations

import zoneinfo
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator

from ingestion.config_errors import nearest, refuse

# ISO 4217: currencies in circulation, without funds codes, metals and testing codes; ANG and BGN, lately replaced,
# because histories are still in them.
CURRENCIES = frozenset(
    """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
    GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT
    LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR
    NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
    STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG
    XOF XPF YER ZAR ZMW ZWG""".split()
)


@lru_cache
def known_zones() -> frozenset[str]:
    """All IANA zones that this machine (or the tzdata package) knows."""
    return frozenset(zoneinfo.available_timezones()) - {"Factory", "localtime", "posixrules"}


def _zone(value: str) -> str:
    if value in known_zones():
        return value
    found = nearest(value, known_zones())
    hint = (
        f"did you mean {found}?" if found else "such as Europe/London, America/New_York, Asia/Shanghai, UTC"
    )
    raise refuse(f"{value!r} is not an IANA time zone", hint)


def _currency(value: str) -> str:
    if value in CURRENCIES:
        return value
    hint = (
        f"did you mean {value.upper()}?"
        if value.upper() in CURRENCIES
        else "three letters such as GBP or CNY"
    )
    raise refuse(f"{value!r} is not an ISO 4217 currency code", hint)


Zone = Annotated[str, AfterValidator(_zone)]
Currency = Annotated[str, AfterValidator(_currency)]
