"""`riskengine rules release`: from a draft to a policy in force, step by step, each written down."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from riskengine.policy.release.log import Entry
    from riskengine.workflows.release.policy import Place

FINDINGS = 3

release = typer.Typer(
    no_args_is_help=True,
    help="Release a policy: draft, checked, proved, simulated, approved by someone else, published from a date. "
    "Names are stated, not proved.",
)

RulesOption = Annotated[Path, typer.Option("--rules", help="Folder of the policy.")]
StoreOption = Annotated[
    Path | None, typer.Option("--store", help="Folder of what was published; by default published in --rules.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")]
ByOption = Annotated[str, typer.Option("--by", help="Your name.")]
WhoOption = Annotated[str | None, typer.Option("--by", help="Your name; by default that of the author.")]
FromOption = Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, in one line.")]

RULES = Path("rules")


@release.command()
def start(
    *,
    author: Annotated[str, typer.Option("--author", help="Who wrote the change.")],
    note: Annotated[str, typer.Option("--note", help="What changes and why, in one line.")],
    rules: RulesOption = RULES,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Begin a draft of the policy as it stands in the folder. Any later edit makes another draft."""
    from riskengine.workflows.release import policy as steps

    _tell(steps.start(_place(rules, store), steps.person(author, _now()), note), as_json=as_json)


@release.command()
def check(
    *, by: WhoOption = None, rules: RulesOption = RULES, store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """Run `rules check` and `rules test` on the draft, look at its changelog, and record that nothing was found."""
    from riskengine.policy.release.log import Step
    from riskengine.workflows.release.evidence import checked_evidence
    from riskengine.workflows.release.policy import add_evidence

    place = _place(rules, store)
    entry = add_evidence(place, Step.CHECKED, lambda _draft, _log: checked_evidence(rules), by=by, at=_now())
    _tell(entry, as_json=as_json)


@release.command()
def prove(
    *, by: WhoOption = None, rules: RulesOption = RULES, store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """Run `rules prove` on the draft, and record that every invariant holds on every date."""
    from rich.console import Console

    from riskengine.cli.progress import showing_progress
    from riskengine.policy.release.log import Step
    from riskengine.workflows.release.evidence import proved_evidence
    from riskengine.workflows.release.policy import add_evidence

    with showing_progress(Console(stderr=True)) as progress:
        entry = add_evidence(
            _place(rules, store), Step.PROVED, lambda _draft, _log: proved_evidence(rules, progress), by=by, at=_now()
        )
    _tell(entry, as_json=as_json)


@release.command()
def simulate(
    *,
    folder: Annotated[
        Path | None,
        typer.Argument(help="What rules simulate wrote; for a first release a run of rerate will do."),
    ] = None,
    by: WhoOption = None,
    rules: RulesOption = RULES,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record that the draft was tried on history: this very policy, against the one that is published."""
    from riskengine.policy.release.log import Step
    from riskengine.workflows.release.policy import add_evidence
    from riskengine.workflows.release.trial import simulated_evidence

    place, at = _place(rules, store), _now()
    entry = add_evidence(
        place,
        Step.SIMULATED,
        lambda draft, log: simulated_evidence(place, folder, draft, log, at.date()),
        by=by,
        at=at,
    )
    _tell(entry, as_json=as_json)


@release.command()
def approve(
    *,
    by: ByOption,
    reason: ReasonOption = "",
    rules: RulesOption = RULES,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Approve a draft that was checked, proved and simulated. Whoever wrote part of it cannot."""
    from riskengine.workflows.release import policy as steps

    _tell(steps.approve(_place(rules, store), steps.person(by, _now()), reason), as_json=as_json)


@release.command()
def refuse(
    *,
    by: ByOption,
    reason: ReasonOption,
    rules: RulesOption = RULES,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a draft that is not to be released."""
    from riskengine.workflows.release import policy as steps

    _tell(steps.refuse(_place(rules, store), steps.person(by, _now()), reason), as_json=as_json)


@release.command()
def publish(
    *,
    by: ByOption,
    start: FromOption,
    rules: RulesOption = RULES,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put the approved policy in force from a day on, today or later."""
    from riskengine.terms.days import parse_day
    from riskengine.workflows.release import policy as steps

    _tell(steps.publish(_place(rules, store), steps.person(by, _now()), parse_day(start)), as_json=as_json)


@release.command()
def retire(
    *,
    bundle: Annotated[str, typer.Argument(help="Hash of the published policy, or how it begins.")],
    by: ByOption,
    start: FromOption,
    reason: ReasonOption,
    rules: RulesOption = RULES,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a published policy out of force from a day on, without another in its place."""
    from riskengine.terms.days import parse_day
    from riskengine.workflows.release import policy as steps

    person = steps.person(by, _now())
    _tell(steps.retire(_place(rules, store), bundle, person, parse_day(start), reason), as_json=as_json)


@release.command()
def status(*, rules: RulesOption = RULES, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """How far the policy in the folder has come, what is missing, and what is in force today."""
    from riskengine.cli.rules_release_text import status_text
    from riskengine.cli.speech import tell
    from riskengine.workflows.release.status import status_as_json, status_of

    found = status_of(_place(rules, store), _now().date())
    tell(status_as_json(found), [status_text(found)], as_json=as_json)


@release.command()
def log(*, rules: RulesOption = RULES, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Every step that was ever taken, oldest first."""
    import json

    from riskengine.cli.rules_release_text import entry_text
    from riskengine.cli.speech import tell
    from riskengine.workflows.release.store import read_log

    entries = read_log(_place(rules, store).store)
    tell([json.loads(entry.line()) for entry in entries], map(entry_text, entries), as_json=as_json)
    typer.echo(f"{len(entries)} steps", err=True)


@release.command()
def verify(
    *,
    rules: RulesOption = RULES,
    store: StoreOption = None,
    earlier: Annotated[
        Path | None, typer.Option("--earlier", help="An older copy of the folder: what stands there must still stand.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare every line of the log and every published byte with its hash. Exit code 3 if anything was changed."""
    from riskengine.cli.speech import tell
    from riskengine.workflows.release.store import read_log
    from riskengine.workflows.release.verify_releases import verify_releases

    place = _place(rules, store)
    findings = verify_releases(place.store, earlier)
    said = [{"place": f.place, "what": f.what, "remedy": f.remedy} for f in findings]
    tell({"findings": said}, map(str, findings), as_json=as_json)
    if findings:
        typer.echo(f"{len(findings)} finding{'' if len(findings) == 1 else 's'} in {place.store}", err=True)
        raise typer.Exit(FINDINGS)
    lines = len(read_log(place.store))
    verdict = f"{lines} lines and every published byte as they were" if lines else "nothing was published"
    typer.echo(f"{place.store}: {verdict}", err=True)


@release.command()
def show(
    *,
    day: Annotated[str, typer.Argument(help="YYYY-MM-DD.")],
    rules: RulesOption = RULES,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Which published policy is in force on a day, since when and on whose word."""
    from riskengine.cli.rules_release_text import shown_text
    from riskengine.cli.speech import tell
    from riskengine.terms.days import parse_day
    from riskengine.workflows.release.status import show_day, shown_as_json

    found = show_day(_place(rules, store).store, parse_day(day))
    tell(shown_as_json(found), [shown_text(found)], as_json=as_json)


def _place(rules: Path, store: Path | None) -> "Place":
    from riskengine.workflows.release.policy import place_of

    return place_of(rules, store)


def _now() -> dt.datetime:
    """The one place where a release reads the clock: with the zone of this machine, whose day is the day."""
    return dt.datetime.now().astimezone().replace(microsecond=0)


def _tell(entry: "Entry", *, as_json: bool) -> None:
    import json

    from riskengine.cli.rules_release_text import entry_text
    from riskengine.cli.speech import tell

    tell(json.loads(entry.line()), [entry_text(entry)], as_json=as_json)
