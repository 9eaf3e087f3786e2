"""Who is who: people who turn out to be one, and people who turn out to be several."""

from __future__ import annotations

from tests.dbt.kit.rows import Row, customer, order, refund
from tests.dbt.kit.telling import MAX_LINKS, Step, Story
from tests.dbt.stories.book import sales, story
from tests.dbt.stories.deletions import gone


def guest(order_id: str, at: str, email: str | None = None, phone: str | None = None, **more: object) -> Row:
    return order(order_id, at, more.pop("customer", None), email_hash=email, phone_hash=phone, **more)  # type: ignore[arg-type]


@story
def a_guest_with_a_phone_opens_an_account() -> Story:
    """The account comes with an e-mail address, later with the phone; a second shop has the address too."""
    return {
        0: Step(
            {
                **sales(guest("1", "2024-01-05 10:00", phone="p"), guest("2", "2024-01-06 10:00", email="e")),
                ("refunds", "r"): [refund("r1", 3, "2024-01-20 10:00", customer_id="a")],
            }
        ),
        1: Step({("customers", "c"): [customer("a", email_hash="e")]}),
        2: Step({("customers", "d"): [customer("a", email_hash="e", phone_hash="p")]}),
        3: Step({("orders", "x"): [guest("3", "2024-03-01 10:00", email="e", _shop=2)]}),
        5: Step({("customers", "d"): [], ("customers", "c"): []}),
    }


@story
def an_order_between_two_people_is_deleted() -> Story:
    bridge = guest("3", "2024-01-20 10:00", email="e", phone="p", version=1)
    return {
        0: Step(
            sales(
                guest("1", "2024-01-05 10:00", email="e", customer="a"),
                guest("2", "2024-01-06 10:00", phone="p", customer="b"),
            )
        ),
        1: Step({("orders", "bridge"): [bridge]}),
        2: Step({("orders", "gone"): [gone(bridge, 2)]}),
        3: Step({("orders", "again"): [{**bridge, "version": 3}]}),
        5: Step(refuse=[(3, "export", "orders", "again"), (1, "export", "orders", "bridge")]),
    }


@story
def an_account_changes_its_address() -> Story:
    """No order has the old address with the account: who has it is somebody else from then on."""
    return {
        0: Step(
            {
                **sales(order("1", "2024-01-05 10:00", "a"), guest("2", "2024-01-06 10:00", email="old")),
                ("customers", "c"): [customer("a", email_hash="old", version=1)],
            }
        ),
        1: Step({("orders", "x"): [guest("3", "2024-02-01 10:00", email="new")]}),
        2: Step({("customers", "d"): [customer("a", email_hash="new", version=2)]}),
        3: Step({("customers", "e"): [customer("a", email_hash="old", version=3, is_test=True)]}),
        5: Step({("customers", "f"): [gone(customer("a"), 4)]}),
    }


@story
def a_chain_grows_and_breaks() -> Story:
    links = [
        guest(str(n), f"2024-01-{n + 1:02} 10:00", f"e{n // 2}", f"p{(n + 1) // 2}") for n in range(1, 20)
    ]
    return {
        0: Step({("orders", "x"): [one for one in links if one["order_id"] != "9"]}),
        1: Step({("orders", "y"): [links[8]]}),
        2: Step({("orders", "y"): []}),
        3: Step(
            {("orders", "y"): [links[8]], ("orders", "z"): [guest("30", "2024-03-01 10:00", "e0", "p10")]}
        ),
        5: Step({("orders", "y"): []}),
    }


@story
def an_address_is_shared_by_too_many_and_again_by_fewer() -> Story:
    some = [guest(str(n), "2024-01-05 10:00", "shared", f"p{n}") for n in range(MAX_LINKS)]
    more = [guest("9", "2024-01-20 10:00", "shared", "p9"), guest("10", "2024-01-20 10:00", "shared")]
    return {
        0: Step({("orders", "x"): [*some, guest("8", "2024-01-05 10:00", "e", "p0")]}),
        1: Step({("orders", "y"): more}),
        2: Step({("orders", "y"): more[1:]}),
        3: Step({("orders", "z"): [guest("11", "2024-03-01 10:00", "shared", "p11", customer="a")]}),
        5: Step({("orders", "x"): some[:1]}),
    }


@story
def links_that_lie_ahead() -> Story:
    return {
        0: Step(
            {
                **sales(guest("1", "2024-01-05 10:00", phone="p"), guest("2", "2024-01-06 10:00", email="e")),
                ("orders", "ahead"): [guest("3", "2024-02-03 10:00", "e", "p")],
                ("customers", "ahead"): [customer("a", email_hash="e", created_at="2024-02-20 10:00")],
            }
        ),
        3: Step({("orders", "x"): [order("4", "2024-03-01 10:00", "a")]}),
    }


@story
def a_test_account_turns_out_to_be_one() -> Story:
    """Its orders were typed in with addresses and phones of several people."""
    return {
        0: Step(
            {
                **sales(guest("1", "2024-01-05 10:00", phone="p"), guest("2", "2024-01-06 10:00", email="e")),
                ("orders", "typed"): [guest("3", "2024-01-07 10:00", "e", "p", customer="a")],
                ("customers", "c"): [customer("a", email_hash="staff")],
            }
        ),
        1: Step({("customers", "d"): [customer("a", email_hash="staff", is_test=True)]}),
        3: Step({("customers", "d"): []}),
    }


@story
def an_account_of_its_own_is_known_by_its_first_order() -> Story:
    """And is nobody's again when that order goes, while another person has its address."""
    first = guest("1", "2024-01-31 10:00", email="e", customer="a", version=1)
    return {
        0: Step({("customers", "c"): [customer("a"), customer("b")]}),
        1: Step({("orders", "x"): [first]}),
        2: Step({("orders", "y"): [guest("2", "2024-02-03 10:00", email="e", phone="p")]}),
        3: Step({("orders", "gone"): [gone(first, 2)]}),
        5: Step({("orders", "z"): [guest("3", "2024-03-03 10:00", phone="p", customer="b")]}),
    }
