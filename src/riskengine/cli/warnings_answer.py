"""`riskengine warnings answer`: what a person did about a case."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from riskengine.cli.past_dates import RulesOption, WorkspaceOption


def answer(
    *,
    customer: Annotated[str, typer.Argument(help="Id of the customer.")],
    end: Annotated[str, typer.Argument(help="acted_on or dismissed.")],
    by: Annotated[str, typer.Option("--by", help="Who answers; as stated, nobody checks it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    action: Annotated[list[str] | None, typer.Option("--action", help="What was done; may be repeated.")] = None,
    workspace: WorkspaceOption = Path(".riskengine"),
    rules: RulesOption = Path("rules"),
    as_json: Annotated[bool, typer.Option("--json", help="The case as it ended, for machines.")] = False,
) -> None:
    """End the open case of a customer: acted on, or dismissed with a reason.

    It counts from the day the records stand on. What was answered is not asked again unless it gets worse. With
    `--action freeze_credit` credit stays frozen until what warned is over; without it, a freeze of the case ends.
    """
    from riskengine.cli.speech import tell
    from riskengine.workflows.desk.documents import ended_document
    from riskengine.workflows.desk.open_desk import open_desk
    from riskengine.workflows.desk.saying import AnswerWords, answer

    words = AnswerWords(end, by, reason, tuple(action or ()))
    said_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    with open_desk(workspace, rules) as desk:
        ended = answer(desk, customer, words, said_at=said_at)
    document = ended_document(ended)
    lines = [f"the case of {customer}, open since {ended.opened_on}, ended on {ended.ended_on}: {end} by {by}"]
    if document["freeze_ends"]:
        lines.append("the freeze that came with it ends; to keep it, answer with --action freeze_credit")
    tell(document, lines, as_json=as_json)
