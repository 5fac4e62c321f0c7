"""From a model of the solver to concrete customers."""

import z3

from riskengine.proof.inputs import Inputs
from riskengine.proof.logic import Bool, number_of
from riskengine.proof.question import Question
from riskengine.proof.scenario import FactValue, Scenario
from riskengine.proof.values import Plain, Value, Whole, Words


def scenario_of(question: Question, model: z3.ModelRef) -> Scenario:
    """The customers of a model; facts it does not depend on are missing."""
    first, *others = (facts_of(customer.inputs, model) for customer in question.customers)
    temporary = question.temporary
    granted = (
        number_of(model.eval(temporary.term, model_completion=True)) if _is_true(temporary.present, model) else None
    )
    if not others:
        return Scenario(first, {}, granted)
    (second,) = others
    changed = {name: second.get(name) for name in sorted({*first, *second}) if first.get(name) != second.get(name)}
    return Scenario(first, changed, granted)


def facts_of(inputs: Inputs, model: z3.ModelRef) -> dict[str, FactValue]:
    """What one customer is in a model."""
    made = sorted(inputs.made.items())
    return {name: _value(value, model) for name, value in made if _is_true(value.present, model)}


def _value(value: Value, model: z3.ModelRef) -> FactValue:
    match value:
        case Words(_, code, named):
            place = model.eval(code, model_completion=True).as_long()
            return named[place - 1] if place else "".join(named) + "?"
        case Whole(_, integer):
            return number_of(model.eval(integer, model_completion=True))
        case Plain(_, term):
            return number_of(model.eval(term, model_completion=True))
        case _:
            raise TypeError(f"{type(value).__name__} is not put in")


def _is_true(formula: Bool, model: z3.ModelRef) -> bool:
    found: bool = z3.is_true(model.eval(formula, model_completion=True))
    return found
