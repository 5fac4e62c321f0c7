"""The content of a policy as one text, and its hash."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from riskengine.features.event_window import EventWindow
from riskengine.policy.condition import Literal
from riskengine.policy.episode_policy import AT_ONCE, EpisodePolicy
from riskengine.policy.exception import Exclusion, TemporaryLimit
from riskengine.policy.limit_policy import LimitPolicy
from riskengine.policy.master_scale import MasterScale
from riskengine.policy.rule import Effect, Rule
from riskengine.policy.terms_policy import TermsPolicy
from riskengine.terms.decision import Subject


def content_hash(
    *,
    currency: str,
    parameters: Mapping[str, Literal],
    rules: Iterable[Rule],
    master_scale: MasterScale,
    limit: LimitPolicy,
    terms: TermsPolicy,
    agreed: Iterable[Exclusion | TemporaryLimit],
    episodes: EpisodePolicy = AT_ONCE,
    windows: Iterable[EventWindow] = (),
) -> str:
    """SHA-256 over all that decides or is shown, in a fixed order; references, comments and the dates of the policy do
    not count, those of what was `agreed` for single customers do.

    What a policy need not say, such as how episodes close, counts only where it is said: a policy published before
    anybody could say it keeps its name.
    """
    content: dict[str, object] = {
        "currency": currency,
        "agreed": [_agreed(one) for one in agreed],
        "parameters": dict(parameters),
        "rules": [_rule(rule) for rule in sorted(rules, key=lambda rule: rule.id)],
        "master_scale": asdict(master_scale),
        "limit": limit.model_dump(mode="json"),
        "terms": terms.model_dump(mode="json"),
    }
    if episodes != AT_ONCE:
        content["episodes"] = episodes.model_dump(mode="json", exclude_defaults=True)
    patterns = [asdict(window) for window in windows]
    if patterns:
        content["windows"] = patterns
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _agreed(one: Exclusion | TemporaryLimit) -> dict[str, object]:
    return {**asdict(one), "start": one.start.isoformat(), "until": one.until.isoformat()}


def _effect(effect: Effect) -> dict[str, object]:
    content = asdict(effect)
    if effect.order is None:
        del content["order"]
    return content


def _rule(rule: Rule) -> dict[str, object]:
    content: dict[str, object] = {
        "id": rule.id,
        "name": asdict(rule.name),
        "reason": asdict(rule.reason),
        "stage": rule.stage,
        "when": str(rule.when),
        "on_missing": rule.on_missing,
        "then": _effect(rule.then),
        "ruleset": rule.ruleset,
        "owner": rule.owner,
        "part": None if rule.part is None else asdict(rule.part),
        "own_values": rule.own_values,
    }
    if rule.indicator is not None:
        content["indicator"] = rule.indicator
    if rule.until is not None:
        content["until"] = str(rule.until)
    if rule.subject is not Subject.CUSTOMER:
        content["subject"] = rule.subject
    return content
