"""The entries of exceptions.yaml with their places."""

from riskengine.policy.documents.exception import ExceptionsDocument
from riskengine.policy.draft import PlacedException
from riskengine.policy.exception import Exclusion, TemporaryLimit
from riskengine.tables.yaml_file import YamlDocument

Placed = tuple[tuple[PlacedException[Exclusion], ...], tuple[PlacedException[TemporaryLimit], ...]]


def place_exceptions(document: YamlDocument, written: ExceptionsDocument) -> Placed:
    exclusions = tuple(
        PlacedException(
            Exclusion(
                rule_id=one.rule,
                customer_id=one.customer,
                group_id=one.group,
                start=one.start,
                until=one.until,
                reason=one.reason,
                requested_by=one.requested_by,
                approved_by=one.approved_by,
            ),
            document,
            ("exclusions", str(place)),
        )
        for place, one in enumerate(written.exclusions)
    )
    limits = tuple(
        PlacedException(
            TemporaryLimit(
                customer_id=one.customer,
                limit=one.limit,
                start=one.start,
                until=one.until,
                reason=one.reason,
                requested_by=one.requested_by,
                approved_by=one.approved_by,
            ),
            document,
            ("temporary_limits", str(place)),
        )
        for place, one in enumerate(written.temporary_limits)
    )
    return exclusions, limits
