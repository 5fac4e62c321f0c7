"""`riskengine rules`: check the policy, run its cases, list what is in force."""

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskengine.cli.rules_cases import run_cases
from riskengine.cli.rules_checks import checks
from riskengine.cli.rules_diff import diff
from riskengine.cli.rules_explain import explain
from riskengine.cli.rules_prove import prove
from riskengine.cli.rules_release import release
from riskengine.cli.rules_schema import schema
from riskengine.cli.rules_simulate import simulate
from riskengine.cli.rules_tune import tune

if TYPE_CHECKING:
    from riskengine.policy.rule import Rule
    from riskengine.workflows.rules.check_policy import PolicyReport

FINDINGS = 3

rules = typer.Typer(no_args_is_help=True, help="The credit policy as data: check it, run its cases, list its rules.")

RulesOption = Annotated[Path, typer.Option("--rules", help="Folder of the policy, or published ones.")]
AsOfOption = Annotated[str | None, typer.Option("--as-of", help="YYYY-MM-DD; by default the day of the last change.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")]


@rules.command()
def check(folder: RulesOption = Path("rules"), as_of: AsOfOption = None, as_json: JsonOption = False) -> None:
    """Report everything that is wrong with a policy, each with file and line. Exit code 3 if anything is."""
    from riskengine.workflows.rules.check_policy import check_policy

    report = check_policy(folder, _day(as_of))
    if as_json:
        typer.echo(json.dumps(_report(report), ensure_ascii=False, indent=2))
    else:
        for finding in report.findings:
            typer.echo(str(finding))
        for note in report.notes:
            typer.echo(f"note: {note}", err=True)
    typer.echo(_summary(report), err=True)
    if report.findings:
        raise typer.Exit(FINDINGS)


@rules.command("list")
def list_(folder: RulesOption = Path("rules"), as_of: AsOfOption = None, as_json: JsonOption = False) -> None:
    """List the rules in force on a date, with their condition and what follows."""
    from riskengine.policy.release.published import open_source

    day = _day(as_of)
    source = open_source(folder, day)
    policy = source.in_force(day or source.draft.dates()[-1])
    if as_json:
        typer.echo(json.dumps([_described(rule) for rule in policy.every_rule], ensure_ascii=False, indent=2))
        return
    for stage, found in policy.rules.items():
        typer.echo(f"{stage.value}")
        for rule in found:
            part = "" if rule.part is None else f" ({rule.part.en} / {rule.part.zh})"
            typer.echo(f"  {rule.id}  {rule.name.en} / {rule.name.zh}{part}")
            typer.echo(f"    when {rule.when}; if unknown: {rule.on_missing.value}")
            typer.echo(f"    then {_effect(rule)}")
            if rule.then.severity is not None:
                over = "it is known not to hold" if rule.until is None else str(rule.until)
                typer.echo(f"    indicator {rule.indicator_id}, one for each {rule.subject.value}; over when {over}")
    typer.echo(f"{len(policy.every_rule)} rules in force on {policy.as_of}, policy {policy.version}", err=True)


@rules.command()
def reference() -> None:
    """Print operators, effects, actions and facts as Markdown: a part of docs/reference/rules.md."""
    from riskengine.workflows.rules.rules_page import rules_reference

    typer.echo(rules_reference(), nl=False)


def _day(text: str | None) -> dt.date | None:
    from riskengine.terms.days import parse_day

    return None if text is None else parse_day(text)


def _summary(report: "PolicyReport") -> str:
    if report.policy is None:
        count = len(report.findings)
        return f"{count} finding{'' if count == 1 else 's'}"
    stages = ", ".join(f"{len(found)} {stage.value}" for stage, found in report.rules_by_stage.items())
    return (
        f"no findings; on {report.as_of} policy {report.policy.version} holds {len(report.policy.every_rule)} rules "
        f"({stages}), {report.parameters} parameters, {report.cases} cases"
    )


def _report(report: "PolicyReport") -> dict[str, object]:
    return {
        "as_of": None if report.as_of is None else report.as_of.isoformat(),
        "version": None if report.policy is None else report.policy.version,
        "content_hash": None if report.policy is None else report.policy.content_hash,
        "rules": {stage.value: len(found) for stage, found in report.rules_by_stage.items()},
        "findings": [
            {"place": f.place, "kind": f.kind, "what": f.what, "remedy": f.remedy, "example": dict(f.example)}
            for f in report.findings
        ],
        "notes": [{"place": f.place, "kind": f.kind, "what": f.what, "remedy": f.remedy} for f in report.notes],
    }


def _effect(rule: "Rule") -> str:
    """The parts of an effect that say something."""
    from dataclasses import fields

    from riskengine.policy.rule import Effect

    neutral = Effect()
    said = []
    for field in fields(Effect):
        value = getattr(rule.then, field.name)
        if value == getattr(neutral, field.name):
            continue
        match value:
            case True:
                said.append(field.name)
            case tuple():
                said.append(", ".join(action.value for action in value))
            case _:
                said.append(f"{field.name} {getattr(value, 'word', value)}")
    return "; ".join(said)


def _described(rule: "Rule") -> dict[str, object]:
    return {
        "id": rule.id,
        "stage": rule.stage.value,
        "ruleset": rule.ruleset,
        "owner": rule.owner,
        "name": {"en": rule.name.en, "zh": rule.name.zh},
        "part": None if rule.part is None else {"en": rule.part.en, "zh": rule.part.zh},
        "reason": {"en": rule.reason.en, "zh": rule.reason.zh},
        "when": str(rule.when),
        "on_missing": rule.on_missing.value,
        "then": _effect(rule),
        "indicator": rule.indicator_id if rule.then.severity is not None else None,
        "until": None if rule.until is None else str(rule.until),
        "subject": rule.subject.value,
        "in_force_from": rule.in_force_from.isoformat(),
        "in_force_until": None if rule.in_force_until is None else rule.in_force_until.isoformat(),
    }


rules.add_typer(release, name="release")
rules.command("diff")(diff)
rules.command("schema")(schema)
rules.command("test")(run_cases)
rules.command("checks")(checks)
rules.command("simulate")(simulate)
rules.command("explain")(explain)
rules.command("prove")(prove)
rules.command("tune")(tune)
