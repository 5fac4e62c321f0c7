"""Load a policy folder and take from it what is in force on a date."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from riskengine.policy.bundle import Policy
from riskengine.policy.checks.every import COMPLETE, SOUND, Check, findings_of, is_meaningful
from riskengine.policy.content import content_hash
from riskengine.policy.draft import PlacedPolicy, PlacedScale, PolicyDraft
from riskengine.policy.episode_policy import AT_ONCE, EpisodePolicy
from riskengine.policy.exception import Exclusion, TemporaryLimit
from riskengine.policy.findings import PolicyFindings, in_order
from riskengine.policy.limit_policy import LimitPolicy
from riskengine.policy.master_scale import Grade, MasterScale
from riskengine.policy.parameters import values_on
from riskengine.policy.part import in_force, read_part
from riskengine.policy.reading import FolderReader
from riskengine.policy.resolve import resolve_rule
from riskengine.policy.terms_policy import TermsPolicy
from riskengine.policy.variant import variants_on
from riskengine.policy.vocabulary import DEFAULT_GRADE, Vocabulary, standard_vocabulary
from riskengine.policy.window_policy import WindowPolicy
from riskengine.tables.yaml_file import Finding
from riskengine.terms.decision import Stage
from riskengine.terms.errors import UsageError


@dataclass(frozen=True, slots=True)
class PolicySource:
    """A policy folder that was read and found sound; it holds the policy of every date."""

    root: Path
    draft: PolicyDraft

    def in_force(self, as_of: dt.date) -> Policy:
        """The policy of one date.

        Raises UsageError if the master scale, the limits or the terms begin later.
        """
        draft = self.draft
        parameters = values_on(draft.parameters, as_of)
        scale = master_scale_of(self._scale(as_of))
        limit = read_part(self._part("limits", draft.limits, as_of), LimitPolicy, parameters)
        terms = read_part(self._part("terms", draft.terms, as_of), TermsPolicy, parameters)
        told = in_force(draft.episodes, as_of)
        episodes = AT_ONCE if told is None else read_part(told, EpisodePolicy, parameters)
        declared = in_force(draft.windows, as_of)
        windows = () if declared is None else read_part(declared, WindowPolicy, parameters).event_windows()
        authored = (rule for rule in draft.rules if rule.is_in_force(as_of))
        rules = [
            resolve_rule(rule, variant) for rule in authored for variant in variants_on(draft, rule, as_of, parameters)
        ]
        rules.sort(key=lambda rule: rule.id)
        exclusions, temporary_limits = self._agreed(as_of)
        currency = self.currency
        digest = content_hash(
            currency=currency,
            parameters=parameters,
            rules=rules,
            master_scale=scale,
            limit=limit,
            terms=terms,
            agreed=(*exclusions, *temporary_limits),
            episodes=episodes,
            windows=windows,
        )
        changed = max(day for day in draft.all_dates() if day <= as_of)
        return Policy(
            content_hash=digest,
            version=f"{changed}+{digest[:8]}",
            as_of=as_of,
            currency=currency,
            parameters=MappingProxyType(parameters),
            rules=MappingProxyType({stage: tuple(r for r in rules if r.stage is stage) for stage in Stage}),
            master_scale=scale,
            limit=limit,
            terms=terms,
            exclusions=exclusions,
            temporary_limits=temporary_limits,
            episodes=episodes,
            windows=windows,
        )

    @property
    def currency(self) -> str:
        """Of every amount of the policy."""
        if self.draft.identity is None:
            raise UsageError("the policy does not say in which currency it is", remedy="use it only without findings")
        return self.draft.identity.currency

    def _agreed(self, as_of: dt.date) -> tuple[tuple[Exclusion, ...], tuple[TemporaryLimit, ...]]:
        """What was agreed for single customers and holds on a date, in an order that is not that of the file."""
        exclusions = [placed.agreed for placed in self.draft.exclusions if placed.agreed.is_in_force(as_of)]
        limits = [placed.agreed for placed in self.draft.temporary_limits if placed.agreed.is_in_force(as_of)]
        exclusions.sort(key=lambda one: (one.rule_id, one.customer_id or "", one.group_id or ""))
        return tuple(exclusions), tuple(sorted(limits, key=lambda one: one.customer_id))

    def _scale(self, as_of: dt.date) -> PlacedScale:
        found = [scale for scale in self.draft.scales if scale.version.start <= as_of]
        if not found:
            raise _begins_later("the master scale", self.draft.scales[0].version.start, as_of)
        return found[-1]

    @staticmethod
    def _part(name: str, versions: tuple[PlacedPolicy, ...], as_of: dt.date) -> PlacedPolicy:
        found = in_force(versions, as_of)
        if found is None:
            raise _begins_later(f"the policy of {name}", versions[0].start, as_of)
        return found


def load_policy(root: Path, vocabulary: Vocabulary | None = None) -> PolicySource:
    """Read a policy folder. Facts are those of `standard_vocabulary` unless others are given.

    Raises PolicyFindings with every reason why it cannot be used, InputError if there is no such folder.
    """
    source, findings = examine(root, vocabulary, SOUND, with_cases=False)
    if findings:
        raise PolicyFindings(findings)
    return source


def examine(
    root: Path,
    vocabulary: Vocabulary | None = None,
    checks: tuple[Check, ...] = (*SOUND, *COMPLETE),
    *,
    with_cases: bool = True,
) -> tuple[PolicySource, tuple[Finding, ...]]:
    """Read a policy folder and run checks over it; the source may be used only if there are no findings.

    Without cases their files are not even read. Checks that would only echo an unreadable file are left out.
    Raises InputError if there is no such folder.
    """
    reader = FolderReader(root.resolve(), vocabulary if vocabulary is not None else standard_vocabulary(), with_cases)
    draft = reader.read()
    findings = list(reader.findings)
    for check in checks:
        if is_meaningful(check, reader.unread):
            findings.extend(findings_of(check, draft))
    return PolicySource(root, draft), in_order(findings)


def master_scale_of(scale: PlacedScale) -> MasterScale:
    """The scale a version of master_scale.yaml describes."""
    grades = []
    start = 0.0
    for band in scale.version.grades:
        grades.append(
            Grade(
                number=band.grade,
                pd_from=start,
                pd_to=band.pd_to,
                review_months=band.review_months,
                limit_factor=band.limit_factor,
                terms_cap_days=band.terms_cap_days,
                text=band.text.text(),
            )
        )
        start = band.pd_to
    last = scale.version.default
    default = Grade(DEFAULT_GRADE, None, None, None, last.limit_factor, last.terms_cap_days, last.text.text())
    return MasterScale(tuple(grades), default)


def _begins_later(what: str, start: dt.date, as_of: dt.date) -> UsageError:
    return UsageError(f"{what} begins on {start}, later than {as_of}", remedy=f"use a date from {start} on")
