"""What people read instead of ids."""

import datetime as dt

import pytest

from riskengine.policy.bundle import Policy
from riskengine.policy.episode_policy import AT_ONCE
from riskengine.policy.names import indicator_name, indicator_names, role_name
from riskengine.policy.source import load_policy
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.terms.text import Text
from support.policy_folder import SHIPPED


@pytest.fixture(scope="module")
def shipped() -> Policy:
    return load_policy(SHIPPED, standard_vocabulary()).in_force(dt.date(2025, 6, 30))


def test_every_shipped_indicator_is_called_something(shipped: Policy) -> None:
    names = indicator_names(shipped)
    assert set(names) == {rule.indicator_id for rule in shipped.all_rules if rule.then.severity is not None}
    assert names["default_risk"] == Text("Close to default", "违约风险升高")
    alone = next(rule for rule in shipped.all_rules if rule.then.severity is not None and rule.indicator is None)
    assert names[alone.base_id] == alone.name


def test_owners_are_called_as_the_policy_says(shipped: Policy) -> None:
    assert role_name("head_of_credit", shipped.episodes) == Text("head of credit", "信用管理负责人")
    assert role_name("head_of_credit", AT_ONCE).zh == "head of credit"


def test_what_no_rule_warns_of_any_more_keeps_its_id(shipped: Policy) -> None:
    assert indicator_name("EWS-OLD-001", indicator_names(shipped)).en == "EWS-OLD-001"
