"""What counts as personal, in two languages, and what becomes of it."""

from __future__ import annotations

import hashlib
import hmac
import json

import pyarrow as pa
import pytest

from ingestion.personal import advice, normalise
from ingestion.personal.detect import Screen
from ingestion.personal.key import Key, KeyMissingError, key_from
from ingestion.personal.masking import mask_text, shape
from ingestion.personal.names import personal_kind
from ingestion.personal.protect import hash_values, protect

KEY = Key(b"a key of sixteen bytes or more")


def findings(columns: dict[str, list], declared=None, region=None):
    batch = pa.record_batch({name: pa.array(values) for name, values in columns.items()})
    screen = Screen(declared or {}, region)
    screen.look(batch, pa.array(range(1, batch.num_rows + 1)))
    return {one.column: (one.kind, one.row) for one in screen.findings(list(columns))}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Email", "email"),
        ("e-mail", "email"),
        ("CustomerEmailAddress", "email"),
        ("买家邮箱", "email"),
        ("Mobile", "phone"),
        ("tel", "phone"),
        ("收货人手机", "phone"),
        ("联系电话", "phone"),
        ("FirstName", "drop"),
        ("Billing Name", "drop"),
        ("shipping_address", "drop"),
        ("Zip", "drop"),
        ("Date of Birth", "drop"),
        ("IPAddress", "drop"),
        ("收货人姓名", "drop"),
        ("买家会员名", "drop"),
        ("收货地址", "drop"),
        ("身份证号", "drop"),
    ],
)
def test_a_personal_name_of_a_column_is_recognised(name, kind):
    assert personal_kind(name, [name]) == kind


@pytest.mark.parametrize(
    "name",
    [
        "InvoiceNo StockCode Description Quantity InvoiceDate UnitPrice CustomerID Country".split(),
        "email_hash accepts_email_marketing email_count mobile_sessions is_mobile address_hash".split(),
        "product_name store_name carrier_name visitor_id user_agent_class city region".split(),
        [
            "商品名称",
            "店铺名称",
            "手机端访客数",
            "电话咨询量",
            "订单编号",
            "实付金额",
            "商品链接地址",
            "省份",
        ],
    ],
)
def test_names_of_things_and_counts_are_not_personal(name):
    assert {one: personal_kind(one, name) for one in name} == dict.fromkeys(name)


def test_a_bare_name_is_a_person_unless_the_file_is_about_articles():
    assert personal_kind("Name", ["Name", "id"]) == "drop"
    assert personal_kind("Name", ["Name", "sku", "price"]) is None
    assert personal_kind("Name", ["Name", "sku", "price", "customer_id"]) == "drop"


def test_content_is_recognised_whatever_the_column_is_called():
    assert findings({"a": ["x", None, "ann@example.com"]}) == {"a": ("email", 3)}
    assert findings({"a": ["please write to ann@example.com"]}) == {"a": ("text", 1)}
    assert findings({"a": ["?mail=ann%40example.com"]}) == {"a": ("text", 1)}
    assert findings({"a": ["13812345678"] * 3 + ["x"] * 20}) == {"a": ("phone", 1)}
    assert findings({"a": ["打我电话13812345678谢谢"]}) == {"a": ("text", 1)}
    assert findings({"a": ["ring +44 20 7946 0958"]}) == {"a": ("text", 1)}
    assert findings({"a": ["ring 020 7946 0958 at ten"]}, region="GB") == {"a": ("text", 1)}
    assert findings({"a": ["+442079460958"]}) == {"a": ("phone", 1)}
    assert findings({"a": ["(415) 555-2671", "212-555-0100"]}) == {"a": ("phone", 1)}
    assert findings({"a": ["020 7946 0958"]}) == {"a": ("phone", 1)}
    assert findings({"a": ["02079460958"]}, region="GB") == {"a": ("phone", 1)}
    assert findings({"a": ["11010519491231002X"]}) == {"a": ("drop", 1)}
    assert findings({"a": ['{"id": 1, "customer": {"first_name": "Ann"}}']}) == {"a": ("drop", 1)}


def test_numbers_of_other_kinds_are_left_alone():
    quiet = {
        "invoice": ["536365", "C536379"],
        "customer": ["17850.0", "13047.0"],
        "at": ["2010-12-01 08:26:00", "01-02-2011"],
        "day": ["31.12.2010", "20101231"],
        "unix": ["1291191960", "1291191960123"],
        "ean": ["5012345678900", "09780201379624"],
        "order": ["114-3941689-8772232", "4503599627370497"],
        "price": ["1,234,567.89", "+12.50"],
        "text": ["of 2010-12-01 to 2010-12-24, 12345678 sold", "ref 0207-A, 2010-12-01T08:26:00Z"],
        "image": ["logo@2x.png", "a@b"],
        "handle": ["@shop", "@b"],
    }
    assert findings(quiet, region="GB") == {}


def test_an_order_number_that_looks_like_a_mobile_number_is_only_one_of_many():
    assert findings({"a": ["13812345678", *(str(number) for number in range(100))]}) == {}


def test_declared_columns_are_not_looked_at():
    assert findings({"Email": ["ann@example.com"]}, {"Email": "keep"}) == {}


def test_nested_and_typed_columns_are_looked_into():
    assert findings({"a": [{"b": {"contact": "ann@example.com"}}]}) == {"a": ("email", 1)}
    assert findings({"a": [{"last_name": "x"}]}) == {"a": ("drop", 1)}
    assert findings({"a": [["x", "ann@example.com"]]}) == {"a": ("email", None)}
    assert findings({"a": [13812345678, 13912345678]}) == {"a": ("phone", 1)}


def test_equal_identities_hash_alike_and_nothing_else_does():
    mails = hash_values(
        [" Ann@Example.com", "ann@example.com", "ａｎｎ@example.com", "bob@example.com"], "email", KEY, None
    )
    assert mails[0] == mails[1] == mails[2] != mails[3]
    phones = hash_values(["020 7946 0958", "+44 (0)20 7946 0958", "+44 20 7946 0959"], "phone", KEY, "GB")
    assert phones[0] == phones[1] != phones[2]
    assert (
        hash_values(["Ab", " Ab ", "ab"], "hash", KEY, None)[0] == hash_values(["Ab"], "hash", KEY, None)[0]
    )


def test_a_hash_is_the_hmac_of_the_normalised_value():
    expected = hmac.new(KEY.secret, b"ann@example.com", hashlib.sha256).hexdigest()
    assert hash_values(["ANN@example.com "], "email", KEY, None) == [expected]
    assert normalise.phone("138 1234 5678", "CN") == "+8613812345678"
    assert KEY.version == hashlib.sha256(KEY.secret).hexdigest()[:8]


def test_empty_and_masked_values_have_no_identity():
    assert hash_values(["", "  ", None, "a***@example.com"], "email", KEY, None) == [None] * 4
    assert hash_values(["138****5678", ""], "phone", KEY, "CN") == [None, None]


def test_free_text_keeps_its_words():
    assert mask_text("Ring 020 7946 0958, or ann@example.com!", "GB") == "Ring ‹phone›, or ‹email›!"
    assert mask_text("请联系a@b.com谢谢，手机138 1234 5678", "CN") == "请联系‹email›谢谢，手机‹phone›"
    assert mask_text("手机：１３８１２３４５６７８", "CN") == "手机：‹phone›"
    unchanged = "Order 536365 of 2010-12-01 08:26 cost 1,234,567.89; see logo@2x.png, SF1234567890123"
    assert mask_text(unchanged, "GB") == unchanged


def test_protecting_a_batch():
    batch = pa.record_batch(
        {
            "id": [1, 2],
            "Email": ["ann@example.com", ""],
            "Mobile": pa.array([13812345678, None], pa.int64()),
            "Name": ["Ann", "Bob"],
            "Note": ["call 13812345678", None],
            "Title": ["Dr", "Mr"],
        }
    )
    kinds = {"Email": "email", "Mobile": "phone", "Name": "drop", "Note": "text", "Title": "keep"}
    safe = protect(batch, kinds, KEY, "CN").to_pydict()
    assert list(safe) == ["id", "Email", "Mobile", "Note", "Title", "_pii_key_version"]
    assert safe["Email"] == [KEY.hash("ann@example.com"), None]
    assert safe["Mobile"] == [KEY.hash("+8613812345678"), None]
    assert safe["Note"] == ["call ‹phone›", None]
    assert safe["_pii_key_version"] == [KEY.version] * 2


def test_without_hashes_there_is_no_key_version():
    batch = pa.record_batch({"a": ["x"], "Name": ["Ann"]})
    assert protect(batch, {"Name": "drop"}, None, None).to_pydict() == {"a": ["x"]}


def test_the_advice_is_yaml_that_can_be_pasted_and_shows_no_value():
    screen = Screen({"Name": "drop"})
    values = {"Name": ["Ann"], "Email": ["ann@example.com"], "a: b": ["bob@example.com"]}
    screen.look(pa.record_batch(values), pa.array([1]))
    text = advice.undeclared(screen.findings(list(values)), {"Name": "drop"}, "customers")
    line = text.split("`")[3]
    assert line == 'personal: {Name: drop, Email: email, "a: b": email}'
    assert "row 1" in text
    assert "inputs.customers" in text
    assert "ann" not in text
    assert "bob" not in text
    assert json.loads('"a: b"') == "a: b"


def test_a_shape_tells_nothing_of_the_value():
    assert shape("ann@example.com") == "‹email, 15 characters›"
    assert shape("Ann Smith") == "‹value, 9 characters›"


def test_a_missing_or_short_key_says_how_to_make_one():
    for text in (None, "", "  ", "short"):
        with pytest.raises(KeyMissingError, match=r"secrets\.token_hex"):
            key_from(text)


def test_a_key_does_not_show_itself():
    assert "sixteen" not in repr(KEY)


def test_regions_of_time_zones():
    zones = ("Europe/London", "Asia/Shanghai", "America/New_York", "UTC", None)
    assert [normalise.region_of_timezone(zone) for zone in zones] == ["GB", "CN", "US", None, None]
