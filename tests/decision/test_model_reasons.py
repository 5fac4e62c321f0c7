import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.decision.model_reasons import LEAST_WEIGHT, groups_of, short_text, tell_model, weigh_groups
from riskengine.decision.reasons import ReasonKind, explain, explain_rows
from riskengine.features.catalogue import CATALOGUE
from riskengine.features.feature import Unit
from riskengine.terms.errors import InputError, UsageError
from support.decisions import random_facts, rate_columns

NAMES = tuple(f.name for f in CATALOGUE.values() if f.for_model)
MOST = {"most_adverse": 4, "most_favourable": 2}


def portfolio(count, seed=0):
    """Values with gaps and contributions of every model feature; shapes (features, customers)."""
    rng = np.random.default_rng(seed)
    values = rng.uniform(0, 100, (len(NAMES), count))
    values[rng.random(values.shape) < 0.3] = np.nan
    return values, rng.normal(0, 0.05, values.shape)


def test_groups_add_up_to_the_contributions():
    values, contributions = portfolio(200)
    weights = weigh_groups(groups_of(NAMES), contributions, ~np.isnan(values))
    assert weights.sum(axis=0) == pytest.approx(contributions.sum(axis=0), abs=1e-12)


def test_every_feature_of_a_model_is_in_one_cause_and_one_gap():
    for unknown in (False, True):
        places = [place for group in groups_of(NAMES) if group.unknown is unknown for place in group.features]
        assert sorted(places) == list(range(len(NAMES)))


@settings(deadline=None, max_examples=10)
@given(size=st.integers(1, 60), order=st.randoms(use_true_random=False))
def test_who_else_is_told_does_not_show(size, order):
    values, contributions = portfolio(60)
    whole = tell_model(NAMES, values, contributions, **MOST)
    rows = list(range(60))
    order.shuffle(rows)
    rows = rows[:size]
    assert tell_model(NAMES, values[:, rows], contributions[:, rows], **MOST) == [whole[row] for row in rows]


def test_adverse_first_by_weight_and_no_more_than_asked_for():
    values, contributions = portfolio(100, seed=1)
    for told in tell_model(NAMES, values, contributions, **MOST):
        weights = [reason.weight for reason in told]
        adverse, favourable = [w for w in weights if w > 0], [w for w in weights if w < 0]
        assert weights == sorted(adverse, reverse=True) + sorted(favourable)
        assert len(adverse) <= 4
        assert len(favourable) <= 2
        assert min(map(abs, weights)) >= LEAST_WEIGHT


def test_equal_weights_are_told_by_code():
    names = ("fin_equity_ratio", "pay_dpd_max", "ind_default_rate")
    (told,) = tell_model(names, np.ones((3, 1)), np.array([[0.5], [0.5], [0.9]]), **MOST)
    assert [reason.code for reason in told] == ["industry", "arrears", "leverage"]


def test_a_cause_is_told_with_the_numbers_that_moved_in_its_direction():
    names = ("pay_overdue_ratio", "pay_dpd_max", "pay_overdue_count", "pay_overdue_30_ratio")
    values = np.array([[0.25], [41.0], [3.0], [0.0]])
    (told,) = tell_model(names, values, np.array([[0.2], [0.9], [0.25], [-0.1]]), **MOST)
    (reason,) = told
    assert reason.weight == pytest.approx(1.25)
    assert reason.text.en == (
        "What is overdue now (Days past due of the oldest overdue invoice, not in dispute: 41); "
        "this multiplies the odds of default by 3.49"
    )
    (told,) = tell_model(names, values, np.array([[0.4], [0.9], [0.3], [-0.1]]), **MOST)
    assert "41; Share of the open amount past due: 25%)" in told[0].text.en
    assert "：41；逾期金额占未清应收款比例：25%）；违约几率提高至4.48倍" in told[0].text.zh


def test_what_is_not_known_of_a_source_is_one_reason():
    names = ("pay_index_24m", "pay_late_days_mean_90d", "fin_equity")
    values = np.array([[np.nan], [np.nan], [5e6]])
    (told,) = tell_model(names, values, np.array([[0.2], [0.3], [0.1]]), **MOST)
    assert [(r.code, r.weight) for r in told] == [("unknown_payment", pytest.approx(0.5)), ("size", 0.1)]
    assert told[0].text.en == (
        "Not known of the payment history: Mean days beyond terms in the last 90 days and 1 more; "
        "this multiplies the odds of default by 1.65"
    )
    assert told[0].text.zh == "付款历史中未知：近90天平均逾期天数等2项；违约几率提高至1.65倍"


def test_a_flag_is_told_in_words():
    (told,) = tell_model(("fin_qualified_flag",), np.ones((1, 1)), np.full((1, 1), 0.4), **MOST)
    assert ": yes)" in told[0].text.en
    assert "：是）" in told[0].text.zh


def test_nothing_is_told_of_whom_the_model_did_not_rate():
    assert tell_model(NAMES, *(np.full((len(NAMES), 2), np.nan),) * 2, **MOST) == [[], []]


def test_every_number_of_the_catalogue_can_be_told():
    names = tuple(f.name for f in CATALOGUE.values() if f.unit is not Unit.CATEGORY)
    for place in range(len(names)):
        moved = np.zeros((len(names), 1))
        moved[place] = 1.0
        for value in (0.0, np.nan):
            (told,) = tell_model(names, np.full((len(names), 1), value), moved, **MOST)
            assert len(told) == 1
            assert "nan" not in told[0].text.en.split()


def test_short_texts_tell_features_of_one_cause_apart():
    numbers = [f.name for f in CATALOGUE.values() if f.unit is not Unit.CATEGORY]
    for texts in ([short_text(n).en for n in numbers], [short_text(n).zh for n in numbers]):
        assert sorted({text for text in texts if texts.count(text) > 1}) == []


def test_short_texts_are_whole():
    for name in (f.name for f in CATALOGUE.values() if f.unit is not Unit.CATEGORY):
        english, chinese = short_text(name).en, short_text(name).zh
        assert english.count("(") == english.count(")"), english
        assert chinese.count("（") == chinese.count("）"), chinese
        assert not {":", "："} & set(english + chinese), name  # a number follows behind one


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="2 contributions and 3 values for 3 features"):
        tell_model(NAMES[:3], np.ones((3, 1)), np.ones((2, 1)), **MOST)


def test_a_feature_without_a_cause_is_refused():
    with pytest.raises(UsageError, match="no cause is known for feature 'b_x'"):
        groups_of(("b_x",))


def test_a_portfolio_is_told_what_each_customer_would_be_told():
    count = 60
    facts = random_facts(3, count)
    ratings = rate_columns(facts, np.full(count, 0.03))
    features = tuple(name for name in NAMES if name in facts.numbers)
    contributions = np.random.default_rng(0).normal(0, 0.2, (count, len(features) + 1))
    whole = explain_rows(ratings, range(count), features=features, contributions=contributions)
    one_by_one = [explain(ratings, r, features=features, contributions=contributions[r]) for r in range(count)]
    assert whole == one_by_one
    assert {reason.kind for reasons in whole for reason in reasons} >= {
        ReasonKind.RULE,
        ReasonKind.UNKNOWN_TO_RULE,
        ReasonKind.MODEL,
    }
