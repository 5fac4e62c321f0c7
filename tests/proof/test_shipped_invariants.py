"""All shipped invariants are proved, and each is refuted under a policy that breaks it, by a customer who does."""

import datetime as dt
from dataclasses import replace

import pytest

from riskengine.policy.condition import truth
from riskengine.policy.invariant import Always, Missing
from riskengine.policy.invariant_facts import end_vocabulary
from riskengine.policy.invariant_resolve import resolve_invariant
from riskengine.policy.source import load_policy
from riskengine.proof.breach import find_breaches
from riskengine.proof.excuse import rate_leniently
from riskengine.proof.prove import Prover
from riskengine.proof.scenario import end_record, rate_all
from riskengine.proof.verdict import Finding
from support.policy_folder import SHIPPED
from support.shipped_copy import edited

DAY = dt.date(2025, 6, 30)
SIDES = ("facts", "changed")
SOURCE = load_policy(SHIPPED)
VOCABULARY = SOURCE.draft.vocabulary
POLICY = SOURCE.in_force(DAY)
INVARIANTS = {one.id: resolve_invariant(one, POLICY.parameters) for one in SOURCE.draft.invariants}


def with_limits(part, **changes):
    """A limit policy its own model would refuse."""
    limit = POLICY.limit.model_copy(update={part: getattr(POLICY.limit, part).model_copy(update=changes)})
    return replace(POLICY, limit=limit)


# Of each invariant small edits that break it: file, after what, what, by what.
BREAKS = {
    "INV-FRZ-001": [
        ("early_warning/signals.yaml", "EWS-LAW-002", "[watch_list, require_guarantee]", "[freeze_credit]")
    ],
    "INV-DEF-001": [("hard_stops/default.yaml", "HST-DEF-003", "count_all >= 1", "count_all >= 2")],
    "INV-DEF-002": [("hard_stops/default.yaml", "HST-DEF-001", "{in_default: true, freeze", "{freeze")],
    "INV-LAW-001": [("hard_stops/law.yaml", "HST-LAW-001", "{freeze: true, grade_cap: 8}", "{grade_cap: 8}")],
    "INV-LAW-002": [("hard_stops/law.yaml", "HST-LAW-005", "grade_cap: 8", "grade_cap: 7")],
    "INV-GRD-001": [("master_scale.yaml", "{grade: 8", "limit_factor: 0,", "limit_factor: 0.05,")],
    "INV-CAP-001": [("limits.yaml", "caps:", "customer: 20000000", "customer: 25000000")],
    "INV-CAP-002": [("parameters.yaml", "thin_file_limit:", "value: 200000", "value: 250000")],
    "INV-TRM-001": [
        ("terms.yaml", "policy:", "longest_days: 105", "longest_days: 130"),
        ("terms.yaml", "policy:", "97, 105]", "97, 105, 120]"),
        ("master_scale.yaml", "{grade: 1", "terms_cap_days: 90", "terms_cap_days: 120"),
    ],
    "INV-TRM-002": [
        ("terms/relationship.yaml", "TRM-REL-001", "grade <= 4", "grade <= 6"),
        ("terms/relationship.yaml", "TRM-REL-001", "terms_add_days: 7", "terms_add_days: 15"),
    ],
    "INV-TRM-003": [("terms/lateness.yaml", "TRM-PAY-001", "[require_prepayment]", "[watch_list]")],
    "INV-ASK-001": [
        (
            "terms/lateness.yaml",
            "id: TRM-LAT-003",
            'cap_days: "@late_payer_terms"',
            'cap_days: "@very_late_payer_terms"',
        )
    ],
    "INV-SEC-001": [("conditions/security.yaml", "CND-SEC-001", "grade == 7", "{all: [grade == 7, limit > 900000]}")],
    "INV-AUT-001": [("parameters.yaml", "authority_amount:", "value: 5000000", "value: 6000000")],
    "INV-AUT-002": [("conditions/authority.yaml", "CND-AUT-003", "limit == 0", "limit == 0, grade == 3")],
    "INV-WRN-001": [("early_warning/group.yaml", "EWS-REL-003", "warning: watch", "warning: red")],
    "INV-PD-001": [("grading/statements.yaml", "GRD-FIN-005", "fin_qualified_flag == 1", "pd_12m < 0.002")],
    "INV-PAY-001": [("limits/risk.yaml", "LIM-PAY-001", "pay_dpd_max >= @arrears", "pay_dpd_max < @arrears")],
    "INV-MIS-001": [("terms/relationship.yaml", "TRM-REL-001", "on_missing: no_hit", "on_missing: hit")],
}


def verdict_of(invariant, policy, seconds=600.0):
    return Prover(VOCABULARY, seconds).prove(invariant, policy)


def broken(breach, invariant, policy):
    """Whether the customers of a breach, rated anew, break the invariant: in words of the rating, not of the proof."""
    records = [end_record(rated, end_vocabulary(VOCABULARY)) for rated in both_rated(breach, invariant, policy)]
    if isinstance(invariant.says, Always):
        said_of = invariant.given is None or truth(invariant.given, records[0]) is True
        return said_of and truth(invariant.says.condition, records[0]) is not True
    first, second = records
    known = {name: (first[name], second[name]) for name in ("grade", "limit", "terms_days")}
    worse, longer, larger = known["grade"], known["terms_days"], known["limit"]
    return None not in worse and (worse[1] < worse[0] or longer[1] > longer[0] or larger[1] > larger[0])


def both_rated(breach, invariant, policy):
    """Where one of two knows less, without what the policy itself excuses of that."""
    scenario = breach.scenario
    if isinstance(invariant.says, Missing):
        ((_, knowing, unknowing),) = rate_leniently([scenario], policy)
        return knowing, unknowing
    return rate_all([(facts, scenario.temporary) for facts in (scenario.facts, scenario.second)], policy)


@pytest.mark.parametrize("invariant_id", INVARIANTS)
def test_shipped_invariant_is_proved(invariant_id):
    verdict = verdict_of(INVARIANTS[invariant_id], POLICY)
    assert (verdict.finding, verdict.reason) == (Finding.PROVED, None)


@pytest.mark.parametrize("invariant_id", BREAKS)
def test_a_broken_policy_is_refuted_by_a_customer_who_breaks_it(invariant_id, tmp_path):
    policy = load_policy(edited(tmp_path, *BREAKS[invariant_id])).in_force(DAY)
    check_refuted(invariant_id, policy)


@pytest.mark.parametrize(
    ("invariant_id", "part", "changes"),
    [
        ("INV-AVL-001", "available", {"guaranteed_share": 1.2}),
        ("INV-DEC-001", "rounding", None),
    ],
)
def test_a_policy_no_file_could_say_is_refuted_too(invariant_id, part, changes):
    """The readers of limits.yaml refuse these; the proof does not rely on them."""
    if changes is None:
        first, *others = POLICY.limit.rounding
        steps = (first.model_copy(update={"above": 5_000.0}), *others)
        policy = replace(POLICY, limit=POLICY.limit.model_copy(update={part: steps}))
    else:
        policy = with_limits(part, **changes)
    check_refuted(invariant_id, policy)


def check_refuted(invariant_id, policy):
    invariant = INVARIANTS[invariant_id]
    verdict = verdict_of(invariant, policy)
    assert verdict.finding is Finding.REFUTED
    assert broken(verdict.breach, invariant, policy)
    assert not broken(verdict.breach, invariant, POLICY)
    assert not any(find_breaches(invariant, without_one_fact(verdict.breach.scenario), policy, VOCABULARY))


def without_one_fact(scenario):
    """Scenarios a person could still leave something out of: none of these may break the invariant."""
    return [
        replace(scenario, **{side: {n: v for n, v in getattr(scenario, side).items() if n != name} for side in SIDES})
        for name in scenario.facts
    ]


def test_every_shipped_invariant_has_a_policy_that_breaks_it():
    assert set(INVARIANTS) == {*BREAKS, "INV-AVL-001", "INV-DEC-001"}
