"""What a competent person would write for the same job: pandas, LightGBM, durable_rules. Knows nothing of riskengine.

python benchmarks/rerate/peer.py TABLES POLICY.json MODEL AS_OF OUT narrow|whole

With `narrow` a message to durable_rules holds the facts that the stage's rules ask about, with `whole` the customer's
whole record, as a first version of such a script would have it.
"""

import datetime as dt
import json
import resource
import sys
import time
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pandas as pd
from peer_decision import (
    Effects,
    apply_grade_rules,
    pd_grade,
    ratings_table,
    set_limit,
    set_terms,
    wanted_terms,
    warnings_table,
)
from peer_features import build
from peer_rules import RuleSet, facts_named
from scipy.special import expit

TEXTS = ("customer_id", "cus_country", "cus_industry", "ano_main")


def predict(known, folder):
    """Calibrated PDs, NaN for customers of whom nothing is known."""
    card = json.loads((folder / "model.json").read_text())
    booster, line = lgb.Booster(model_file=folder / "booster.txt"), card["calibration"]
    informed = (known[["pay_settled_count_all", "pay_open_amount", "ord_open_amount"]] > 0).any(axis=1)
    counts = [name for name in known if name.startswith("sig_") and name.endswith(("_count_365d", "_count_all"))]
    informed |= known["fin_statement_age_days"].notna() | (known[counts] > 0).any(axis=1)
    matrix = known.loc[informed, card["features"]].to_numpy(dtype="float64", na_value=np.nan)
    raw = booster.predict(matrix, raw_score=True)
    pds = np.full(len(known), np.nan)
    pds[informed.to_numpy()] = np.maximum(expit(line["intercept"] + line["slope"] * raw + line["shift"]), line["floor"])
    return pds


def share(part, whole):
    return part / np.where(whole > 0, whole, np.nan)


def decide(known, pd_12m, policy, as_of, messages):
    """Rules by durable_rules, stage by stage; the rest by arithmetic. Nothing is asked for, no rating went before."""
    facts = {name: known[name].to_numpy("float64", na_value=np.nan) for name in known if name not in TEXTS}
    facts |= {name: known[name].astype(object).where(known[name].notna(), None).to_numpy() for name in TEXTS[1:]}
    portfolio = known["exposure_cents"].clip(lower=0).sum() / 100
    exposure, unknown = np.maximum(facts["cus_exposure"], 0.0), np.full(len(known), np.nan)
    facts |= {"pd_12m": pd_12m, "pd_grade": pd_grade(pd_12m, policy["grades"])}
    facts["ctx_exposure_share"] = np.minimum(exposure / portfolio, 1.0)
    facts["rel_stress_path"] = np.where(facts["rel_stress"] > 0, 1.0, np.nan)  # asked only whether there is one
    facts |= dict.fromkeys(("grade_change", "pd_to_prev", "limit_to_prev", "req_amount", "req_to_limit"), unknown)
    effects, hits = Effects(len(known), policy["actions"]), {}
    rules = [rule for stage in policy["rules"].values() for rule in stage]
    record = facts_named(rules) if messages == "whole" else set()

    def ask(stage):
        engine = RuleSet(stage, policy["rules"][stage], also=record)
        engine.evaluate(facts)
        effects.add(policy["rules"][stage], engine.hits, engine.referred)
        hits.update(engine.hits)

    def conclude(**conclusions):
        standing = {"in_default": effects.in_default, "frozen": effects.freeze | effects.in_default}
        for name, values in {**standing, "refer": effects.refer, **conclusions}.items():
            facts[name] = values.astype("float64")

    ask("hard_stops")
    conclude()
    ask("grading")
    grade = apply_grade_rules(facts["pd_grade"], effects)
    conclude(grade=grade)
    ask("limits")
    wanted = wanted_terms(facts, policy["terms"])
    limit = set_limit(facts, grade, wanted, effects, policy, portfolio)
    agreed = share(limit, facts["cus_current_limit"])
    conclude(limit=limit, exposure_to_limit=share(exposure, limit), limit_to_current=agreed)
    ask("terms")
    terms = set_terms(wanted, grade, limit, effects, policy)
    conclude(terms_days=terms)
    ask("conditions")
    ask("warnings")
    effects.refer |= np.isnan(pd_12m) & ~effects.in_default
    effects.actions["manual_review"] |= effects.refer
    effects.actions["freeze_credit"] |= effects.in_default
    ids = known["customer_id"]
    ratings = ratings_table(ids, as_of, facts, effects, policy)
    return ratings, warnings_table(ids, as_of, rules, hits, policy)


def main():
    tables, policy_file, model, day, out, messages = sys.argv[1:]
    seconds = {}
    as_of, policy = dt.date.fromisoformat(day), json.loads(Path(policy_file).read_text())

    def timed(what, call, *arguments):
        begin = time.perf_counter()
        found = call(*arguments)
        seconds[what] = time.perf_counter() - begin
        return found

    known = timed("features", build, Path(tables), as_of, policy["windows"])
    pd_12m = timed("score", predict, known, Path(model))
    ratings, warnings = timed("rules and decision", decide, known, pd_12m, policy, pd.Timestamp(as_of), messages)
    Path(out).mkdir(parents=True, exist_ok=True)
    timed("write", ratings.to_parquet, Path(out) / "ratings.parquet")
    written = seconds["write"]
    timed("write", warnings.to_parquet, Path(out) / "warnings.parquet")
    seconds["write"] += written
    usage = resource.getrusage(resource.RUSAGE_SELF)
    measured = {"seconds": seconds, "peak_mib": usage.ru_maxrss / 1024, "cpu": usage.ru_utime + usage.ru_stime}
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
