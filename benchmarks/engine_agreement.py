"""Both rule engines on the shipped policy: how many outcomes differ, and how fast each is.

python benchmarks/engine_agreement.py [--customers 100000] [--seed 1] [--rules rules]
"""

import argparse
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from riskengine.policy.source import load_policy
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.durable_engine import DurableEngine
from riskengine.rules.outcomes import OUTCOMES, Engine, Outcomes
from support.random_customers import random_customers


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rules", type=Path, default=Path(__file__).parents[1] / "rules")
    options = parser.parse_args()
    source = load_policy(options.rules)
    policy = source.in_force(source.draft.dates()[-1])
    facts = random_customers(policy, standard_vocabulary(), options.customers, options.seed)
    print(f"policy {policy.version}: {len(policy.all_rules)} rules, {options.customers:,} random customers")

    def timed(name: str, engine: Engine) -> Outcomes:
        start = time.perf_counter()
        found = engine.evaluate(policy.all_rules, facts)
        seconds = time.perf_counter() - start
        print(f"{name:14} {seconds:8.2f} s {options.customers / seconds:12,.0f} customers/s")
        return found

    columns = timed("columns", ColumnsEngine())
    with DurableEngine() as engine:
        durable = timed("durable_rules", engine)
    compared = differ = 0
    for rule in policy.all_rules:
        compared += options.customers
        differ += int((columns.by_rule[rule.id] != durable.by_rule[rule.id]).sum())
    for code, outcome in enumerate(OUTCOMES):
        print(f"{outcome.value:10} {sum(int((codes == code).sum()) for codes in columns.by_rule.values()):12,}")
    print(f"{compared:,} outcomes compared, {differ:,} differ")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
