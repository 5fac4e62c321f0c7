"""Why a warning was told, in words: from what was noted when it was, without rating the customer again."""

from collections.abc import Mapping, Sequence

from riskengine.decision.words import reason_words, write_value
from riskengine.early_warning.finding import Evidence, Known, Named
from riskengine.policy.bundle import Policy
from riskengine.policy.condition import Literal, leaves
from riskengine.policy.reason import facts_named, fill, placeholders
from riskengine.policy.rule import Rule
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.terms.text import LANGUAGES, Language, Text

_MOST_FACTS = 3


class ReasonTexts:
    """The sentences of a policy's rules, ready for many warnings."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._rules: dict[str, list[Rule]] = {}
        for rule in policy.all_rules:
            if rule.then.severity is not None:
                self._rules.setdefault(rule.base_id, []).append(rule)

    def of(self, evidence: Sequence[Evidence]) -> tuple[tuple[str, Text], ...]:
        """Rule id and sentence, in the order of the evidence. A rule whose sentence names a fact that was not noted
        (it was changed since) is told by its name and what was; one that the policy has no more by its id."""
        by_rule: dict[str, list[Evidence]] = {}
        for one in evidence:
            by_rule.setdefault(one.rule_id, []).append(one)
        return tuple((rule_id, self._sentence(rule_id, noted)) for rule_id, noted in by_rule.items())

    def _sentence(self, rule_id: str, noted: Sequence[Evidence]) -> Text:
        variants = self._rules.get(rule_id)
        if not variants:
            return Text(rule_id, rule_id)
        rule = _variant(variants, noted)
        values = {one.leaf.fact: one.value for one in noted}
        if any(name not in values for name in facts_named(rule.reason)):
            return _by_name(rule, values)
        parameters = {**self._policy.parameters, **dict(rule.own_values)}
        en, zh = (_filled(rule, values, parameters, language) for language in LANGUAGES)
        return Text(en, zh) if rule.part is None else Text(f"{en} ({rule.part.en})", f"{zh}（{rule.part.zh}）")


def _by_name(rule: Rule, values: Mapping[str, Known]) -> Text:
    """The rule's name and the values that were noted, as far as they are known."""
    told: list[Text] = []
    for name, value in values.items():
        fact = standard_vocabulary().get(name)
        if fact is not None and value is not None and len(told) < _MOST_FACTS:
            en, zh = fact.text.en.partition(": ")[0], fact.text.zh.partition("：")[0]
            told.append(Text(f"{en} {write_value(name, value, 'en')}", f"{zh}{write_value(name, value, 'zh')}"))
    if not told:
        return rule.name
    en, zh = "; ".join(one.en for one in told), "；".join(one.zh for one in told)
    return Text(f"{rule.name.en} ({en})", f"{rule.name.zh}（{zh}）")


def _variant(variants: Sequence[Rule], noted: Sequence[Evidence]) -> Rule:
    """Of the rows and segments of a rule the one that asked this."""
    asked = {one.leaf for one in noted if not isinstance(one.leaf, Named)}
    return next((rule for rule in variants if asked == set(leaves(rule.when))), variants[0])


def _filled(rule: Rule, values: Mapping[str, Known], parameters: Mapping[str, Literal], language: Language) -> str:
    template = rule.reason.in_language(language)
    return fill(template, reason_words(placeholders(template), values, parameters, language))
