"""The policy in force on one date: immutable, complete, named by the hash of its content."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from riskengine.features.event_window import EventWindow
from riskengine.policy.condition import Literal
from riskengine.policy.episode_policy import AT_ONCE, EpisodePolicy
from riskengine.policy.exception import Exclusion, TemporaryLimit
from riskengine.policy.limit_policy import LimitPolicy
from riskengine.policy.master_scale import MasterScale
from riskengine.policy.rule import Rule
from riskengine.policy.terms_policy import TermsPolicy
from riskengine.terms.decision import RATING_STAGES, Stage


@dataclass(frozen=True, slots=True)
class Policy:
    """What `rate` needs of the policy. Two policies with equal `content_hash` decide alike.

    `version` is for people: the last date on or before `as_of` on which anything came into force or ended, and the
    first eight digits of the content hash.
    """

    content_hash: str
    version: str
    as_of: date
    currency: str  # ISO 4217, of every amount
    parameters: Mapping[str, Literal]
    rules: Mapping[Stage, tuple[Rule, ...]]  # every stage is present; rules sorted by id
    master_scale: MasterScale
    limit: LimitPolicy
    terms: TermsPolicy
    exclusions: tuple[Exclusion, ...] = ()  # in force on `as_of`
    temporary_limits: tuple[TemporaryLimit, ...] = ()  # in force on `as_of`
    episodes: EpisodePolicy = AT_ONCE
    windows: tuple[EventWindow, ...] = ()  # patterns of events that rules may name; sorted by id

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """The rules of a rating, stage by stage."""
        return tuple(rule for stage in RATING_STAGES for rule in self.rules[stage])

    @property
    def every_rule(self) -> tuple[Rule, ...]:
        """Those of a rating and those that are asked when an order comes in."""
        return (*self.all_rules, *self.rules.get(Stage.ORDERS, ()))
