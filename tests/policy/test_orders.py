"""Rules about orders: what they know, what they may say, and what is refused."""

import datetime as dt
from pathlib import Path

from riskengine.policy.condition import facts_of
from riskengine.policy.content import content_hash
from riskengine.policy.source import examine, load_policy
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.terms.decision import OrderStop, Stage
from support.policy_folder import VOCABULARY, good_policy

DAY = dt.date(2025, 1, 1)
RULESET = """
ruleset: orders.tests
stage: orders
owner: tests
rules:
  - id: ORD-TST-001
    name: {en: Large, zh: 大额}
    in_force: {from: 2020-01-01}
    when: order_amount > %s
    on_missing: no_hit
    then: {order: hold}
"""


def with_orders(folder: Path, operand: str = "1000") -> Path:
    root = good_policy(folder)
    (root / "orders").mkdir()
    (root / "orders" / "tests.yaml").write_text(RULESET % operand, encoding="utf-8")
    return root


def found_in(root: Path) -> list[str]:
    return [str(finding) for finding in examine(root, VOCABULARY)[1]]


def test_they_are_rules_of_the_policy_and_none_of_a_rating(tmp_path: Path) -> None:
    policy = load_policy(with_orders(tmp_path), VOCABULARY).in_force(DAY)
    (rule,) = policy.rules[Stage.ORDERS]
    assert rule.then.order is OrderStop.HOLD
    assert rule not in policy.all_rules
    assert policy.every_rule == (*policy.all_rules, rule)


def test_they_count_in_the_name_of_the_policy_which_stays_without_them(tmp_path: Path) -> None:
    silent = load_policy(good_policy(tmp_path / "silent"), VOCABULARY).in_force(DAY)
    policy = load_policy(with_orders(tmp_path / "asked"), VOCABULARY).in_force(DAY)
    assert policy.content_hash != silent.content_hash
    kept = content_hash(
        currency=policy.currency,
        parameters=policy.parameters,
        rules=policy.all_rules,
        master_scale=policy.master_scale,
        limit=policy.limit,
        terms=policy.terms,
        agreed=(),
    )
    assert kept == silent.content_hash


def test_facts_of_orders_are_known_to_orders_alone() -> None:
    known = standard_vocabulary()
    for name, fact in known.items():
        in_orders = fact.is_known_in(Stage.ORDERS)
        assert in_orders is (name.startswith("order_") or fact.in_orders), name
        if name.startswith("order_"):
            assert not any(fact.is_known_in(stage) for stage in Stage if stage is not Stage.ORDERS), name
    assert known["frozen"].is_known_in(Stage.ORDERS)
    assert not known["pay_dpd_max"].is_known_in(Stage.ORDERS)


def test_a_value_for_a_segment_is_refused(tmp_path: Path) -> None:
    root = with_orders(tmp_path, "@order_most")
    (root / "segments.yaml").write_text(
        "segments:\n  south: {text: {en: South, zh: 南}, for: {cus_country: [IT]}, if_unknown: out}\n", encoding="utf-8"
    )
    parameters = (root / "parameters.yaml").read_text(encoding="utf-8")
    dated = "{from: 2020-01-01, %s, reference: Manual 1, decided_by: Board}"
    values = "".join(f"      - {dated % value}\n" for value in ("value: 10", "value: 20, segment: south"))
    more = f"  order_most:\n    text: {{en: Most, zh: 上限}}\n    unit: money\n    values:\n{values}"
    (root / "parameters.yaml").write_text(parameters.rstrip("\n") + "\n" + more, encoding="utf-8")
    assert any("has values for segments, of which orders know nothing" in said for said in found_in(root))


def test_a_group_is_not_exempt_from_them(tmp_path: Path) -> None:
    root = with_orders(tmp_path)
    agreed = "from: 2024-01-01, until: 2026-01-01, reason: R, requested_by: a, approved_by: b"
    (root / "exceptions.yaml").write_text(
        f"exclusions:\n  - {{rule: ORD-TST-001, group: G1, {agreed}}}\n", encoding="utf-8"
    )
    assert any("about orders, which know no groups" in said for said in found_in(root))


def test_the_shipped_rules_use_every_fact_that_is_only_there_for_orders() -> None:
    policy = load_policy(Path(__file__).parents[2] / "rules").in_force(DAY)
    named = {name for rule in policy.rules[Stage.ORDERS] for name in facts_of(rule.when)}
    own = {name for name in standard_vocabulary() if name.startswith("order_")}
    assert own - named <= {"order_available_after"}
