"""Every figure of a history small enough to count by hand (tests/support/warning_history.py tells it)."""

from dataclasses import replace

import pytest

from riskengine.early_warning.quality.certainty import Verdict
from riskengine.early_warning.quality.evaluation import evaluate_warnings
from riskengine.early_warning.quality.examples import Ending
from riskengine.early_warning.quality.groups import Kind
from riskengine.terms.decision import Severity
from support.warning_history import DAYS, findings, population, scores, standing

MONTH = 365.25 / 12


@pytest.fixture(scope="module")
def found():
    return evaluate_warnings(standing(), population(), scores(), indicators=("late", "limit", "quiet"), per_week=7 / 30)


def figure(found, kind, name=None, level=None):
    return next(f for f in found.of_kind(kind) if name in (None, f.name) and level in (None, f.level))


def counted(figures):
    c = figures.counts
    return (c.new, c.at_start, c.in_default, c.censored, c.ripe, c.troubled, c.defaulted, c.customers)


def before(figures):
    d = figures.defaults
    return (d.count, d.stood, d.ended, d.unwarned, d.early_seen, d.early, d.early_ever)


def test_all_warnings_together(found):
    """Eight open; one stood at the start. Of the seven new, those of days 190 are censored; caught130, caught160 and
    slow160 were followed by trouble, false130 twice by nothing."""
    together = figure(found, Kind.ALL)
    assert counted(together) == (7, 1, 0, 2, 5, 3, 2, 3)
    assert together.precision.value == 3 / 5
    assert together.default_share.value == 2 / 5


def test_each_indicator(found):
    late, limit = figure(found, Kind.INDICATOR, "late"), figure(found, Kind.INDICATOR, "limit")
    assert counted(late) == (3, 1, 0, 1, 2, 1, 1, 2)
    assert counted(limit) == (4, 0, 0, 1, 3, 2, 1, 3)
    assert (late.precision.value, limit.precision.value) == (1 / 2, 2 / 3)


def test_severities_count_the_day_it_was_reached(found):
    """caught rose to amber on day 160, which is a new amber warning and no new watch one."""
    by_word = {f.name: counted(f) for f in found.of_kind(Kind.SEVERITY)}
    assert by_word["watch"][0] == 5
    assert by_word["amber"] == (2, 1, 0, 1, 1, 1, 1, 1)
    assert by_word["red"] == (1, 0, 0, 0, 1, 0, 0, 1)


def test_base_rate_is_of_customers_at_risk_on_dates_where_something_can_be_new(found):
    """Days 130 and 160, six customers each; caught, missed, early and slow were in for trouble on both."""
    together = figure(found, Kind.ALL)
    assert together.base_rate == 8 / 12
    assert together.lift.value == pytest.approx((3 / 5) / (8 / 12))


def test_volume(found):
    """Six customers owe on days 130, 160 and 190; on day 220 two of them are in default."""
    together = figure(found, Kind.ALL)
    assert (together.customers, together.known) == ((6 + 6 + 6 + 4) / 4, 6)
    assert together.per_100_month == pytest.approx(100 * 7 / 5.5 / (120 / MONTH))
    assert together.per_100_known == pytest.approx(100 * 7 / 6 / (120 / MONTH))


def test_defaults_by_what_stood_before_them(found):
    """caught: any from day 130, amber from day 160, up to day 190. early: amber on day 130, then nothing."""
    assert before(figure(found, Kind.CUSTOMER, level=Severity.WATCH)) == (3, 1, 1, 1, 3, 1, 2)
    assert before(figure(found, Kind.CUSTOMER, level=Severity.AMBER)) == (3, 1, 1, 1, 3, 0, 1)
    assert before(figure(found, Kind.CUSTOMER, level=Severity.RED)) == (3, 0, 0, 3, 3, 0, 0)
    assert before(figure(found, Kind.INDICATOR, "limit"))[:4] == (3, 0, 1, 2)


def test_lead_is_counted_from_where_warnings_stood_unbroken(found):
    assert figure(found, Kind.CUSTOMER, level=Severity.WATCH).defaults.lead_days == (70.0, 70.0, 70.0)
    assert figure(found, Kind.CUSTOMER, level=Severity.AMBER).defaults.lead_days == (40.0, 40.0, 40.0)
    assert figure(found, Kind.INDICATOR, "limit").defaults.lead_days is None


def test_who_stood_alone_before_a_default(found):
    assert [figure(found, Kind.INDICATOR, name).alone for name in ("late", "limit")] == [1, 0]


def test_noise_to_signal(found):
    """Nine troubled and nine quiet customer-dates; under a warning four and two of them."""
    dates = figure(found, Kind.ALL).on_dates
    assert (dates.troubled, dates.quiet, dates.listed_troubled, dates.listed_quiet) == (9, 9, 4, 2)
    assert dates.noise_to_signal == pytest.approx((2 / 9) / (4 / 9))


def test_money_of_stopping(found):
    """Three dates before a default: loss 0.5 x 40, margin 0.1 x 60 each. Three others: margin 0.1 x 100 each, two of
    them of customers in no trouble. Five ripe warnings cost 10 each."""
    money = figure(found, Kind.ALL).money
    assert (money.loss_avoided, money.margin_lost, money.false_margin, money.handling) == (6000, 4800, 2000, 5000)
    assert money.result == 6000 - 4800 - 5000


def test_silent_indicators_are_named(found):
    silent = figure(found, Kind.INDICATOR, "quiet")
    assert silent.verdict is Verdict.SILENT
    assert counted(silent) == (0,) * 8


def test_few_outcomes_are_a_state_of_their_own(found):
    assert figure(found, Kind.INDICATOR, "late").verdict is Verdict.TOO_FEW
    assert found.to_retire == ()


def test_a_rule_of_several_is_judged_by_itself():
    """Rule A of `limit` is right twice, rule B wrong once; each stands while it applies."""
    told = [("caught", "A", 160, 1), ("slow", "A", 160, 1), ("slow", "A", 190, 1), ("false", "B", 130, 1)]
    rules = {"limit": ("A", "B")}
    found = evaluate_warnings(standing(), population(), scores(), by_rule=findings(told), rules=rules)
    assert counted(figure(found, Kind.RULE, "A")) == (2, 0, 0, 0, 2, 2, 1, 2)
    assert counted(figure(found, Kind.RULE, "B")) == (1, 0, 0, 0, 1, 0, 0, 1)
    assert figure(found, Kind.RULE, "A").alone is None


def test_what_is_named_to_retire_is_the_rule_and_not_its_indicator(found):
    def with_verdict(name, verdict):
        return replace(figure(found, Kind.INDICATOR, "late"), name=name, verdict=verdict)

    shared = with_verdict("limit", Verdict.NO_LIFT)
    rules = [replace(with_verdict(n, v), kind=Kind.RULE) for n, v in (("A", Verdict.HAS_LIFT), ("B", Verdict.NO_LIFT))]
    alone = with_verdict("late", Verdict.NO_LIFT)
    named = replace(found, figures=(shared, alone, *rules), rules={"limit": ("A", "B")}).to_retire
    assert {f.name for f in named} == {"B", "late"}
    kept = replace(found, figures=(shared, rules[0]), rules={"limit": ("A", "B")}).to_retire
    assert [f.name for f in kept] == ["limit"]


def test_segments_are_compared_with_their_own(found):
    """caught and early are of industry C1: troubled on both dates; nobody there was warned in vain after the start."""
    inside = figure(found, Kind.INDUSTRY, "C1")
    assert inside.base_rate == 1.0
    assert counted(inside) == (2, 1, 0, 0, 2, 2, 2, 1)
    unstated = next(f for f in found.of_kind(Kind.INDUSTRY) if f.name is None)
    assert unstated.counts.new == 5
    assert (unstated.defaults.count, inside.defaults.count) == (1, 2)


def test_a_budget_takes_one_case_a_date(found):
    """Equal losses, so by severity: early 100, false 130, caught 160, young 190, slow 220; false's second is left."""
    cases = {(c, o): w for c, o, w in found.budget.cases.select("customer_id", "opened_on", "worked_on").iter_rows()}
    assert cases == {
        ("early", 100): 100, ("false", 130): 130, ("caught", 130): 160, ("young", 190): 190, ("slow", 160): 220,
        ("false", 190): None,
    }  # fmt: skip
    worked = found.budget
    assert (worked.worked, worked.left_out, worked.ripe, worked.troubled) == (5, 1, 3, 1)
    assert (worked.defaults, worked.caught, worked.caught_early, worked.left_defaults) == (3, 1, 0, 0)
    assert worked.amount_caught == pytest.approx(1 / 3)


def test_without_a_limit_everything_is_worked_when_it_opens(found):
    opened = found.unlimited.cases.select("opened_on", "worked_on")
    assert opened["opened_on"].to_list() == opened["worked_on"].to_list()


def test_single_cases(found):
    chosen = {example.ending: (example.customer_id, example.default_on) for example in found.examples}
    assert chosen == {Ending.MISSED: ("missed", 210), Ending.FALSE: ("false", None)}  # caught was amber too late


def test_the_dates_are_all_there(found):
    assert found.population.days == DAYS
