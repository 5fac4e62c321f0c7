"""Checks of what people read: both languages, and reasons that name facts the rule can know."""

import re
from collections.abc import Iterable, Iterator

from riskengine.policy.documents.text import TextDocument
from riskengine.policy.draft import AuthoredRule, PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.reason import counted, placeholders
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import InputError, nearest

_CHINESE = re.compile("[\u4e00-\u9fff]")


def check_texts(draft: PolicyDraft) -> Iterator[Finding]:
    """Chinese texts without Chinese, and reasons whose placeholders are unknown or differ between languages."""
    for rule in draft.rules:
        yield from _check_language(rule.written.name, "name", rule)
        if rule.written.reason is not None:
            yield from _check_language(rule.written.reason, "reason", rule)
            yield from _check_reason(draft, rule, rule.written.reason)


def is_chinese(text: str) -> bool:
    """Whether any of it is."""
    return _CHINESE.search(text) is not None


def _check_language(text: TextDocument, key: str, rule: AuthoredRule) -> Iterator[Finding]:
    if not is_chinese(text.zh):
        yield Finding(
            rule.place(key, "zh"), f"the {key} of {rule.base_id} is not translated: '{text.zh}'", "write Chinese"
        )


def _check_reason(draft: PolicyDraft, rule: AuthoredRule, reason: TextDocument) -> Iterator[Finding]:
    named: list[frozenset[str]] = []
    for language, template in (("en", reason.en), ("zh", reason.zh)):
        place = rule.place("reason", language)
        try:
            names = placeholders(template)
        except InputError as error:
            yield Finding(place, error.what, error.remedy)
            continue
        named.append(frozenset(names))
        for name in names:
            if not name.startswith("@"):
                yield from _check_name(draft, rule, name, place)
        yield from _check_counted(draft, counted(template), place)
    if len(set(named)) > 1:
        differ = ", ".join(sorted(named[0] ^ named[1]))
        yield Finding(
            rule.place("reason"), f"the languages of {rule.base_id} name different values: {differ}", "name the same"
        )


def _check_counted(draft: PolicyDraft, names: Iterable[str], place: str) -> Iterator[Finding]:
    for name in names:
        fact = draft.vocabulary.get(name)
        if fact is not None and fact.is_text:
            yield Finding(place, f"'{name}' is a text and counts nothing", f"write {{{name}}}")


def _check_name(draft: PolicyDraft, rule: AuthoredRule, name: str, place: str) -> Iterator[Finding]:
    fact = draft.vocabulary.get(name)
    if fact is None:
        hint = nearest(name, draft.vocabulary)
        yield Finding(place, f"there is no fact '{name}'", hint, (), FindingKind.UNKNOWN_FACT)
    elif not fact.is_known_in(rule.stage):
        what = f"'{name}' is not known in stage {rule.stage.value}"
        yield Finding(place, what, "name what the rule can know", (), FindingKind.FACT_TOO_EARLY)
