"""List the features there are, and build them for every customer as of a date."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from riskengine.features.build import build_features
from riskengine.features.catalogue import CATALOGUE
from riskengine.features.engines import Engine
from riskengine.features.feature import Feature, Source
from riskengine.features.span import date_note
from riskengine.tables.publish import publishing_file
from riskengine.tables.store import open_tables
from riskengine.terms.errors import UsageError, nearest


@dataclass(frozen=True, slots=True)
class BuiltFeatures:
    customers: int
    features: int
    note: str | None  # what people should know about the date


def list_features(source: str | None = None) -> tuple[Feature, ...]:
    """The catalogue, or one source of it. Raises UsageError for an unknown source."""
    if source is None:
        return tuple(CATALOGUE.values())
    try:
        wanted = Source(source)
    except ValueError:
        raise UsageError(f"unknown source '{source}'", remedy=nearest(source, [s.value for s in Source])) from None
    return tuple(f for f in CATALOGUE.values() if f.source is wanted)


def describe_feature(feature: Feature) -> dict[str, str | float | bool | None]:
    """A feature as plain data, for machines and for the reference."""
    return {
        "name": feature.name,
        "meaning_en": feature.text.en,
        "meaning_zh": feature.text.zh,
        "unit": feature.unit.value,
        "source": feature.source.value,
        "low": feature.low,
        "high": feature.high,
        "missing_en": feature.missing.en,
        "missing_zh": feature.missing.zh,
        "risk": feature.risk.value,
        "for_model": feature.for_model,
    }


def write_features(tables: Path, as_of: date, out: Path, *, engine: str = Engine.POLARS.value) -> BuiltFeatures:
    """Build all features as of a date and publish them as one Parquet file.

    Raises InputError for unfinished tables or a date before the data begins, UsageError for an unknown engine.
    """
    chosen = engine_named(engine)
    opened = open_tables(tables)
    note = date_note(opened, as_of)
    built = build_features(opened, as_of, engine=chosen)
    with publishing_file(out) as scratch:
        built.write_parquet(scratch, compression="zstd")
    return BuiltFeatures(built.height, len(CATALOGUE), note)


def engine_named(name: str) -> Engine:
    try:
        return Engine(name)
    except ValueError:
        raise UsageError(f"unknown engine '{name}'", remedy=nearest(name, [e.value for e in Engine])) from None
