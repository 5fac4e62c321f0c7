"""One customer to be rated again with other facts: the real model, the real policy, the real `rate`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from riskengine.decision.arrays import Floats
from riskengine.decision.nearest.links import Record, settle_links
from riskengine.decision.predictions import Predictions
from riskengine.decision.rate import rate
from riskengine.decision.ratings import Ratings
from riskengine.policy.bundle import Policy
from riskengine.policy.checks.stand_ins import Value
from riskengine.policy.difference.region import Bounds
from riskengine.policy.vocabulary import Vocabulary
from riskengine.policy.window_reader import known_in
from riskengine.rules.facts import FactColumns
from riskengine.rules.outcomes import Engine
from riskengine.terms.errors import UsageError

Predict = Callable[[FactColumns], Predictions]


@dataclass(frozen=True, slots=True)
class Move:
    """One fact takes another value; `bounds` is the range of values that would do as well."""

    fact: str
    before: float
    after: float
    bounds: Bounds

    @property
    def size(self) -> float:
        """How far, from 0 to 2, relative to the larger of both values."""
        return abs(self.after - self.before) / max(abs(self.after), abs(self.before), 1e-300)


Moves = tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A customer (one row of facts as given to `rate`) with all a rating depends on.

    `breakpoints`: for each input of the model the values at which its answer changes, ascending; facts that are not
    there are no inputs.
    """

    customer_id: str
    facts: FactColumns
    predict: Predict
    policy: Policy
    engine: Engine
    as_of: date
    portfolio_exposure: float | None = None
    breakpoints: Mapping[str, Sequence[float]] = field(default_factory=dict)

    @property
    def vocabulary(self) -> Vocabulary:
        """Every fact that rules of the policy may name."""
        return known_in(self.policy)

    def __post_init__(self) -> None:
        if self.facts.count != 1:
            raise UsageError(f"the nearest changes are asked of one customer, not of {self.facts.count}")

    def record(self) -> dict[str, Value]:
        return self.facts.record(0)

    def rated(self) -> Ratings:
        """The rating as it is."""
        return self.rate_columns(self.facts)

    def rate_columns(self, facts: FactColumns) -> Ratings:
        """Rated and predicted anew, any number of variants of the customer at once."""
        return rate(
            [self.customer_id] * facts.count,
            facts,
            self.predict(facts),
            self.policy,
            self.engine,
            as_of=self.as_of,
            portfolio_exposure=self.portfolio_exposure,
        )

    def rate_moves(self, variants: Sequence[Moves]) -> Ratings:
        """One row for each variant, with what goes with its moves."""
        return self.rate_columns(self.columns([self.moved(moves) for moves in variants]))

    def moved(self, moves: Moves) -> dict[str, Value]:
        """The facts after the moves, tied figures in step."""
        before = self.record()
        record: Record = dict(before)
        record.update((move.fact, move.after) for move in moves)
        settle_links(before, frozenset(move.fact for move in moves), record)
        return dict(record)

    def columns(self, records: Sequence[Mapping[str, Value]]) -> FactColumns:
        """Facts of several variants, with the same columns as the case."""
        count = len(records)
        numbers: dict[str, Floats] = {}
        for name, own in self.facts.numbers.items():
            values = np.repeat(own, count)
            for row, record in enumerate(records):
                value = record[name]
                values[row] = np.nan if value is None else value
            numbers[name] = values
        texts = {name: np.repeat(own, count) for name, own in self.facts.texts.items()}
        return FactColumns(count, numbers, texts)
