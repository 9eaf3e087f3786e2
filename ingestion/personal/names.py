"""Does a column look personal by its name? English in any spelling (`EmailAddress`, `e-mail`), and Chinese.

Names of things (`product_name`, 商品名称) and counts of contacts (`email_count`, 手机端访客数) do not. The bare
word `name` is a person's unless the other columns of the file speak of articles and of nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingestion.personal.kinds import Kind

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")

# Words that make it a count, a choice or a hash about contacts instead of a contact.
_NOT_A_VALUE = frozenset(
    "hash hashed consent marketing opt optin subscribed subscription verified count counts sent status opened open"
    " clicks clicked campaign is has accepts accept accepted template type rate device app sessions visitors users"
    " orders model os brand sales traffic impressions version domain enabled".split()
)
_EMAIL = frozenset({"email", "emails", "mail", "emailaddress", "mailaddress"})
_PHONE = frozenset(
    "phone phones mobile cell cellphone cellphones telephone tel fax whatsapp msisdn mobilephone phonenumber".split()
)
_ADDRESS = frozenset(
    "address address1 address2 address3 addr addr1 addr2 street street1 street2 postcode postalcode zip zipcode"
    " streetaddress shippingaddress billingaddress".split()
)
_OTHER = frozenset(
    "ssn passport iban dob birthday birthdate cardholder password passwd cvv cvc wechat weixin qq".split()
)
_PERSON = frozenset(
    "surname forename firstname lastname fullname middlename givenname familyname nickname username recipient"
    " consignee addressee receiver maiden cardholdername".split()
)
_PERSON_NAME_BEFORE = frozenset(
    "first last full middle given family maiden nick user customer buyer client contact recipient receiver consignee"
    " member guest subscriber person employee shipping billing ship bill to holder author reviewer student".split()
)
_PHRASES: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("e", "mail"), "email"),
    (("post", "code"), "drop"),
    (("postal", "code"), "drop"),
    (("ip", "address"), "drop"),
    (("client", "ip"), "drop"),
    (("remote", "addr"), "drop"),
    (("birth", "date"), "drop"),
    (("date", "of", "birth"), "drop"),
    (("national", "id"), "drop"),
    (("id", "card"), "drop"),
    (("identity", "card"), "drop"),
    (("social", "security"), "drop"),
    (("credit", "card"), "drop"),
    (("card", "number"), "drop"),
    (("bank", "account"), "drop"),
    (("contact", "number"), "phone"),
)

_CHINESE_WORDS: tuple[tuple[str, Kind], ...] = (
    (r"邮箱|电子邮件|邮件地址|电邮", "email"),
    (r"手机|电话|联系方式|联系号码|座机|传真", "phone"),
    (r"姓名|收货人|收件人|收货名|联系人|名字|昵称|旺旺", "drop"),
    (r"买家名|买家会员|会员名|客户名|顾客名|用户名", "drop"),
    (r"身份证|证件号|护照|生日|出生|微信|支付宝账|银行卡|银行账|卡号|开户|[Qq][Qq]号", "drop"),
    (r"地址|街道|门牌|邮编|邮政编码", "drop"),
)
# Counts, sides of the trade (手机端, 手机淘宝) and places of things (商品链接地址), not somebody's contact.
_CHINESE_NOT = re.compile(r"端|[数率量额次]$|淘|型号|品牌|类目|是否|商品|链接|网页|图片|店铺|仓|订阅|点击")

_ABOUT_PEOPLE = frozenset(
    "customer customers buyer client user member recipient consignee contact guest email mail phone mobile address"
    " birth birthdate birthday gender sex city street postcode zip surname employee subscriber".split()
)
_ABOUT_THINGS = frozenset(
    "product products sku skus stock price variant article category brand item items title barcode ean upc cost"
    " campaign adset supplier warehouse carrier store shop country currency platform channel".split()
)
_ABOUT_PEOPLE_CHINESE = re.compile(r"客户|顾客|买家|会员|收货|收件|手机|电话|邮箱|姓名|性别|生日")
_ABOUT_THINGS_CHINESE = re.compile(r"商品|价格|库存|货号|条码|类目|品牌|计划|店铺|渠道")


def words(name: str) -> list[str]:
    """Lower-case words of a column name: `ShippingZip_2` → shipping, zip, 2; letters without case stay out."""
    return [word.lower() for word in _WORD.findall(name)]


def personal_kind(name: str, others: Iterable[str] = ()) -> Kind | None:
    """The kind to suggest for a column whose name looks personal, or None. `others`: all columns of the file."""
    if _CHINESE.search(name) and (kind := _chinese(name)):
        return kind
    parts = words(name)
    if not parts or _NOT_A_VALUE.intersection(parts):
        return None
    return _english(parts) or ("drop" if parts == ["name"] and _could_be_people(others) else None)


def _chinese(name: str) -> Kind | None:
    if _CHINESE_NOT.search(name):
        return None
    return next((kind for pattern, kind in _CHINESE_WORDS if re.search(pattern, name)), None)


def _english(parts: list[str]) -> Kind | None:
    found = set(parts) | {"".join(parts)}
    for phrase, kind in _PHRASES:
        if any(tuple(parts[at : at + len(phrase)]) == phrase for at in range(len(parts))):
            return kind
    if found & _EMAIL:
        return "email"
    if found & _PHONE:
        return "phone"
    if found & (_ADDRESS | _OTHER | _PERSON) or parts == ["ip"]:
        return "drop"
    named = [
        at for at, part in enumerate(parts) if part == "name" and at and parts[at - 1] in _PERSON_NAME_BEFORE
    ]
    return "drop" if named else None


def _could_be_people(others: Iterable[str]) -> bool:
    names = list(others)
    spoken = {part for name in names for part in words(name)}
    people = spoken & _ABOUT_PEOPLE or any(_ABOUT_PEOPLE_CHINESE.search(name) for name in names)
    things = spoken & _ABOUT_THINGS or any(_ABOUT_THINGS_CHINESE.search(name) for name in names)
    return bool(people) or not things
