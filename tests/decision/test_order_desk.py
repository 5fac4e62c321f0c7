"""May this order be shipped? The shipped rules, at their edges."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.decision.order_desk import OrderDesk
from riskengine.decision.order_standing import OrderStanding
from riskengine.policy.exception import Exclusion
from riskengine.terms.decision import OrderStop, OrderVerdict, Stage
from riskengine.terms.errors import InputError, UsageError
from support.decisions import shipped_policy

POLICY = shipped_policy()
TODAY = date(2025, 7, 10)
RATED = date(2025, 6, 30)
SOUND = OrderStanding(
    "C1",
    RATED,
    "CNY",
    limit_cents=100_000_00,
    exposure_cents=40_000_00,
    terms_days=30,
    grade=3,
    overdue_cents=0,
    freeze_flag=0,
    severity=0,
)
YES, NO, REFER = OrderVerdict.YES, OrderVerdict.NO, OrderVerdict.REFER


@pytest.fixture(scope="module")
def desk():
    with OrderDesk(POLICY, {}, as_of=TODAY) as found:
        yield found


def ask(desk, amount_cents, *, prepaid=False, order_id=None, **different):
    desk.put(replace(SOUND, **different))
    return desk.check("C1", amount_cents, prepaid=prepaid, order_id=order_id)


def rules_of(answer):
    return [reason.rule_id for reason in answer.reasons]


def test_an_order_within_the_limit_is_shipped(desk):
    answer = ask(desk, 60_000_00)
    assert (answer.verdict, answer.available_before_cents, answer.available_after_cents) == (YES, 60_000_00, 0)
    assert rules_of(answer) == [None]
    assert answer.reasons[0].text.en == "The order of 60,000 is within the limit; 0 stays available"
    assert answer.policy_version == POLICY.version


@pytest.mark.parametrize(
    ("limit", "amount", "expected"),
    [
        (100_000_00, 65_000_00, YES),  # 5 % of the limit over
        (100_000_00, 65_000_01, NO),  # and a cent more
        (1_000_000_00, 980_000_00, YES),  # 20,000 over, 2 % of the limit
        (1_000_000_00, 980_000_01, NO),
    ],
)
def test_the_tolerance_ends_at_the_cent(desk, limit, amount, expected):
    answer = ask(desk, amount, limit_cents=limit)
    assert answer.verdict is expected
    assert answer.available_after_cents == limit - 40_000_00 - amount
    assert rules_of(answer) == (["ORD-LIM-001"] if expected is NO else [None])


def test_what_is_secured_is_available(desk):
    assert ask(desk, 90_000_00, secured_cents=30_000_00).verdict is YES


def test_no_limit_set_is_not_a_limit_of_nothing(desk):
    unset = ask(desk, 1_00, limit_cents=None, terms_days=None)
    nothing = ask(desk, 1_00, limit_cents=0, terms_days=0)
    assert (unset.verdict, unset.available_before_cents, unset.available_after_cents) == (REFER, None, None)
    assert rules_of(unset) == ["ORD-LIM-002"]
    assert (nothing.verdict, nothing.available_before_cents) == (NO, -40_000_00)
    assert rules_of(nothing) == ["ORD-LIM-001", "ORD-PRE-001"]


@pytest.mark.parametrize(
    ("different", "on_credit", "in_advance"),
    [
        ({"in_default": True, "frozen": True, "limit_cents": 0, "terms_days": 0, "grade": 9}, "ORD-DEF-001", REFER),
        ({"frozen": True, "limit_cents": 0, "terms_days": 0}, "ORD-FRZ-001", YES),
        ({"freeze_flag": 1, "severity": 3}, "ORD-FRZ-002", YES),
        ({"terms_days": 0}, "ORD-PRE-001", YES),
    ],
)
def test_who_gets_no_credit_pays_in_advance(desk, different, on_credit, in_advance):
    held = ask(desk, 1_000_00, **different)
    assert held.verdict is NO
    assert rules_of(held)[0] == on_credit
    assert ask(desk, 1_000_00, prepaid=True, **different).verdict is in_advance


@pytest.mark.parametrize(
    ("different", "amount", "rule"),
    [
        ({"severity": 3}, 1_00, "ORD-EWS-001"),
        ({"severity": 2}, 50_000_00, "ORD-EWS-002"),
        ({"overdue_cents": 50_000_00}, 1_00, "ORD-OVD-001"),
        ({"rated_on": TODAY - timedelta(days=46)}, 1_00, "ORD-AGE-001"),
        ({"refer": True, "limit_cents": 900_000_00}, 200_000_00, "ORD-RVW-001"),
        ({"limit_cents": 9_000_000_00}, 2_000_000_00, "ORD-AMT-001"),
    ],
)
def test_a_person_decides_from_the_threshold_on(desk, different, amount, rule):
    answer = ask(desk, amount, **different)
    assert (answer.verdict, rules_of(answer)) == (REFER, [rule])


@pytest.mark.parametrize(
    ("different", "amount"),
    [
        ({"severity": 2}, 49_999_99),
        ({"overdue_cents": 49_999_99}, 1_00),
        ({"overdue_cents": None, "severity": None, "freeze_flag": None, "grade": None}, 1_00),
        ({"rated_on": TODAY - timedelta(days=45)}, 1_00),
        ({"refer": True, "limit_cents": 900_000_00}, 199_999_99),
        ({"limit_cents": 9_000_000_00}, 1_999_999_99),
    ],
)
def test_and_not_below_it(desk, different, amount):
    assert ask(desk, amount, **different).verdict is YES


def test_what_holds_an_order_comes_before_what_refers_it(desk):
    answer = ask(desk, 300_000_00, severity=3, refer=True)
    assert answer.verdict is NO
    assert [(reason.rule_id, reason.stop) for reason in answer.reasons] == [
        ("ORD-LIM-001", OrderStop.HOLD),
        ("ORD-EWS-001", OrderStop.REFER),
        ("ORD-RVW-001", OrderStop.REFER),
    ]
    assert "240,000 over the limit of 100,000" in answer.reasons[0].text.en
    assert "300,000" in answer.reasons[0].text.zh


def test_a_customer_nobody_knows_is_referred(desk):
    answer = desk.check("C2", 1_00)
    assert (answer.verdict, rules_of(answer)) == (REFER, ["ORD-CUS-001"])
    assert (answer.rated_on, answer.available_before_cents) == (None, None)


def test_an_order_in_the_books_does_not_count_twice(desk):
    booked = {"open_orders": {"O1": 40_000_00}}
    assert ask(desk, 40_000_00, **booked).available_after_cents == 20_000_00
    assert ask(desk, 40_000_00, order_id="O1", **booked).available_after_cents == 60_000_00
    assert ask(desk, 40_000_00, order_id="O2", **booked).available_after_cents == 20_000_00


def test_an_amount_in_another_currency_is_changed():
    with OrderDesk(POLICY, {"C1": SOUND}, as_of=TODAY, rates={"USD": 7.0}) as found:
        assert found.check("C1", 10_000_00, currency="USD").amount_cents == 70_000_00
        with pytest.raises(InputError, match="no rate of EUR"):
            found.check("C1", 10_000_00, currency="EUR")


@pytest.mark.parametrize("amount", [0, -1, 1.5, True, "100", None, 10**400])
def test_an_impossible_amount_is_refused(desk, amount):
    with pytest.raises(InputError, match="cents"):
        desk.check("C1", amount)


def test_nobody_is_asked_of_a_day_before_the_rating(desk):
    desk.put(SOUND)
    with pytest.raises(UsageError, match="later than"):
        desk.check("C1", 1_00, as_of=RATED - timedelta(days=1))


def test_a_standing_in_another_currency_is_refused(desk):
    with pytest.raises(InputError, match="stands in USD"):
        desk.put(replace(SOUND, currency="USD"))


def test_a_policy_without_rules_about_orders_says_yes_to_nothing():
    silent = replace(POLICY, rules={**POLICY.rules, Stage.ORDERS: ()})
    with pytest.raises(UsageError, match="no rules about orders"):
        OrderDesk(silent, {}, as_of=TODAY)


def test_who_is_exempt_from_a_rule_is_not_held_by_it():
    agreed = Exclusion("ORD-PRE-001", "C1", None, RATED, date(2026, 1, 1), "Deposit held", "a.meier", "b.chen")
    with OrderDesk(replace(POLICY, exclusions=(agreed,)), {}, as_of=TODAY) as found:
        assert ask(found, 1_000_00, terms_days=0).verdict is YES


@settings(max_examples=150, deadline=None)
@given(
    amount=st.integers(1, 10**12),
    more=st.integers(0, 10**12),
    limit=st.none() | st.integers(0, 10**12),
    exposure=st.integers(-(10**12), 10**12),
    severity=st.none() | st.integers(0, 3),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
    terms=st.none() | st.sampled_from([0, 30]),
)
def test_a_larger_order_never_gets_a_kinder_answer(desk, amount, more, limit, exposure, severity, flags, terms):
    frozen, in_default, refer = flags
    stands = {
        "limit_cents": 0 if frozen or in_default else limit,
        "exposure_cents": exposure,
        "severity": severity,
        "frozen": frozen or in_default,
        "in_default": in_default,
        "refer": refer,
        "terms_days": terms,
    }
    order = [YES, REFER, NO]
    small, large = (ask(desk, cents, **stands) for cents in (amount, amount + more))
    assert order.index(small.verdict) <= order.index(large.verdict)
    if frozen or in_default:
        assert small.verdict is NO
    if limit is not None and not (frozen or in_default):
        assert small.available_after_cents == limit - exposure - amount
