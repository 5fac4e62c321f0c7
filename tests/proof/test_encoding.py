"""What the solver is told of a rating allows every rating there is. That is what makes "proved" mean proved."""

import numpy as np
import pytest
import z3

from riskengine.policy.condition import Comparison, Op
from riskengine.policy.invariant_facts import end_vocabulary
from riskengine.policy.window_reader import known_in
from riskengine.proof.customer import Customer
from riskengine.proof.inputs import Inputs, Knowledge, texts_named
from riskengine.proof.logic import conj, exact, iff, neg
from riskengine.proof.question import ordered
from riskengine.proof.scenario import end_record, rate_all
from riskengine.proof.truth import truth_of
from riskengine.proof.values import Plain, Whole, Words
from riskengine.terms.decision import Action
from support.decisions import AS_OF, random_facts, shipped_policy
from support.random_policies import FACTS, random_policy

END = end_vocabulary(known_in(shipped_policy()))
WHOLE = [name for name, fact in END.items() if fact.is_whole]
FLAGS = ("in_default", "frozen", "refer", *(f"action_{action.value}" for action in Action))


def customers(policy, seed, count):
    """Random facts that can be, with PD, portfolio, texts, and some with a temporary limit."""
    chance = np.random.default_rng(seed)
    facts = random_facts(seed, count, policy)
    found = []
    for row in range(count):
        record = {n: v for n, v in facts.record(row).items() if v is not None}
        for name, constants in FACTS.items():
            fact = END[name]
            if fact.is_known_in(next(iter(policy.rules))) and name not in ("pd_12m", "pd_grade", "pd_to_prev"):
                if name == "ctx_exposure_share":
                    continue
                if chance.random() < 0.5:
                    record[name] = str(chance.choice(constants)) if fact.is_text else float(chance.choice(constants))
        record = {n: float(round(v)) if n in WHOLE and n != "cus_country" else v for n, v in record.items()}
        record["ctx_portfolio_exposure"] = 1e7
        if chance.random() < 0.9:
            record["pd_12m"] = float(chance.choice([0.0, 0.0005, 0.0025, 0.004, 0.015, 0.02, 0.08, 0.3, 1.0]))
        for name in record:
            if name.startswith("sig_") and name.endswith("_365d"):
                record[name] = min(record[name], record.get(name.replace("_365d", "_all"), record[name]))
        known_together(record)
        temporary = float(chance.choice([1_000.0, 90_000.0, 3e7])) if chance.random() < 0.3 else None
        found.append((record, temporary))
    return found


def known_together(record):
    """Counts of one kind of signal over several windows are known together, or not at all."""
    for stem in {n.rpartition("_count_")[0] for n in record if n.startswith("sig_") and "_count_" in n}:
        names = [f"{stem}_count_{w}" for w in ("60d", "90d", "365d", "all") if f"{stem}_count_{w}" in END]
        if any(n not in record for n in names):
            for n in names:
                record.pop(n, None)
        else:
            for inner, outer in zip(names[::-1][1:], names[::-1], strict=False):
                record[inner] = min(record[inner], record[outer])


def put_in(customer, record, temporary):
    """The facts of a record, as formulas about one customer."""
    found = []
    for name, value in customer.inputs.made.items():
        given = record.get(name)
        if given is None:
            found.append(neg(value.present))
            continue
        found.append(value.present)
        match value:
            case Words(_, code, named):
                found.append(code == (named.index(given) + 1 if given in named else 0))
            case Whole(_, integer):
                found.append(integer == int(given))
            case Plain(_, term):
                found.append(term == exact(given))
    found.append(customer.temporary.present if temporary is not None else neg(customer.temporary.present))
    if temporary is not None:
        found.append(customer.temporary.term == exact(temporary))
    return found


def came_out(customer, rated):
    """The conclusions of a real rating, as formulas about one customer."""
    record = end_record(rated, END)
    found = {name: iff(customer.end_fact(name).above(0.0), z3.BoolVal(record[name] == 1.0)) for name in FLAGS}
    found["severity"] = truth_of(Comparison("severity", Op.EQ, record["severity"]), customer.end_fact).yes
    for name in ("grade", "terms_days", "limit"):
        if record[name] is None:
            found[name] = neg(customer.end_fact(name).present)
        else:
            found[name] = truth_of(Comparison(name, Op.EQ, record[name]), customer.end_fact).yes
    if record["available_credit"] is not None:
        close = customer.end_fact("available_credit").term
        room = record["available_credit"]
        found["available_credit"] = z3.And(close >= exact(room - 0.02), close <= exact(room + 0.02))
    return found


def symbolic(policy, tags=("",), own=frozenset()):
    knowledge = Knowledge(END, texts_named(rule.when for rule in policy.all_rules))
    temporary = Plain(z3.Bool("temporary?"), z3.Real("temporary"))
    made = [Customer(Inputs(knowledge, tag, own, frozenset()), policy, temporary) for tag in tags]
    for one in made:
        for name in (*FLAGS, "severity", "grade", "limit", "terms_days", "available_credit"):
            one.end_fact(name)
    return knowledge, made


@pytest.mark.parametrize("seed", range(7))
def test_the_encoding_allows_what_rate_says(seed):
    policy = shipped_policy() if seed == 0 else random_policy(shipped_policy(), seed)
    knowledge, (one,) = symbolic(policy)
    given = customers(policy, seed, 9)
    for (record, temporary), rated in zip(given, rate_all(given, policy), strict=True):
        outcome = came_out(one, rated)
        solver = z3.Solver()
        solver.add(*put_in(one, record, temporary), *knowledge.axioms, *knowledge.definitions.values())
        assert solver.check() == z3.sat, (seed, record)
        solver.add(conj(outcome.values()))
        assert solver.check() == z3.sat, (seed, record, _culprits(solver, outcome, knowledge, one, record, temporary))


@pytest.mark.parametrize("seed", range(3))
def test_it_allows_two_customers_who_differ_in_their_pd(seed):
    policy = shipped_policy() if seed == 0 else random_policy(shipped_policy(), 100 + seed)
    knowledge, (first, second) = symbolic(policy, (" a", " b"), frozenset({"pd_12m"}))
    said = [*knowledge.axioms, *knowledge.definitions.values(), *ordered(first, second)]
    for record, temporary in customers(policy, 50 + seed, 4):
        both = [{**record, "pd_12m": 0.004}, {**record, "pd_12m": 0.05}]
        rated = rate_all([(one, temporary) for one in both], policy)
        solver = z3.Solver()
        for customer, facts, one in zip((first, second), both, rated, strict=True):
            solver.add(*put_in(customer, facts, temporary), *came_out(customer, one).values())
        solver.add(*said, *knowledge.axioms)
        assert solver.check() == z3.sat, (seed, record)


def _culprits(solver, outcome, knowledge, one, record, temporary):
    """Which conclusions are not allowed, for whoever has to find out."""
    solver = z3.Solver()
    solver.add(*put_in(one, record, temporary), *knowledge.axioms, *knowledge.definitions.values())
    return [name for name, formula in outcome.items() if solver.check(formula) != z3.sat]


def test_the_date_of_the_customers_is_one_on_which_the_policy_is_in_force():
    assert shipped_policy().as_of == AS_OF
