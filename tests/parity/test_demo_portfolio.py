"""Both rule engines decide alike for every customer of the portfolio that `make demo` shows."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from riskengine.decision.frames import ratings_frame
from riskengine.decision.rate import rate
from riskengine.decision.warnings import warnings_frame
from riskengine.policy.source import load_policy
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.durable_engine import DurableEngine
from riskengine.tables.store import open_tables
from riskengine.workflows.day_rating import portfolio_exposure
from riskengine.workflows.generate import generate
from riskengine.workflows.rating_features import rating_features
from riskengine.workflows.scored import facts_of_features, model_matrix, predict_customers
from support.small_world import RULES, SmallWorld

AS_OF = date(2025, 12, 31)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of `make demo`: the same customers, months and seed."""
    tables = tmp_path_factory.mktemp("demo") / "tables"
    generate(customers=5000, months=36, seed=7, end=AS_OF, out=tables)
    return tables


def test_the_engines_agree_on_every_shipped_rule_for_every_customer(demo: Path, small_world: SmallWorld):
    policy = load_policy(RULES).in_force(AS_OF)
    features = rating_features(open_tables(demo), AS_OF, windows=policy.windows).features
    facts = facts_of_features(features)
    predictions = predict_customers(facts, model_matrix(features, small_world.model), small_world.model)
    exposure = portfolio_exposure(features)

    def decide(engine):
        ids = features["customer_id"].to_list()
        return rate(ids, facts, predictions, policy, engine, as_of=AS_OF, portfolio_exposure=exposure)

    by_columns = decide(ColumnsEngine())
    with DurableEngine() as engine:
        by_durable = decide(engine)

    assert features.height == 5000
    assert set(by_columns.outcomes.by_rule) == {rule.id for rule in policy.all_rules}
    differing = {
        rule_id: int(np.sum(codes != by_durable.outcomes.by_rule[rule_id]))
        for rule_id, codes in by_columns.outcomes.by_rule.items()
    }
    assert {rule_id: count for rule_id, count in differing.items() if count} == {}
    assert ratings_frame(by_columns).equals(ratings_frame(by_durable))
    assert warnings_frame(by_columns).equals(warnings_frame(by_durable))
