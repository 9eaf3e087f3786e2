"""Experiments in the simulated shop: assigned by hash, exposed once, and their true effects can be measured."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from ingestion.demo.shop.business import Business, simulate
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.traffic.build import Traffic, build_traffic, landing
from ingestion.demo.shop.traffic.experiments import Experiment
from tests.ingestion.demo_shops import at_end

PLAN = Plan(date(2025, 1, 1), date(2025, 11, 20), 5, 150.0, "new_york")


@pytest.fixture(scope="module")
def business() -> Business:
    return simulate(PLAN)


@pytest.fixture(scope="module")
def traffic(business: Business) -> Traffic:
    return build_traffic(business)


@pytest.fixture(scope="module")
def exposures(business: Business) -> pl.DataFrame:
    return at_end(business, "experiment_exposures")


def first(exposures: pl.DataFrame, one: Experiment) -> pl.DataFrame:
    mine = exposures.filter(pl.col("experiment_id") == one.name).sort("exposed_at")
    return mine.unique("visitor_id", keep="first", maintain_order=True)


def test_a_visitor_always_sees_the_same_variant(exposures: pl.DataFrame) -> None:
    each = exposures.group_by("experiment_id", "visitor_id").agg(pl.col("variant").n_unique(), pl.len())
    assert each["variant"].max() == 1
    assert 0 < each.filter(pl.col("len") > 1).height < 0.2 * each.height


def test_the_variant_is_a_hash_of_the_visitor(traffic: Traffic, exposures: pl.DataFrame) -> None:
    bits = pl.DataFrame({"visitor_id": traffic.visitor_ids, "bits": traffic.visits.visitor}).unique()
    for one in traffic.experiments[:4]:
        seen = first(exposures, one).join(bits, on="visitor_id")
        treated = one.treated(PLAN, seen["bits"].to_numpy())
        assert (treated == (seen["variant"] == "treatment").to_numpy()).all()


def test_only_the_experiment_with_lost_exposures_has_a_ratio_that_is_off(
    traffic: Traffic, exposures: pl.DataFrame
) -> None:
    for one in traffic.experiments[:4]:
        treated = (first(exposures, one)["variant"] == "treatment").to_numpy()
        sigmas = abs(treated.mean() - 0.5) * 2 * np.sqrt(len(treated))
        assert (sigmas > 3.3) == (one.idea.lost > 0), (one.name, sigmas)


def test_the_true_lift_is_what_an_analysis_finds(
    business: Business, traffic: Traffic, exposures: pl.DataFrame
) -> None:
    """Orders per exposed visitor, counted from the tables alone, lie within three standard errors of the truth."""
    placed = np.flatnonzero(traffic.origin.tracked)
    orders = pl.DataFrame(landing(business, placed)).with_columns(at=business.purchases.created_at[placed])
    measured = {}
    for one in traffic.experiments[:4]:
        inside = orders.filter(pl.col("at").is_between(one.starts_at, one.ends_at))
        seen = first(exposures, one)
        bought = inside.join(seen, on="visitor_id").group_by("variant").len()
        people = seen.group_by("variant").len()
        rate = dict(
            bought.join(people, on="variant").select("variant", pl.col("len") / pl.col("len_right")).rows()
        )
        lift = rate["treatment"] / rate["control"] - 1
        error = np.sqrt((1 / bought["len"]).sum()) * (1 + one.idea.lift)
        assert abs(lift - one.idea.lift) < 3 * error, (one.name, lift, one.idea.lift, error)
        measured[one.idea.name] = lift / error
    assert measured["one-page-checkout"] > 3
    assert measured["full-screen-popup"] < -3
