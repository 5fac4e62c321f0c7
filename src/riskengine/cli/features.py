"""`riskengine features`: what is measured of a customer, and the figures as of a date."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from riskengine.features.feature import Feature

features = typer.Typer(no_args_is_help=True, help="The catalogue of features, and their values as of a date.")


@features.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for machines.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The reference page, as docs has it.")] = False,
    source: Annotated[str | None, typer.Option("--source", help="Only this source, such as payment.")] = None,
) -> None:
    """Print the catalogue: name, meaning, unit, source, range, meaning of missing, direction."""
    from riskengine.terms.errors import UsageError
    from riskengine.workflows.features import describe_feature, list_features

    if as_json and markdown:
        raise UsageError("--json and --markdown exclude each other", remedy="leave one out")
    found = list_features(source)
    if markdown:
        from riskengine.workflows.features_page import features_page

        typer.echo(features_page(found), nl=False)
        return
    if as_json:
        typer.echo(json.dumps([describe_feature(f) for f in found], ensure_ascii=False, indent=2))
        return
    for feature in found:
        typer.echo(_described(feature))
    typer.echo(f"{len(found)} features", err=True)


@features.command()
def build(
    tables: Annotated[Path, typer.Option("--tables", help="Folder of tables made by intake or generate.")],
    as_of: Annotated[str, typer.Option("--as-of", help="What was known by this day, YYYY-MM-DD.")],
    out: Annotated[Path, typer.Option("--out", help="Parquet file to write.")],
    engine: Annotated[str, typer.Option("--engine", help="polars, pandas or duckdb; the values are equal.")] = "polars",
) -> None:
    """Build every feature of every customer known by a date."""
    from riskengine.terms.days import parse_day
    from riskengine.workflows.features import write_features

    built = write_features(tables, parse_day(as_of), out, engine=engine)
    if built.note:
        typer.echo(built.note, err=True)
    typer.echo(f"{built.features} features of {built.customers:,} customers as of {as_of}: {out}", err=True)


def _described(feature: "Feature") -> str:
    from riskengine.workflows.features_page import value_range

    model = "" if feature.for_model else ", not for the model"
    return (
        f"{feature.name}\n"
        f"  {feature.text.en}\n"
        f"  {feature.text.zh}\n"
        f"  {feature.unit.value}, from {feature.source.value}, {value_range(feature)}, {_direction(feature)}{model}\n"
        f"  missing: {feature.missing.en} / {feature.missing.zh}"
    )


def _direction(feature: "Feature") -> str:
    return {"up": "more is riskier", "down": "more is safer", "free": "no fixed direction"}[feature.risk.value]
