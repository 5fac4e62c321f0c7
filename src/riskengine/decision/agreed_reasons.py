"""What people agreed for one customer, as sentences: who, until when and why."""

from collections.abc import Iterator

from riskengine.decision.agreed import GROUP, exclusions_of, temporary_limit_of
from riskengine.decision.ratings import Ratings
from riskengine.decision.words import write_number
from riskengine.policy.exception import Exclusion, TemporaryLimit
from riskengine.policy.rule import Rule
from riskengine.terms.decision import Outcome
from riskengine.terms.text import Text


def exclusions_for(ratings: Ratings, row: int) -> tuple[Exclusion, ...]:
    """Those in force for one customer, whether or not the rule would have said anything."""
    groups = ratings.facts.texts.get(GROUP)
    return exclusions_of(ratings.policy, str(ratings.customer_ids[row]), None if groups is None else groups[row])


def temporary_limit_for(ratings: Ratings, row: int) -> TemporaryLimit | None:
    return temporary_limit_of(ratings.policy, str(ratings.customer_ids[row]))


def snoozed_rules(ratings: Ratings, row: int, exclusion: Exclusion) -> tuple[Rule, ...]:
    """The rules, with their rows and segments, that would have said something and did not."""
    return tuple(
        rule
        for rule in ratings.policy.all_rules
        if rule.base_id == exclusion.rule_id and ratings.outcomes.of(rule.id, row) is Outcome.SNOOZED
    )


def exemption_texts(ratings: Ratings, row: int) -> Iterator[tuple[str, Text]]:
    """For each rule that an exclusion silenced its id and a sentence."""
    told: set[str] = set()
    for exclusion in exclusions_for(ratings, row):
        silenced = snoozed_rules(ratings, row, exclusion)
        if silenced and exclusion.rule_id not in told:
            told.add(exclusion.rule_id)
            yield exclusion.rule_id, _exemption(silenced[0].name, exclusion)


def temporary_limit_text(ratings: Ratings, row: int) -> Text | None:
    """A sentence if a temporary limit lifted what was computed; None if there is none, or it changed nothing."""
    granted = temporary_limit_for(ratings, row)
    path = ratings.limits
    if granted is None or not path.before_rules[row] > path.computed[row]:
        return None
    amount, computed = write_number(granted.limit, 2), write_number(float(path.computed[row]), 0)
    return Text(
        f"A limit of {amount} instead of {computed} is granted until {granted.until}, approved by "
        f"{granted.approved_by}: {granted.reason}",
        f"经{granted.approved_by}批准，{granted.until}前给予临时额度{amount}（测算额度{computed}）：{granted.reason}",
    )


def _exemption(name: Text, exclusion: Exclusion) -> Text:
    return Text(
        f"'{name.en}' does not count until {exclusion.until}, approved by {exclusion.approved_by}: {exclusion.reason}",
        f"经{exclusion.approved_by}批准，「{name.zh}」在{exclusion.until}前不适用：{exclusion.reason}",
    )
