"""The reference page of events, written from their forms."""

from riskengine.tables.contracts import Kind
from riskengine.tables.events.forms import FORMS, EventForm
from riskengine.tables.events.reading import LONGEST_ID, Bounds
from riskengine.tables.events.reason import EventReason
from riskengine.tables.mapping import mapped_name
from riskengine.terms.days import EPOCH
from riskengine.terms.text import Text

COMMAND = "riskengine events reference"
_BOUNDS = Bounds(EPOCH)

_INTRO = f"""\
# Events

Rows of the tables as they come, one by one. An event is one line of JSON (UTF-8), an object without nesting. This page
is written by `{COMMAND}`; do not edit it.

```json
{{"event_id": "erp-88127", "event": "payment", "customer_id": "C000123", "invoice_id": "I0009871",
 "paid_on": "2025-03-14", "amount": 18250.40, "currency": "CNY", "known_at": "2025-03-15"}}
```
(here on two lines to be read; in a file it is one)

- `event_id`: a text of up to {LONGEST_ID} characters that the sender never uses again. The same event sent twice counts
  once; another content under a used id is set aside.
- `event`: its kind, one of those below.
- `known_at`: the day it became known to us; without it the day it happened. It counts from that day on, however late
  it is sent: days that were already looked at are looked at again. Known more than {_BOUNDS.days_ahead} day ahead, or
  more than {_BOUNDS.days_back} days ago, it is set aside; both can be chosen.
- Days are `YYYY-MM-DD`. Amounts are numbers in units of their currency, with two decimals at most. `null` is the same
  as a field that is not there. Unknown fields are refused, not ignored.

**The order of events, repetitions and batches do not matter.** What is about a customer, an invoice or an order that is
not there yet is set aside and tried again with the next events. Of two contents for one identity (an invoice posted
again with another amount) the one known first holds, and the other is set aside. A payment of more than is open is kept
and noted, the rest counts as unapplied; so is a statement about a thousand times another one of the customer. An event
known earlier than those before it is late, not wrong.

**One bad line stops nothing.** It is set aside with its number, what is wrong in English and Chinese, and where there
is one, the nearest right name.

`riskengine events export --tables DIR --out FILE` writes the history of tables as such lines, in the order in which
they became known: to replay, to test, to measure. `--until` ends it on a day.
"""

_KINDS = {
    Kind.TEXT: "text",
    Kind.CODE: "one of",
    Kind.DAY: "day",
    Kind.CENTS: "amount",
    Kind.COUNT: "whole number",
    Kind.NUMBER: "number",
    Kind.FLAG: "true or false",
}


def events_page() -> str:
    """The page as Markdown: a section for each kind of event, and the reasons for which one is set aside."""
    sections = "\n".join(_section(form) for form in FORMS.values())
    reasons = "\n".join(f"| `{reason.value}` | {_both(reason.text)} |" for reason in EventReason)
    return (
        f"{_INTRO}\n## Kinds\n{sections}\n## Reasons\n\nThese, and those of "
        f"[intake](../how-to/intake.md) for values and references.\n\n| reason | |\n|---|---|\n{reasons}\n"
    )


def _section(form: EventForm) -> str:
    says = "".join(f", `{column}` is `{value}`" for column, value in form.says)
    rows = "\n".join(_row(form, name) for name in form.fields)
    return (
        f"\n### `{form.kind.value}`\n\n{_both(form.text)}\n\nA row of `{form.table}`{says}.\n\n"
        f"| field | holds | | |\n|---|---|---|---|\n{rows}\n"
    )


def _row(form: EventForm, name: str) -> str:
    column = form.fields[name]
    held = _KINDS[column.kind]
    if column.kind is Kind.CODE:
        held += " " + ", ".join(f"`{code}`" for code in column.codes)
    return f"| `{name}` | {held} | {_need(form, name)} | {column.meaning} |"


def _need(form: EventForm, name: str) -> str:
    column = form.fields[name]
    if name in form.required:
        return "required"
    if column.default is not None:
        return f"else `{str(column.default).lower()}`"
    if column.name == form.own_id:
        return "else the event's id"
    if column.name == "known_at":
        return f"else `{mapped_name(form.contract.column(form.contract.known_from))}`"
    return ""


def _both(text: Text) -> str:
    return f"{text.en}<br>{text.zh}"
