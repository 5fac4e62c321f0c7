"""Both rule engines on random policies with hostile values, to be run as a script in a child process.

python -m support.agreement FIRST POLICIES CUSTOMERS     prints what was compared and what differs, as JSON

Numpy is imported before the engine, because some faults of durable_rules show only then; and some of its faults would
take this process with them, which whoever runs it must notice.
"""

import json
import sys

import numpy as np

from riskengine.policy.condition import facts_of, truth
from riskengine.rules import columns
from riskengine.rules.durable_engine import DurableEngine
from riskengine.rules.outcomes import HIT, MISSING, NO_HIT
from support.random_rules import facts_near, random_policy

CODES = {True: HIT, False: NO_HIT, None: MISSING}
EVERY = 50  # of the customers one in so many is also decided by `truth`, the definition, and as a single case


def compare(seed: int, customers: int) -> tuple[int, list[str]]:
    """How many outcomes of one policy were compared, and those that differ."""
    rules = random_policy(seed)
    facts = facts_near(rules, seed, customers)
    expected = columns.evaluate(rules, facts)
    named = sorted({name for one in rules for name in facts_of(one.when)})
    differing = []
    with DurableEngine() as engine:
        found = engine.evaluate(rules, facts)
        for row in range(0, customers, EVERY):
            record = facts.record(row, named)
            single = engine.decide(rules, record)
            for one in rules:
                said = CODES[truth(one.when, record)]
                if said != found.by_rule[one.id][row] or single[one.id] is not found.of(one.id, row):
                    differing.append(f"seed {seed}, truth: {one.when} for {record}")
    for one in rules:
        rows = np.flatnonzero(expected.by_rule[one.id] != found.by_rule[one.id])[:1]
        differing += [f"seed {seed}, engines: {one.when} for {facts.record(int(row))}" for row in rows]
    return len(rules) * customers, differing


def main() -> None:
    first, policies, customers = map(int, sys.argv[1:])
    done = [compare(seed, customers) for seed in range(first, first + policies)]
    differing = [text for _, texts in done for text in texts]
    json.dump({"outcomes": sum(count for count, _ in done), "differing": differing[:20]}, sys.stdout)


if __name__ == "__main__":
    main()
