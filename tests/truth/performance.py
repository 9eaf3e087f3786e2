"""How often products were seen, what they sold, gave back and were told in periods, and which of them were on sale."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tests.truth.marts.dim_products import dim_products
from tests.truth.marts.fct_order_lines import fct_order_lines
from tests.truth.marts.fct_reviews import fct_reviews
from tests.truth.periods import in_periods, last_day, ratio
from tests.truth.seen import COUNTED, SEEN, VISITS, seen
from tests.truth.world import World

TYPES = ("day", "week", "month")
PERIOD = ["shop_id", "period_type", "period_start"]
SUMS = (
    "units",
    "units_with_cost",
    "returned_units",
    "gross_sales",
    "discounts",
    "returns",
    "net_sales",
    "closed",
)
BANDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000)


def catalogue(world: World) -> pl.DataFrame:
    """Variants with the dates between which they were on sale."""
    dated = []
    for shop in world.shops:
        zone = shop.business.plan.timezone
        day = (
            pl.col("listed_at", "delisted_at")
            .dt.replace_time_zone("UTC")
            .dt.convert_time_zone(zone)
            .dt.date()
        )
        dated.append(dim_products(world).filter(pl.col("shop_id") == shop.shop_id).with_columns(day))
    return pl.concat(dated).select(
        "shop_id", "variant_key", "variant_id", "product_id", "sku_key", "category", "brand",
        listed="listed_at", delisted="delisted_at",
    )  # fmt: skip


def items(world: World, item: str) -> pl.DataFrame:
    """What is known of an item: as its first variant by key has it; listed when the first of them was."""
    return (
        catalogue(world)
        .sort("variant_key")
        .group_by("shop_id", item)
        .agg(pl.col("category", "brand").drop_nulls().first().fill_null("unknown"), pl.col("listed").min())
    )


def entries(world: World, item: str) -> pl.DataFrame:
    """Every sale, review and presence on the shelf, once for each period that it is of."""
    sold = (
        fct_order_lines(world)
        .filter("is_counted")
        .join(catalogue(world).select("variant_key", "product_id", "sku_key"), on="variant_key")
        .join(world.today, on="shop_id")
        .with_columns(
            day="created_date",
            closed=pl.when(
                (pl.col("today") - pl.col("created_date")).dt.total_days() > world.return_window_days
            )
            .then("units")
            .otherwise(0),
        )
    )
    said = fct_reviews(world).select(
        "shop_id",
        "product_id",
        "variant_key",
        day="created_date",
        review_count=pl.lit(1),
        rating_sum="rating",
    )
    facts = pl.concat([sold.drop("today"), said, seen(world, item)], how="diagonal_relaxed")
    happened = in_periods(world, facts, TYPES).rename({"date": "period_start"})
    listed = periods(world, facts).join(catalogue(world), on="shop_id").filter(
        (pl.col("period_type") != "day")
        & (pl.col("listed") <= pl.min_horizontal("last", "today"))
        & (pl.col("delisted").is_null() | (pl.col("delisted") >= pl.col("period_start")))
    ).with_columns(is_listed=pl.lit(True))  # fmt: skip
    of = [*PERIOD, "product_id", "variant_key", "sku_key"]
    everything = pl.concat([happened, listed.select(*of, "is_listed")], how="diagonal_relaxed")
    return (
        everything.join(items(world, item), on=["shop_id", item], how="left")
        .with_columns(pl.col("category", "brand").fill_null("unknown"))
        .join(_measured(world), on=PERIOD, how="left")
    )


def _measured(world: World) -> pl.DataFrame:
    """The periods of which anything that people saw is known."""
    found = in_periods(world, seen(world, "product_id"), TYPES).rename({"date": "period_start"})
    return found.select(PERIOD).unique().with_columns(is_measured=True)


def periods(world: World, facts: pl.DataFrame) -> pl.DataFrame:
    """All periods of each shop from the first fact on, with their `last` day and the shop's `today`."""
    first = facts.group_by("shop_id").agg(day=pl.col("day").min()).join(world.today, on="shop_id")
    days = first.with_columns(day=pl.date_ranges("day", "today")).explode("day").drop("today")
    found = in_periods(world, days, TYPES).rename({"date": "period_start"}).select(PERIOD).unique()
    return found.join(world.today, on="shop_id").with_columns(last=last_day(date="period_start"))


def summed(rows: pl.DataFrame, keys: Sequence[str], item: str) -> pl.DataFrame:
    """Figures of the rows of each key."""
    is_sold = pl.col("units") > 0
    on_sale = pl.col("is_listed").fill_null(False) | is_sold.fill_null(False)
    known = pl.col("cogs").is_not_null().sum() > 0
    of = pl.col(item)
    return rows.group_by(*PERIOD, *keys).agg(
        pl.col(*SUMS, *SEEN, "review_count").sum(),
        pl.col("is_measured").first(),
        orders=pl.col("order_key").drop_nulls().n_unique(),
        rating_sum=pl.when(pl.col("rating_sum").is_not_null().any()).then(pl.col("rating_sum").sum()),
        cogs=pl.when(known).then((pl.col("cogs") - pl.col("restocked_cogs")).sum()),
        is_on_sale=on_sale.any(),
        is_moving=is_sold.fill_null(False).any(),
        products_on_sale=of.filter(on_sale).n_unique(),
        products_sold=of.filter(is_sold).n_unique(),
        skus_on_sale=pl.col("sku_key").filter(on_sale).n_unique(),
        skus_sold=pl.col("sku_key").filter(is_sold).n_unique(),
    )


def derived(world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """With rates, price band and what else follows from the sums."""
    platforms = {shop.shop_id: shop.platform for shop in world.shops}
    kept = pl.col("gross_sales") - pl.col("discounts")
    band = pl.lit("0-1")
    for at, low in enumerate(BANDS):
        name = f"{low}-{BANDS[at + 1]}" if at + 1 < len(BANDS) else f"{low}+"
        band = (
            pl.when(pl.col("gross_sales") >= pl.col("units") * low * 10_000)
            .then(pl.lit(name))
            .otherwise(band)
        )
    return (
        rows.join(world.today, on="shop_id")
        .with_columns(last=last_day(date="period_start"))
        .with_columns(
            platform=pl.col("shop_id").replace_strict(platforms),
            is_complete_period=pl.col("last") < pl.col("today"),
            gross_margin=pl.col("net_sales") - pl.col("cogs"),
            discount_share=ratio(pl.col("discounts"), pl.col("gross_sales")),
            return_rate=ratio(pl.col("returned_units"), pl.col("units")),
            return_value_rate=ratio(pl.col("returns"), kept),
            return_window_closed_share=ratio(pl.col("closed"), pl.col("units")),
            rating=ratio(pl.col("rating_sum"), pl.col("review_count") * 10_000),
            price_band=pl.when(pl.col("units") > 0).then(band),
            view_to_cart_rate=ratio(pl.col("cart_visits"), pl.col("view_visits")),
            cart_to_order_rate=ratio(pl.col("order_visits"), pl.col("cart_visits")),
            traffic_measured_by=pl.when("is_measured").then(pl.lit("events")),
        )
        .with_columns(pl.when("is_measured").then(pl.col(*COUNTED, *VISITS)).name.keep())
        .drop("closed", "is_measured")
    )


def of_items(world: World, rows: pl.DataFrame, item: str) -> pl.DataFrame:
    """With what only single items have: a class, an age, a stage of life."""
    end = pl.min_horizontal("last", "today")
    before = rows.filter(pl.col("period_type") != "day").select(
        *PERIOD[:2], item, period_start=pl.col("last") + pl.duration(days=1), before="units",
        days_before=(pl.col("last") - pl.col("period_start")).dt.total_days() + 1,
    )  # fmt: skip
    dated = (
        _classes(rows)
        .join(items(world, item).select("shop_id", item, "listed"), on=["shop_id", item], how="left")
        .join(before, on=[*PERIOD, item], how="left")
        .with_columns(
            days_since_listing=(end - pl.col("listed")).dt.total_days(),
            before=pl.col("before").fill_null(0),
            elapsed=(end - pl.col("period_start")).dt.total_days() + 1,
        )
    )
    # Units a day, both over the product of the two lengths: whole numbers compare exactly.
    now, then = pl.col("units") * pl.col("days_before"), pl.col("before") * pl.col("elapsed")
    stage = (
        pl.when(pl.col("period_type") == "day").then(None)
        .when(pl.col("days_since_listing").is_between(0, 30)).then(pl.lit("new"))
        .when((pl.col("units") == 0) & (pl.col("before") == 0)).then(pl.lit("dormant"))
        .when((pl.col("before") == 0) | (now * 4 >= then * 5)).then(pl.lit("growth"))
        .when(now * 4 <= then * 3).then(pl.lit("decline"))
        .otherwise(pl.lit("mature"))
    )  # fmt: skip
    return dated.with_columns(lifecycle_stage=stage).drop("listed", "before", "days_before", "elapsed")


def _classes(rows: pl.DataFrame) -> pl.DataFrame:
    """A until 80 % of the period's net sales stand before an item, B until 95 %; nothing sold is a C.

    Items with equal sales stand beside each other, so that none of them counts as before another.
    """
    counts = pl.col("net_sales").clip(lower_bound=0)
    equal = (
        rows.group_by(*PERIOD, "net_sales")
        .agg(together=counts.sum())
        .sort(*PERIOD, "net_sales", descending=[False, False, False, True])
        .with_columns(
            before=pl.col("together").cum_sum().over(PERIOD) - pl.col("together"),
            whole=pl.col("together").sum().over(PERIOD),
        )
    )
    letter = (
        pl.when(pl.col("net_sales") <= 0).then(pl.lit("C"))
        .when(pl.col("before") * 100 < pl.col("whole") * 80).then(pl.lit("A"))
        .when(pl.col("before") * 100 < pl.col("whole") * 95).then(pl.lit("B"))
        .otherwise(pl.lit("C"))
    )  # fmt: skip
    ranked = rows.join(equal, on=[*PERIOD, "net_sales"])
    return ranked.with_columns(abc_class=letter).drop("together", "before", "whole")
