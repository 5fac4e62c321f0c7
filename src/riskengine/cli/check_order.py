"""`riskengine check-order`: may this order be shipped?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from riskengine.decision.order_answer import OrderAnswer
    from riskengine.terms.text import Language

_TOO_MUCH = 10**15  # in cents; from there on no order is meant
ANSWERS = {"yes": 0, "no": 3, "refer": 5}  # of --exit-code
_WORDS = {
    "yes": ("Yes, ship it", "可以发货"),
    "no": ("No, hold it", "不予发货"),
    "refer": ("A person decides", "转人工审批"),
}


def check_order(
    *,
    customer: Annotated[str, typer.Argument(help="Id of the customer.")],
    amount: Annotated[str, typer.Argument(help="Amount of the order, such as 12500 or 12500.50.")],
    currency: Annotated[str | None, typer.Option("--currency", help="Of the amount; that of the policy.")] = None,
    prepaid: Annotated[bool, typer.Option("--prepaid", help="The order is paid for in advance.")] = False,
    order: Annotated[
        str | None, typer.Option("--order", help="Its number: if it is among the open ones it does not count twice.")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Day of the order, YYYY-MM-DD; today.")] = None,
    rules: Annotated[Path, typer.Option("--rules", help="Folder of the policy.")] = Path("rules"),
    workspace: Annotated[Path, typer.Option("--workspace", help="Folder of models and records.")] = Path(".riskengine"),
    run: Annotated[
        Path | None, typer.Option("--run", help="A run or a folder of runs; `runs` in the workspace or beside it.")
    ] = None,
    tables: Annotated[
        Path | None, typer.Option("--tables", help="Our tables: exchange rates, and the numbers of open orders.")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="en, zh or both.")] = "both",
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 3 for no and 5 for refer, for scripts.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON to stdout.")] = False,
) -> None:
    """Say whether an order may be shipped: yes, no, or a person decides; with the available credit and why.

    The customer stands as at its newest rating, of the newest run or of the records in the workspace.
    """
    import datetime as dt
    import json

    from riskengine.cli.speech import languages_of, print_lines
    from riskengine.terms.days import parse_day
    from riskengine.workflows.check_order import OrderSources, answer_as_json
    from riskengine.workflows.check_order import check_order as check

    languages = languages_of(language)
    day = dt.date.today() if as_of is None else parse_day(as_of)
    answer = check(
        customer,
        _cents(amount),
        OrderSources(rules, workspace, run, tables),
        day,
        currency=currency,
        prepaid=prepaid,
        order_id=order,
    )
    if as_json:
        typer.echo(json.dumps(answer_as_json(answer), indent=2, sort_keys=True, ensure_ascii=False))
    else:
        for each in languages:
            print_lines(_lines(answer, each))
    if exit_code:
        raise typer.Exit(ANSWERS[answer.verdict.value])


def _cents(text: str) -> int:
    """Raises UsageError for what is no amount above 0 with two decimals at most."""
    from decimal import Decimal

    from riskengine.terms.errors import UsageError

    try:
        cents = Decimal(text) * 100
    except ArithmeticError:
        cents = Decimal("NaN")
    if not cents.is_finite() or not 0 < cents < _TOO_MUCH or cents != cents.to_integral_value() or "_" in text:
        raise UsageError(f"'{text}' is not an amount", remedy="write a number above 0, such as 12500 or 12500.50")
    return int(cents)


def _lines(answer: "OrderAnswer", language: "Language") -> list[str]:
    from riskengine.decision.order_answer import money

    said = _WORDS[answer.verdict.value][language == "zh"]
    room = (answer.available_before_cents, answer.available_after_cents)
    before, after = (("-" if cents is None else money(cents)) for cents in room)
    rated = "-" if answer.rated_on is None else answer.rated_on.isoformat()
    reasons = [f"- {reason.text.in_language(language)}{_rule(reason.rule_id)}" for reason in answer.reasons]
    if language == "zh":
        credit = f"可用额度（{answer.currency}）：下单前{before}，下单后{after}；评级日{rated}"
    else:
        credit = f"Available credit in {answer.currency}: {before} before, {after} after the order; rated on {rated}"
    return [f"# {said}", credit, *reasons]


def _rule(rule_id: str | None) -> str:
    return "" if rule_id is None else f" ({rule_id})"
