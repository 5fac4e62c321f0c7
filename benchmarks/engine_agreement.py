"""Do both rule engines say the same? On random policies with hostile values, and on the shipped policy.

python benchmarks/engine_agreement.py [--decisions 1000000] [--customers 100000] [--seed 0] [--rules rules]

Random policies (rules by hand, rows of lookup tables, variants for segments) are decided in child processes with numpy
imported, so that a crash of durable_rules is seen and named. One customer in 50 is also decided by the definition of
truth and as a single case. Exit code 1 if anything differs or a child dies.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from rich.progress import Progress

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from riskengine.policy.source import load_policy
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.durable_engine import DurableEngine
from riskengine.rules.outcomes import OUTCOMES, Engine, Outcomes
from support.policy_folder import PROJECT
from support.random_customers import random_customers

POLICIES, CUSTOMERS = 25, 400  # of one child: 10,000 decisions


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decisions", type=int, default=1_000_000, help="over random policies; 0 for none")
    parser.add_argument("--customers", type=int, default=100_000, help="of the shipped policy; 0 for none")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rules", type=Path, default=PROJECT / "rules")
    options = parser.parse_args()
    differing = compare_random(options.decisions, options.seed) if options.decisions else 0
    return 1 if (compare_shipped(options) if options.customers else 0) + differing else 0


def compare_random(decisions: int, seed: int) -> int:
    """How many children died or found a difference."""
    outcomes = wrong = 0
    start, batches = time.perf_counter(), -(-decisions // (POLICIES * CUSTOMERS))
    with Progress() as progress:
        task = progress.add_task("random decisions", total=batches * POLICIES * CUSTOMERS)
        for batch in range(batches):
            first = seed + batch * POLICIES
            child = subprocess.run(
                [sys.executable, "-m", "support.agreement", str(first), str(POLICIES), str(CUSTOMERS)],
                capture_output=True,
                text=True,
                env=os.environ | {"PYTHONPATH": str(PROJECT / "tests")},
                check=False,
            )
            said = json.loads(child.stdout) if child.returncode == 0 else {"outcomes": 0, "differing": [child.stderr]}
            outcomes += said["outcomes"]
            for text in said["differing"]:
                progress.console.print(f"seeds from {first}, exit code {child.returncode}: {text}", markup=False)
            wrong += bool(said["differing"])
            progress.advance(task, POLICIES * CUSTOMERS)
    seconds = time.perf_counter() - start
    made = batches * POLICIES * CUSTOMERS
    print(f"{made:,} decisions by {batches * POLICIES:,} random policies in {seconds:.0f} s")
    print(f"{outcomes:,} outcomes compared, {wrong} of {batches} child processes found a difference or died")
    return wrong


def compare_shipped(options: argparse.Namespace) -> int:
    """How many outcomes differ."""
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
    return differ


if __name__ == "__main__":
    sys.exit(main())
