"""What the policy itself excuses a gap from."""

from riskengine.policy.bundle import Policy
from riskengine.policy.rule import Effect
from riskengine.proof.excuse import rate_leniently
from riskengine.proof.scenario import Scenario
from support.decisions import shipped_policy

POLICY = shipped_policy()
LOW_COVER = Scenario({"fin_interest_cover": 0.0, "pd_12m": 0.001}, {"fin_interest_cover": None})


def effect(policy: Policy, rule_id: str) -> Effect:
    return next(rule.then for rule in policy.all_rules if rule.id == rule_id)


def test_a_rule_whose_whole_effect_is_excused_stays_excused():
    """Once nothing is left of its effect a rule no longer applies; that must not bring the effect back, for ever."""
    ((used, knowing, unknowing),) = rate_leniently([LOW_COVER], POLICY)
    assert effect(POLICY, "GRD-FIN-003") != Effect()
    assert effect(used, "GRD-FIN-003") == Effect()
    grades = [rated.ratings.grades.final[rated.row] for rated in (knowing, unknowing)]
    assert grades[0] == grades[1]
