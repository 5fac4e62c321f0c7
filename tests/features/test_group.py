import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.features.engines import Engine, engine_session
from riskengine.features.group import FEATURES
from riskengine.features.group_root import group_of
from riskengine.features.known import known_by
from riskengine.terms.days import parse_day
from support.feature_rows import assert_engines_agree, features_by_customer, tables

OTHERS = [f.name for f in FEATURES if "_others_" in f.name]


def customers(**parents: str | None) -> list[dict]:
    return [{"customer_id": name, "parent_id": parent} for name, parent in parents.items()]


def groups(rows: list[dict], engine: Engine = Engine.POLARS, as_of: str = "2024-06-30") -> dict[str, str]:
    with engine_session(engine) as session:
        known = known_by(tables(customers=rows), parse_day(as_of), session)
        return dict(session.collect(group_of(known)).iter_rows())


def open_invoice(customer: str, amount: float, days_past_due: int) -> dict:
    due = {0: "2024-07-01", 10: "2024-06-20", 30: "2024-05-31", 91: "2024-03-31"}[days_past_due]
    return {"customer_id": customer, "issued_on": "2024-01-01", "due_on": due, "amount": amount}


@pytest.mark.parametrize("engine", list(Engine))
class TestGroupOf:
    def test_without_parents_everybody_is_alone(self, engine: Engine) -> None:
        assert groups(customers(A=None, B=None), engine) == {"A": "A", "B": "B"}

    def test_the_topmost_parent_makes_the_group(self, engine: Engine) -> None:
        found = groups(customers(A=None, B="A", C="B", D="C", E="A", F=None), engine)
        assert found == {**dict.fromkeys("ABCDE", "A"), "F": "F"}

    def test_a_parent_that_is_no_customer_makes_a_group_too(self, engine: Engine) -> None:
        assert groups(customers(A="HOLDING", B="HOLDING"), engine) == {"A": "HOLDING", "B": "HOLDING"}

    def test_its_own_parent_is_alone(self, engine: Engine) -> None:
        assert groups(customers(A="A", B="A"), engine) == {"A": "A", "B": "A"}

    def test_a_circle_and_all_below_it_are_one_group(self, engine: Engine) -> None:
        found = groups(customers(M="N", N="O", O="M", A="M", Z="A"), engine)
        assert found == dict.fromkeys("MNOAZ", "M")

    def test_a_chain_of_eight_levels_is_followed(self, engine: Engine) -> None:
        chain = {f"L{n}": f"L{n - 1}" if n else None for n in range(9)}
        assert set(groups(customers(**chain), engine).values()) == {"L0"}


def test_a_group_has_a_name_that_exclusions_can_use() -> None:
    found = features_by_customer(tables(customers=customers(A=None, B="A", C="HOLDING")))
    assert {name: row["grp_id"] for name, row in found.items()} == {"A": "A", "B": "A", "C": "HOLDING"}


def test_a_deeper_chain_ends_in_a_group_all_the_same() -> None:
    chain = {f"L{n:02d}": f"L{n - 1:02d}" if n else None for n in range(40)}
    found = groups(customers(**chain))
    assert set(found) == set(chain)
    assert set(found.values()) <= set(chain)


def test_the_newest_known_parent_counts() -> None:
    rows = [
        *customers(A=None, B=None),
        {"customer_id": "C", "parent_id": "A", "known_at": "2023-01-01"},
        {"customer_id": "C", "parent_id": "B", "known_at": "2024-06-01"},
    ]
    assert groups(rows, as_of="2024-05-31")["C"] == "A"
    assert groups(rows, as_of="2024-06-01")["C"] == "B"


def walked(parents: dict[str, str | None], start: str) -> str:
    """The topmost parent, or the smallest id of the circle, found step by step."""
    seen: list[str] = []
    at: str = start
    while at not in seen:
        seen.append(at)
        parent = parents.get(at)
        if parent is None or parent == at:
            return at
        at = parent
    return min(seen[seen.index(at) :])


@given(st.dictionaries(st.sampled_from("ABCDEFGH"), st.none() | st.sampled_from("ABCDEFGHX"), min_size=1))
@settings(max_examples=40, deadline=None)
def test_any_web_of_up_to_eight_gives_what_walking_it_gives(parents: dict[str, str | None]) -> None:
    assert groups(customers(**parents)) == {name: walked(parents, name) for name in parents}


def rated() -> dict[str, dict]:
    """A (parent, 30 days past due), B (91), C (not due), D of no group."""
    return features_by_customer(
        tables(
            customers=customers(A=None, B="A", C="A", D=None),
            invoices=[
                open_invoice("A", 100, 30),
                open_invoice("B", 200, 91),
                open_invoice("C", 500, 0),
                open_invoice("D", 50, 10),
            ],
            payments=[{"customer_id": "C", "paid_on": "2024-06-01", "amount": 100}],
            signals=[
                {"customer_id": "B", "kind": "dishonest_debtor", "occurred_on": "2022-01-01"},
                {"customer_id": "C", "kind": "enforcement", "occurred_on": "2024-01-01"},
                {"customer_id": "C", "kind": "lawsuit_defendant", "occurred_on": "2024-02-01"},
            ],
        )
    )


def test_the_whole_group_holds_the_customer() -> None:
    found = rated()
    assert {found[c]["grp_members_count"] for c in "ABC"} == {3}
    assert {found[c]["grp_exposure"] for c in "ABC"} == {700}
    assert {found[c]["grp_overdue_ratio"] for c in "ABC"} == {0.375}
    assert [found[c]["grp_exposure_share"] for c in "ABC"] == pytest.approx([100 / 700, 200 / 700, 400 / 700])


def test_what_spreads_comes_from_the_others() -> None:
    found = rated()
    by_name = {name: tuple(found[c][name] for c in "ABC") for name in OTHERS}
    assert by_name["grp_others_dpd_max"] == (91, 30, 91)
    assert by_name["grp_others_overdue_amount"] == (200, 100, 300)
    assert by_name["grp_others_overdue_ratio"] == pytest.approx((200 / 700, 100 / 600, 1))
    assert by_name["grp_others_late_days_mean_365d"] == (91, 30, 60.5)
    assert by_name["grp_others_insolvent_flag"] == (1, 0, 1)
    assert by_name["grp_others_legal_count_365d"] == (2, 2, 0)
    assert by_name["grp_others_written_off_amount_365d"] == (0, 0, 0)


def test_a_customer_alone_has_no_others() -> None:
    alone = rated()["D"]
    assert {alone[name] for name in OTHERS} == {None}
    assert (alone["grp_members_count"], alone["grp_exposure"], alone["grp_overdue_ratio"]) == (1, 50, 1)
    assert alone["grp_exposure_share"] == 1


def test_two_members_equally_late_are_each_others_worst() -> None:
    invoices = [open_invoice("A", 100, 30), open_invoice("B", 100, 30)]
    found = features_by_customer(tables(customers=customers(A=None, B="A"), invoices=invoices))
    assert (found["A"]["grp_others_dpd_max"], found["B"]["grp_others_dpd_max"]) == (30, 30)


def test_members_without_invoices_are_not_late() -> None:
    found = features_by_customer(tables(customers=customers(A=None, B="A"), invoices=[open_invoice("A", 100, 30)]))
    assert (found["A"]["grp_others_dpd_max"], found["B"]["grp_others_dpd_max"]) == (0, 30)
    assert found["A"]["grp_others_overdue_ratio"] is None


def test_without_signals_delivered_nobody_is_known_to_be_sound() -> None:
    found = features_by_customer(tables(customers=customers(A=None, B="A")))
    assert found["A"]["grp_others_insolvent_flag"] is None
    assert found["A"]["grp_others_legal_count_365d"] is None


def test_a_write_off_at_another_member() -> None:
    invoice = {**open_invoice("B", 200, 91), "invoice_id": "I"}
    write_off = {"customer_id": "B", "invoice_id": "I", "paid_on": "2024-06-01", "amount": 150, "kind": "write_off"}
    found = features_by_customer(tables(customers=customers(A=None, B="A"), invoices=[invoice], payments=[write_off]))
    assert found["A"]["grp_others_written_off_amount_365d"] == 150
    assert found["B"]["grp_others_written_off_amount_365d"] == 0


def test_engines_agree() -> None:
    rows = customers(A=None, B="A", C="B", D=None, E="X", F="E", G="H", H="G")
    assert_engines_agree(
        tables(
            customers=rows,
            invoices=[open_invoice(c, 10 + n, (0, 10, 30, 91)[n % 4]) for n, c in enumerate("ABCDEGHAB")],
            signals=[{"customer_id": c, "kind": "insolvency_filing", "occurred_on": "2024-01-01"} for c in "BE"],
        ),
        FEATURES,
    )
