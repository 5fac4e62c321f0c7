import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.decision.certificate import SCHEMA, ModelIdentity, certify
from riskengine.decision.predictions import predictions_of
from riskengine.decision.rate import rate
from riskengine.decision.reasons import explain
from riskengine.decision.replay import model_matrix, replay
from riskengine.policy.vocabulary import CONTEXT_FACTS
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.durable_engine import DurableEngine
from riskengine.terms.decision import Stage
from riskengine.terms.errors import InputError
from support.decisions import (
    AS_OF,
    SOUND,
    TransparentModel,
    columns,
    random_facts,
    rate_columns,
    shipped_policy,
)

MODEL = TransparentModel()
COLUMNS = ColumnsEngine()
LATE = {**SOUND, "pay_late_days_wmean_365d": 17.3, "pay_late_days_mean_90d": 0.1 + 0.2, "fin_equity_ratio": 1 / 3}


def rated(facts):
    matrix = model_matrix(MODEL.features, facts)
    return rate(
        [f"C{row}" for row in range(facts.count)],
        facts,
        MODEL.predict(matrix),
        shipped_policy(),
        COLUMNS,
        as_of=AS_OF,
        portfolio_exposure=1e9,
    ), MODEL.contributions(matrix)


def certificate(facts=None, row=0):
    ratings, contributions = rated(facts or columns(LATE))
    reasons = explain(ratings, row, features=MODEL.features, contributions=contributions[row])
    identity = ModelIdentity(MODEL.name, MODEL.version, MODEL.digest)
    return json.loads(json.dumps(certify(ratings, row, identity, reasons)))


@pytest.mark.parametrize("model", [MODEL, None])
def test_a_replay_gives_the_same_bits(model):
    assert replay(certificate(), model, shipped_policy(), COLUMNS) == ()


def test_the_other_engine_gives_the_same_bits():
    with DurableEngine() as durable:
        assert replay(certificate(), MODEL, shipped_policy(), durable) == ()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_any_customer_of_a_portfolio_can_be_replayed_alone(seed):
    facts = random_facts(seed, 20)
    assert replay(certificate(facts, row=seed % 20), MODEL, shipped_policy(), COLUMNS) == ()


def test_the_unrated_can_be_replayed():
    ratings = rate_columns(columns({"req_amount": 1.5}), [np.nan], unrated=np.array([0], np.int8))
    record = json.loads(json.dumps(certify(ratings, 0, ModelIdentity("m", "1", "d"), explain(ratings, 0))))
    assert record["model"]["unrated_reason"] == "no_information"
    assert replay(record, None, shipped_policy(), COLUMNS) == ()


def test_what_was_altered_is_named():
    record = certificate()
    record["limit_path"]["limit"] += 1000
    assert [d.path for d in replay(record, MODEL, shipped_policy(), COLUMNS)] == ["limit_path.limit"]
    record = certificate()
    record["input"]["numbers"]["pay_late_days_wmean_365d"] = 80.0
    paths = {d.path for d in replay(record, MODEL, shipped_policy(), COLUMNS)}
    assert {"input_sha256", "model.pd_12m", "grade_path.final_grade", "decision_sha256"} <= paths
    record = certificate()
    del record["rules"]["HST-DEF-001"]
    assert [d.path for d in replay(record, MODEL, shipped_policy(), COLUMNS)] == ["rules.HST-DEF-001"]


def test_another_model_or_policy_is_named():
    other = replace(MODEL, version="2", digest="e" * 64, slope=0.3)
    paths = {d.path for d in replay(certificate(), other, shipped_policy(), COLUMNS)}
    assert {"model.version", "model.digest", "model.raw", "model.pd_12m"} <= paths
    policy = shipped_policy()
    need = policy.limit.need.model_copy(update={"headroom": 0.0})
    generous = replace(policy, content_hash="0" * 64, limit=policy.limit.model_copy(update={"need": need}))
    paths = {d.path for d in replay(certificate(), MODEL, generous, COLUMNS)}
    assert {"policy.content_hash", "limit_path.need"} <= paths


def shortest(text):
    return int(float(text)) if float(text).is_integer() else float(text)


def test_whole_numbers_rewritten_by_another_tool_are_the_same_numbers():
    record = certificate()
    rewritten = json.loads(json.dumps(record), parse_float=shortest)
    assert replay(rewritten, MODEL, shipped_policy(), COLUMNS) == ()


def test_a_certificate_holds_every_rule_and_every_step():
    record = certificate()
    assert record["schema"] == SCHEMA
    assert set(record["rules"]) == {rule.id for rule in shipped_policy().all_rules}
    assert record["policy"]["content_hash"] == shipped_policy().content_hash
    assert record["limit_path"]["binding_constraint"] == "need"
    assert set(record["grade_path"]) >= {"pd_grade", "rule_grade", "final_grade"}
    assert record["reasons"][0]["zh"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda r: r.update(schema="something else"),
        lambda r: r.pop("input"),
        lambda r: r["input"].pop("numbers"),
        lambda r: r["model"].update(pd_12m="high"),
        lambda r: r["model"].update(unrated_reason="mood"),
        lambda r: r.update(as_of="yesterday"),
        lambda r: r["input"]["numbers"].update(pay_dpd_max="many"),
    ],
)
def test_what_is_no_certificate_is_refused(damage):
    record = certificate()
    damage(record)
    with pytest.raises(InputError):
        replay(record, None, shipped_policy(), COLUMNS)


def test_an_infinite_number_cannot_be_certified():
    with pytest.raises(InputError):
        columns({"pay_dpd_max": float("inf")})
    assert predictions_of(np.array([1.0]), np.array([0.5])).rated.all()


def test_the_input_holds_nothing_that_was_concluded():
    asked = certificate(columns({**LATE, "req_amount": 900_000.0, "req_terms_days": 60.0, "prev_grade": 3.0}))
    given = asked["input"]["numbers"]
    assert (given["req_amount"], given["req_terms_days"], given["prev_grade"]) == (900_000.0, 60.0, 3.0)
    concluded = {fact.name for fact in CONTEXT_FACTS if fact.known_from is not Stage.HARD_STOPS}
    assert not concluded & given.keys()


def test_a_part_that_was_taken_out_or_put_in_is_found_though_it_is_null():
    taken_out, put_in = certificate(), certificate()
    del taken_out["limit_path"]["rule_cap"]
    put_in["grade_path"]["override"] = None
    found = [replay(altered, MODEL, shipped_policy(), COLUMNS) for altered in (taken_out, put_in)]
    assert [[str(d) for d in differences] for differences in found] == [
        ["limit_path.rule_cap (is there): recorded false, now true"],
        ["grade_path.override (is there): recorded true, now false"],
    ]


def test_the_unrated_have_no_amount_before_the_rules():
    facts = columns({"cus_age_days": 100.0})
    unrated = predictions_of(np.array([np.nan]), np.array([np.nan]), np.array([0], np.int8))
    ratings = rate(["C"], facts, unrated, shipped_policy(), COLUMNS, as_of=AS_OF, portfolio_exposure=1e9)
    made = certify(ratings, 0, ModelIdentity("m", "1", "d"), explain(ratings, 0))
    assert made["limit_path"]["before_rules"] is None
    assert "LIM-AGE-001" in made["rules_applied"]
    assert "LIM-AGE-001" not in {reason["code"] for reason in made["reasons"]}
