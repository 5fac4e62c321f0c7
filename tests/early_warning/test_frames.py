"""Tables of episodes, changes and cases: nothing is lost on the way to a file and back."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings

from riskengine.early_warning.case import cases_of
from riskengine.early_warning.change import ChangeKind
from riskengine.early_warning.finding import Evidence, Named
from riskengine.early_warning.fold import fold
from riskengine.early_warning.frames import (
    CASE_SCHEMA,
    CHANGE_SCHEMA,
    EPISODE_SCHEMA,
    cases_frame,
    changes_frame,
    episodes_frame,
    episodes_from,
)
from riskengine.early_warning.observation import observe
from riskengine.policy.leaf import parse_leaf
from support.decisions import random_facts, rate_columns, shipped_policy
from support.warning_days import LATE, LATER, day, finding, findings, policies, policy_of

HOSTILE = (
    Evidence(LATE, parse_leaf("cus_country in ['NO', 'it''s', '华东']"), "it's"),
    Evidence(LATE, parse_leaf("pd_12m >= 0.1"), 0.1 + 0.2),
    Evidence(LATE, parse_leaf("pay_dpd_max is missing"), None),
    Evidence(LATE, parse_leaf("pay_overdue_amount > 1e-5"), 0.0),
    Evidence(LATE, Named("cus_region"), "华东"),
    Evidence(LATE, Named("cus_exposure"), None),
)


@settings(max_examples=60, deadline=None)
@given(findings(), policies())
def test_episodes_survive_a_file(found, policy):
    told = [replace(one, evidence=HOSTILE) for one in found]
    episodes = fold(told, policy).episodes
    assert episodes_from(episodes_frame(episodes)) == episodes


def test_so_does_what_the_shipped_rules_ask():
    ratings = rate_columns(random_facts(3, 80), [0.05] * 80)
    episodes = fold(observe(ratings), shipped_policy().episodes).episodes
    assert len({one.indicator for one in episodes}) > 10
    assert episodes_from(episodes_frame(episodes)) == episodes


def test_nothing_is_a_table_too():
    assert episodes_from(episodes_frame([])) == ()
    for frame, schema in ((episodes_frame([]), EPISODE_SCHEMA), (changes_frame([]), CHANGE_SCHEMA)):
        assert dict(frame.schema) == dict(schema)
    assert dict(cases_frame([]).schema) == dict(CASE_SCHEMA)


def test_what_people_read_stands_beside_the_turns():
    days = [finding(0, LATE), finding(1, LATER), finding(2), finding(3, unknown=[LATE])]
    folded = fold(days, policy_of(9))
    (row,) = episodes_frame(folded.episodes).to_dicts()
    assert (row["opened_on"], row["severity"], row["escalated_on"]) == (day(0), "amber", day(1))
    assert (row["phase"], row["quiet_since"], row["blind_since"]) == ("blind", None, day(3))
    assert row["rules"] == [LATE, LATER]
    changes = changes_frame(folded.changes)
    assert changes["change"].to_list() == [ChangeKind.OPENED, ChangeKind.ESCALATED]
    assert changes["severity_before"].to_list() == [None, "watch"]


def test_a_case_is_a_row():
    found = observe(rate_columns(random_facts(3, 80), [0.05] * 80))
    policy = shipped_policy()
    frame = cases_frame(cases_of(fold(found, policy.episodes).episodes, policy))
    assert frame["customer_id"].is_unique().all()
    assert frame["opened_on"].unique().to_list() == [date(2025, 6, 30)]
    called_for = frame["proposed"].list.len() + frame["automatic"].list.len()
    assert (called_for > 0).all()
    automatic = {action for actions in frame.filter(severity="red")["automatic"].to_list() for action in actions}
    assert automatic <= {"watch_list", "freeze_credit"}
