"""What people call the indicators of a policy and those who answer its warnings."""

from collections.abc import Mapping
from types import MappingProxyType

from riskengine.policy.bundle import Policy
from riskengine.policy.episode_policy import EpisodePolicy
from riskengine.terms.text import Text


def indicator_names(policy: Policy) -> Mapping[str, Text]:
    """Indicator -> its name: the policy's, or that of its rule; of several rules without a name that of the worst,
    then of the first."""
    worst: dict[str, tuple[int, str, Text]] = {}
    for rule in policy.all_rules:
        if rule.then.severity is not None:
            ranked = (-int(rule.then.severity), rule.id, rule.name)
            worst[rule.indicator_id] = min(worst.get(rule.indicator_id, ranked), ranked, key=lambda one: one[:2])
    found = {indicator: name for indicator, (_, _, name) in worst.items()}
    written = {key: one.name.text() for key, one in policy.episodes.indicators.items() if one.name is not None}
    return MappingProxyType(dict(sorted((found | written).items())))


def indicator_name(indicator: str, names: Mapping[str, Text]) -> Text:
    """One that no rule has any more is called by its id.

    >>> indicator_name("slow_payer", {}).en
    'slow payer'
    """
    return names.get(indicator) or _plain(indicator)


def role_name(owner: str, policy: EpisodePolicy) -> Text:
    """An owner the policy does not name is called by what it is written as.

    >>> role_name("credit_officer", EpisodePolicy()).en
    'credit officer'
    """
    named = policy.roles.get(owner)
    return _plain(owner) if named is None else named.text()


def _plain(identifier: str) -> Text:
    words = identifier.replace("_", " ")
    return Text(words, words)
