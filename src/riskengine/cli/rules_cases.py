"""`riskengine rules test`: run the cases beside the rules, and draft those that are missing."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from riskengine.workflows.rules.policy_cases import Expectation, RulesetResult

FINDINGS = 3

RulesOption = Annotated[Path, typer.Option("--rules", help="Folder of the policy, or published ones.")]
AsOfOption = Annotated[str | None, typer.Option("--as-of", help="YYYY-MM-DD; by default the day of the last change.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")]
WriteOption = Annotated[
    bool, typer.Option("--write-missing", help="Draft the missing cases beside the rules, to be confirmed by you.")
]


def run_cases(
    folder: RulesOption = Path("rules"),
    as_of: AsOfOption = None,
    write_missing: WriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Run the cases beside the rules on both engines. Exit code 3 if one fails or something is not covered."""
    from riskengine.terms.days import parse_day
    from riskengine.workflows.rules.policy_cases import run_cases as run

    if write_missing:
        _write(folder)
    results = run(folder, None if as_of is None else parse_day(as_of))
    if as_json:
        typer.echo(json.dumps([_result(result) for result in results], ensure_ascii=False, indent=2))
    else:
        _print_results(results)
    bad = sum(not result.is_good for result in results)
    said = sum(len(result.expectations) for result in results)
    typer.echo(
        f"{said} expectations in {len(results)} rule sets on both engines, {bad} rule sets with faults", err=True
    )
    drafts = sum(result.drafts for result in results)
    if drafts:
        waits = "draft of a case waits" if drafts == 1 else "drafts of cases wait"
        typer.echo(f"{drafts} {waits}: read each and remove `draft: true` where it is right", err=True)
    if bad:
        raise typer.Exit(FINDINGS)


def _write(folder: Path) -> None:
    from riskengine.workflows.rules.missing_cases import write_missing_cases

    for written in write_missing_cases(folder):
        typer.echo(f"{written.file}: {len(written.cases)} drafted", err=True)


def _print_results(results: "tuple[RulesetResult, ...]") -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table("rule set", "rules", "cases", "drafts", "expected", "failed", "lacking", box=SIMPLE_HEAD)
    table.padding = (0, 0)  # 80 columns are enough
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    for result in results:
        counts = (result.rules, result.cases, result.drafts, len(result.expectations))
        table.add_row(result.file, *(str(count) for count in (*counts, len(result.failed), len(result.lacking))))
    console = Console(emoji=False)  # `file.yaml:100:` is a place
    console.print(table)
    for result in results:
        for failure in result.failed:
            console.print(_failure(failure), markup=False, soft_wrap=True)
        for finding in result.lacking:
            console.print(str(finding), markup=False, soft_wrap=True)


def _failure(failure: "Expectation") -> str:
    return (
        f"{failure.place}: {failure.rule} on {failure.as_of}, case '{failure.case}': expected {failure.expected}, "
        f"columns say {failure.columns}, durable_rules says {failure.durable}"
    )


def _result(result: "RulesetResult") -> dict[str, object]:
    return {
        "file": result.file,
        "ruleset": result.ruleset,
        "rules": result.rules,
        "cases": result.cases,
        "drafts": result.drafts,
        "expectations": len(result.expectations),
        "failed": [
            {
                "place": failure.place,
                "case": failure.case,
                "rule": failure.rule,
                "as_of": failure.as_of.isoformat(),
                "expected": failure.expected,
                "columns": failure.columns,
                "durable_rules": failure.durable,
            }
            for failure in result.failed
        ],
        "lacking": [{"place": found.place, "what": found.what, "remedy": found.remedy} for found in result.lacking],
    }
