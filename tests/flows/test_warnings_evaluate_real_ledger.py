"""The closed real ledger: warnings of the shipped policy against 30 days past due within the next 60 days."""

from datetime import date

import pytest

from riskengine.early_warning.quality.groups import Kind
from riskengine.early_warning.quality.naive import NaiveRule
from riskengine.reports.warnings.view import EvaluationReport
from riskengine.terms.decision import Severity
from riskengine.workflows.warnings.evaluate_folder import EvaluateRequest, evaluate_folder
from support.policy_folder import shipped_policy_in
from support.real_ledger import take_in, train_on

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> EvaluationReport:
    """Month ends from June to December 2019; trained on outcomes to October."""
    folder = tmp_path_factory.mktemp("real")
    tables = take_in(folder)
    request = EvaluateRequest(
        tables=tables,
        first=date(2019, 6, 30),
        last=date(2019, 12, 31),
        rules=shipped_policy_in(folder, "USD"),
        bundle=train_on(tables, folder),
    )
    return evaluate_folder(request)[0]


def test_every_date_has_its_outcome(report: EvaluationReport) -> None:
    assert report.ripe_dates == report.dates
    assert (report.outcome.horizon_days, report.outcome.days_past_due) == (60, 30)
    assert report.together.counts.censored == 0


@pytest.mark.parametrize("level", Severity)
def test_warnings_beat_largest_past_lateness_on_as_many_customers(report: EvaluationReport, level: Severity) -> None:
    """On each date as many customers as the policy has under warning: better on precision and on recall."""
    policy = report.customers(level).on_dates
    naive = next(
        f.on_dates
        for f in report.evaluation.of_kind(Kind.NAIVE_LIST)
        if (f.name, f.level) == (NaiveRule.PAST_LATENESS, level)
    )
    assert policy.precision is not None
    assert naive.precision is not None
    assert policy.precision > naive.precision
    assert policy.recall is not None
    assert naive.recall is not None
    assert policy.recall > naive.recall


def test_a_ledger_without_limits_has_no_list_by_utilisation(report: EvaluationReport) -> None:
    lists = report.evaluation.of_kind(Kind.NAIVE_LIST)
    assert NaiveRule.OVER_LIMIT not in {f.name for f in lists}
