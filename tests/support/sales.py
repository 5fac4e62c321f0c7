"""A book of sales to one customer in days before the as-of date, for hand-made payment histories."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from support.feature_rows import features_of, tables

AS_OF = date(2024, 6, 30)


def day(ago: int) -> str:
    return (AS_OF - timedelta(days=ago)).isoformat()


@dataclass
class Book:
    invoices: list[dict] = field(default_factory=list)
    payments: list[dict] = field(default_factory=list)

    def sell(self, ago: int, amount: float = 100, *, terms: int = 30, late: int | None = None, **more: object) -> str:
        """An invoice issued `ago` days before; paid in cash `late` days after it fell due if `late` is given."""
        name = f"I{len(self.invoices)}"
        due = ago - terms
        self.invoices.append({"invoice_id": name, "issued_on": day(ago), "due_on": day(due), "amount": amount, **more})
        if late is not None:
            self.pay(name, due - late, amount)
        return name

    def pay(self, invoice: str | None, ago: int, amount: float, kind: str = "cash", **more: object) -> None:
        self.payments.append({"invoice_id": invoice, "paid_on": day(ago), "amount": amount, "kind": kind, **more})

    def features(self, **others: list[dict]) -> dict[str, object]:
        return features_of(tables(invoices=self.invoices, payments=self.payments, **others), AS_OF.isoformat())
