"""Reads invariants.yaml: every invariant with the lines of its conditions."""

from collections.abc import Iterator

from riskengine.policy.condition_reader import ConditionReader
from riskengine.policy.documents.invariant import InvariantsDocument
from riskengine.policy.placed_invariant import AuthoredInvariant
from riskengine.tables.yaml_file import Finding, YamlDocument


def read_invariants(
    document: YamlDocument, written: InvariantsDocument, findings: list[Finding]
) -> Iterator[AuthoredInvariant]:
    """The invariants of a file; those whose conditions cannot be read are left out, with the findings that say why."""
    for place, one in enumerate(written.invariants):
        path = ("invariants", str(place))
        raw = document.mapping()["invariants"][place]
        reader = ConditionReader(document, [], findings)
        before = len(findings)
        given, always = (
            reader.read(raw[key], (*path, key)) if raw.get(key) is not None else None for key in ("given", "always")
        )
        if len(findings) == before:
            yield AuthoredInvariant(one, given, always, tuple(reader.leaves), document, path)
