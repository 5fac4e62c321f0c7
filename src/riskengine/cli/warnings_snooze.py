"""`riskengine warnings snooze`: ask to be left alone with a warning for a time."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from riskengine.cli.past_dates import RulesOption, WorkspaceOption


def snooze(
    *,
    customer: Annotated[str, typer.Argument(help="Id of the customer.")],
    until: Annotated[str, typer.Option("--until", help="First day on which it counts again, YYYY-MM-DD.")],
    by: Annotated[str, typer.Option("--by", help="Who asks; as stated, nobody checks it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    indicator: Annotated[
        str | None, typer.Option("--indicator", help="Of this indicator; without it all of the customer.")
    ] = None,
    up_to: Annotated[
        str | None, typer.Option("--up-to", help="watch, amber or red; without it as severe as it is now.")
    ] = None,
    workspace: WorkspaceOption = Path(".riskengine"),
    rules: RulesOption = Path("rules"),
    as_json: Annotated[bool, typer.Option("--json", help="The snooze, for machines.")] = False,
) -> None:
    """Put a warning off: from the day after the records stand on, nothing opens, gets worse or closes until the end.

    Anything more severe than `--up-to` is told all the same.
    """
    from riskengine.cli.speech import tell
    from riskengine.terms.days import parse_day
    from riskengine.workflows.desk.documents import snooze_document
    from riskengine.workflows.desk.open_desk import open_desk
    from riskengine.workflows.desk.saying import SnoozeWords, snooze

    words = SnoozeWords(parse_day(until), by, reason, indicator, up_to)
    said_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    with open_desk(workspace, rules) as desk:
        asked = snooze(desk, customer, words, said_at=said_at)
    what = "all warnings" if indicator is None else f"warnings '{indicator}'"
    line = f"{what} of {customer} up to {asked.up_to.word} are put off from {asked.start} until {asked.until}"
    tell(snooze_document(asked), [line], as_json=as_json)
