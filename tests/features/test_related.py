"""Stress on its way along parents, guarantors and controllers."""

import itertools
import random
from collections.abc import Iterator, Mapping

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.features.build import build_features
from riskengine.features.neighbourhood import neighbours
from riskengine.features.related import FEATURES
from riskengine.features.related_paths import MILLION, reached
from riskengine.features.related_stress import MEASURES, own_stress
from riskengine.features.related_ties import FROM, TENTHS, TO, Tie, Ties, ties_on
from riskengine.tables.store import TableSet
from support.feature_rows import assert_engines_agree, features_by_customer, tables
from support.ledgers import AS_OF, in_memory, random_ledger

LATE = {"issued_on": "2024-01-01", "due_on": "2024-02-01", "amount": 100}  # 150 days past due on 2024-06-30
Pairs = list[tuple[str, str]]


def _customers(*ids: str, **parents: str) -> list[dict[str, object]]:
    return [{"customer_id": one, "parent_id": parents.get(one)} for one in ids]


def _link(customer: str, other: str, kind: str = "guarantor", **changed: object) -> dict[str, object]:
    return {"customer_id": customer, "other_id": other, "kind": kind, **changed}


def _world(customers: list[dict[str, object]], *links: dict[str, object], late: str = "C9") -> TableSet:
    return tables(customers=customers, links=list(links), invoices=[{"customer_id": late, **LATE}])


def _stress(found: Mapping[str, object]) -> tuple[object, object, object]:
    return found["rel_stress"], found["rel_stress_source"], found["rel_stress_path"]


def _measures(**known: int | None) -> pl.DataFrame:
    return pl.DataFrame(
        {"customer_id": ["C1"], **{name: [0] for name in MEASURES}, **{k: [v] for k, v in known.items()}}
    )


@pytest.mark.parametrize(
    ("known", "thousandths"),
    [
        ({}, 0),
        ({"pay_dpd_max_days": 30, "pay_overdue_cents_0": 100, "pay_open_cents": 100}, 333),
        ({"pay_dpd_max_days": 400, "pay_overdue_cents_0": 50, "pay_open_cents": 100}, 500),
        ({"pay_dpd_max_days": 400, "pay_overdue_cents_0": 10**15, "pay_open_cents": 10**15}, 1000),
        ({"sig_lawsuit_defendant_365d": 3}, 200),
        ({"sig_insolvency_filing_365d": 1, "sig_lawsuit_defendant_365d": 1}, 1000),
        ({"sig_insolvency_filing_365d": None, "pay_written_off_cents_365d": 1}, 800),
    ],
)
def test_own_stress_is_the_worst_of_what_is_known(known: dict[str, int | None], thousandths: int):
    assert own_stress(_measures(**known))["stress"].item() == thousandths


@pytest.mark.parametrize(
    ("customers", "links", "share", "path"),
    [
        (_customers("C1", "C9", C1="C9"), (), 0.6, "C1 <- parent C9"),
        (_customers("C1", "C9", C9="C1"), (), 0.3, "C1 <- subsidiary C9"),
        (_customers("C1", "C9"), (_link("C1", "C9"),), 0.5, "C1 <- guarantor C9"),
        (_customers("C1", "C9"), (_link("C9", "C1"),), 0.3, "C1 <- guaranteed company C9"),
        (_customers("C1", "C9"), (_link("C1", "C9", "controller"),), 0.6, "C1 <- controller C9"),
        (
            _customers("C1", "C9"),
            (_link("C1", "P1", "controller"), _link("C9", "P1", "controller")),
            0.4,
            "C1 <- shared controller P1 <- C9",
        ),
        (
            _customers("C1", "C9"),
            (_link("C1", "P1"), _link("C9", "P1")),
            0.15,
            "C1 <- guarantor P1 <- guaranteed company C9",
        ),
        (
            _customers("C1", "C2", "C3", "C9", C1="C2"),
            (_link("C2", "C3"), _link("C3", "P1", "controller"), _link("C9", "P1", "controller")),
            0.12,
            "C1 <- parent C2 <- guarantor C3 <- shared controller P1 <- C9",
        ),
        (_customers("C1", "C9", C1="X", C9="X"), (), 0.18, "C1 <- parent X <- subsidiary C9"),
    ],
)
def test_each_tie_keeps_its_share(
    customers: list[dict[str, object]], links: tuple[dict[str, object], ...], share: float, path: str
):
    found = features_by_customer(_world(customers, *links))
    assert _stress(found["C1"]) == (pytest.approx(share), "C9", path)
    assert found["C9"]["rel_own_stress"] == 1.0
    assert found["C9"]["rel_stress"] == 0.0, "nobody else is late, and its own stress does not come back"
    assert found["C9"]["rel_stress_path"] is None


def test_a_fourth_step_is_not_taken():
    chain = _customers("C1", "C2", "C3", "C4", "C9", C1="C2", C2="C3", C3="C4", C4="C9")
    found = features_by_customer(_world(chain))
    assert [found[one]["rel_stress"] for one in ("C4", "C3", "C2")] == pytest.approx([0.6, 0.36, 0.216])
    assert _stress(found["C1"]) == (0.0, None, None)


def test_without_ties_it_is_missing_and_with_calm_ones_it_is_zero():
    found = features_by_customer(_world(_customers("C1", "C2", "C3", "C9", C1="C2")))
    assert (found["C3"]["rel_stress"], found["C3"]["rel_ties_count"]) == (None, 0.0)
    assert (found["C1"]["rel_stress"], found["C1"]["rel_ties_count"]) == (0.0, 1.0)


@pytest.mark.parametrize("late", ["C1", "C2", "C3"])
def test_circles_and_links_to_oneself_are_harmless(late: str):
    circle = _customers("C1", "C2", "C3", C1="C2", C2="C3", C3="C1")
    own = [_link(one, one) for one in ("C1", "C2", "C3")] + [_link("C1", "C1", "controller")]
    found = features_by_customer(_world(circle, *own, late=late))
    assert found[late]["rel_stress"] == 0.0, "not even through the two others"
    assert {found[one]["rel_stress_source"] for one in found if one != late} == {late}
    assert max(float(str(found[one]["rel_stress"])) for one in found) == pytest.approx(0.6)


def test_of_two_paths_the_stronger_counts_then_the_shorter_then_the_smaller_id():
    by_both = _world(_customers("C1", "C9", C1="C9"), _link("C1", "C9"))
    assert features_by_customer(by_both)["C1"]["rel_stress_path"] == "C1 <- parent C9"
    late = [{"customer_id": one, **LATE} for one in ("C8", "C9")]
    equal = tables(customers=_customers("C1", "C8", "C9"), links=[_link("C1", "C9"), _link("C1", "C8")], invoices=late)
    assert features_by_customer(equal)["C1"]["rel_stress_source"] == "C8"


@pytest.mark.parametrize(
    ("changed", "holds"),
    [
        ({}, True),
        ({"until": "2024-06-30"}, True),
        ({"until": "2024-06-29"}, False),
        ({"holds_from": "2024-06-30"}, True),
        ({"holds_from": "2024-07-01", "known_at": "2024-01-01"}, False),
        ({"known_at": "2024-07-01"}, False),
    ],
)
def test_a_link_counts_while_it_holds_and_is_known(changed: dict[str, object], holds: bool):
    found = features_by_customer(_world(_customers("C1", "C9"), _link("C1", "C9", **changed)))["C1"]
    assert (found["rel_stress"] is not None) is holds


def test_of_the_versions_of_a_link_that_known_last_counts():
    links = (_link("C1", "C9"), _link("C1", "C9", until="2024-03-31", known_at="2024-04-02"))
    world = _world(_customers("C1", "C9"), *links)
    assert features_by_customer(world)["C1"]["rel_ties_count"] == 0.0
    assert features_by_customer(world, "2024-04-01")["C1"]["rel_ties_count"] == 1.0


def test_engines_agree():
    links = (_link("C2", "C9"), _link("C1", "P1", "controller"), _link("C3", "P1", "controller"))
    world = _world(_customers("C1", "C2", "C3", "C9", C1="C2", C3="C9"), *links)
    assert_engines_agree(world, FEATURES)


# --- against every walk there is


@st.composite
def _random_ties(draw: st.DrawFn) -> tuple[dict[str, int], Ties]:
    rng = random.Random(draw(st.integers(0, 10**6)))
    ids = [f"C{n}" for n in range(rng.randint(2, 7))]
    stress = {one: rng.choice((0, 0, 1, 333, 500, 500, 1000)) for one in ids}
    customers = pl.DataFrame({"customer_id": ids, "parent_id": [rng.choice((*ids, None, None, "X")) for _ in ids]})
    rows = {(rng.choice(ids), rng.choice((*ids, "P1")), rng.choice(("guarantor", "controller"))) for _ in ids}
    names = ["customer_id", "other_id", "kind"]
    links = pl.DataFrame(sorted(rows), schema=dict.fromkeys(names, pl.String), orient="row").with_columns(
        holds_from=0, until=pl.lit(None, pl.Int32), known_at=0
    )
    return stress, ties_on(customers.with_columns(pl.col("parent_id").cast(pl.String)), links, 10)


def _walks(ties: Ties, start: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every walk of up to three steps from `start`: the product of its tenths up to a thousand, and where it passes."""
    direct = [(row[TO], row[FROM], row[TENTHS]) for row in ties.direct.iter_rows(named=True)]
    shared = [
        (a, b, Tie.SHARED_CONTROLLER.tenths)
        for (a, p), (b, q) in itertools.permutations(ties.controlled.rows(), 2)
        if p == q
    ]
    edges = [*direct, *shared]
    walks = [(1000, (start,))]
    for _ in range(3):
        walks = [(w * t // 10, (*path, b)) for w, path in walks for a, b, t in edges if a == path[-1]]
        yield from walks


@settings(max_examples=120, deadline=None)
@given(_random_ties())
def test_the_best_of_all_walks_is_found(made: tuple[dict[str, int], Ties]):
    stress, ties = made
    own = pl.DataFrame({"customer_id": list(stress), "stress": list(stress.values())})
    found = {row["customer_id"]: row for row in reached(own, ties).iter_rows(named=True)}
    for customer in stress:
        best = max(
            (
                (stress.get(path[-1], 0) * share, -len(path))
                for share, path in _walks(ties, customer)
                if path[-1] != customer
            ),
            default=(0, 0),
        )
        row = found.get(customer)
        assert (0 if row is None else row["score"]) == best[0] * MILLION // 10**6
        if row is not None:
            assert row["path"].startswith(f"{customer} <- ")
            assert row["path"].endswith(row["source"])
            assert row["source"] != customer


@settings(max_examples=40, deadline=None)
@given(_random_ties(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_show(made: tuple[dict[str, int], Ties], rng: random.Random):
    stress, ties = made
    own = pl.DataFrame({"customer_id": list(stress), "stress": list(stress.values())})
    other = Ties(
        ties.direct.sample(fraction=1.0, shuffle=True, seed=rng.randrange(99)),
        ties.controlled.sample(fraction=1.0, shuffle=True, seed=rng.randrange(99)),
    )
    assert reached(own.reverse(), other).equals(reached(own, ties))


# --- whose rows are needed


def test_neighbours_are_the_group_and_all_within_three_ties():
    customers = [{"customer_id": f"C{n}", "parent_id": f"C{n + 1}"} for n in range(1, 7)] + [{"customer_id": "C7"}]
    customers += [{"customer_id": f"D{n}"} for n in range(1, 6)]
    links = [_link("D1", "D2"), _link("D3", "D2"), _link("D3", "P1", "controller"), _link("D4", "P1", "controller")]
    world = _world([*customers], *links, _link("D4", "D5"), late="D1")
    assert neighbours(world, ["C4"]) == {f"C{n}" for n in range(1, 8)}, "a group has no end"
    assert neighbours(world, ["D1"]) == {"D1", "D2", "D3", "D4", "P1"}
    assert neighbours(world, ["D1"], steps=1) == {"D1", "D2"}
    assert neighbours(world, ["nobody"]) == {"nobody"}


def test_the_rows_of_neighbours_suffice():
    frames = random_ledger(31, customers=30, invoices=300)
    frames["links"] = frames["links"].sort("customer_id").head(12)  # few, so that there is somebody far away
    whole = in_memory(frames)
    names = ["customer_id", *(feature.name for feature in FEATURES)]
    among_all = build_features(whole, AS_OF).select(names)
    touched = among_all.filter(pl.col("rel_stress") > 0)["customer_id"].head(3)
    near = sorted(neighbours(whole, touched))
    assert len(near) < among_all.height
    few = {
        name: frame.filter(pl.col("customer_id").is_in(near)) if "customer_id" in frame.columns else frame
        for name, frame in frames.items()
    }
    asked = pl.col("customer_id").is_in(touched.implode())
    assert build_features(in_memory(few), AS_OF).select(names).filter(asked).equals(among_all.filter(asked))
