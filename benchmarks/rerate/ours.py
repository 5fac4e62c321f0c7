"""The same job by riskengine: from the tables to ratings.parquet and warnings.parquet, without reasons.

python benchmarks/rerate/ours.py TABLES RULES MODEL AS_OF OUT
"""

import datetime as dt
import json
import resource
import sys
import time
from pathlib import Path

import polars as pl

from riskengine.decision.frames import ratings_frame
from riskengine.decision.rate import rate
from riskengine.decision.warnings import warnings_frame
from riskengine.policy.source import load_policy
from riskengine.rules.columns import ColumnsEngine
from riskengine.scoring.bundle import load_bundle
from riskengine.tables.store import open_tables
from riskengine.workflows.day_rating import portfolio_exposure
from riskengine.workflows.rating_features import rating_features
from riskengine.workflows.scored import facts_of_features, model_matrix, predict_customers

CHUNK = 20_000  # as `riskengine rerate`


class Phases:
    def __init__(self):
        self.seconds = {}

    def timed(self, what, call, *arguments, **named):
        begin = time.perf_counter()
        found = call(*arguments, **named)
        self.seconds[what] = self.seconds.get(what, 0.0) + time.perf_counter() - begin
        return found


def main():
    tables, rules, bundle, day, out = sys.argv[1:]
    phases, as_of = Phases(), dt.date.fromisoformat(day)
    policy = phases.timed("policy and model", lambda: load_policy(Path(rules)).in_force(as_of))
    model = phases.timed("policy and model", load_bundle, Path(bundle))
    built = phases.timed("features", rating_features, open_tables(Path(tables)), as_of, windows=policy.windows)
    features = built.features
    exposure, ratings, warnings = portfolio_exposure(features), [], []
    for start in range(0, features.height, CHUNK):
        chunk = features.slice(start, CHUNK)
        facts = phases.timed("score", facts_of_features, chunk)
        predictions = phases.timed("score", predict_customers, facts, model_matrix(chunk, model), model, threads=0)
        rated = phases.timed(
            "rules and decision",
            rate,
            chunk["customer_id"].to_list(),
            facts,
            predictions,
            policy,
            ColumnsEngine(),
            as_of=as_of,
            portfolio_exposure=exposure,
        )
        ratings.append(phases.timed("rules and decision", ratings_frame, rated))
        warnings.append(phases.timed("rules and decision", warnings_frame, rated))
    Path(out).mkdir(parents=True, exist_ok=True)
    for name, parts in (("ratings", ratings), ("warnings", warnings)):
        phases.timed("write", lambda file, p: pl.concat(p).write_parquet(file), Path(out) / f"{name}.parquet", parts)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    measured = {"seconds": phases.seconds, "peak_mib": usage.ru_maxrss / 1024, "cpu": usage.ru_utime + usage.ru_stime}
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
