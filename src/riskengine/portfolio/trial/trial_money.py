"""What a policy would have been worth: loss avoided, margin lost, work caused.

Every invoice is governed by one decision, that of the last date before it (`aftermath.governed_until`), so amounts add
up over dates. What a decision would have granted of the sales that really took place is

    share = 0 where credit was refused, 1 where nobody set a limit, else min(1, limit / highest balance then)

    loss   = LGD x share x (sold and still owed on the eve of default) x uncovered part of the exposure then
    margin = margin share x (share + prepaid share x (1 - share)) x (sold and paid for)

Money is whole cents, so that sums do not depend on the order of rows. Nobody can say what a customer would have bought
beyond what he bought: a policy that allows more than was used earns nothing here.
"""

from dataclasses import dataclass

import polars as pl

from riskengine.portfolio.trial.decided import Credit
from riskengine.portfolio.trial.side_by_side import Side


@dataclass(frozen=True, slots=True)
class CostAssumptions:
    """What a simulation cannot know. Shares 0 to 1, costs in units of `currency`."""

    currency: str
    loss_given_default: float = 0.6
    margin_share: float = 0.15  # of sales, before bad debt
    warning_cost: float = 100.0  # to handle one warning that was opened
    review_cost: float = 300.0  # to decide one case by hand
    prepaid_share: float = 0.0  # of refused sales, what is bought against prepayment instead
    guaranteed_share: float = 0.8  # of a guarantee's amount, what it brings
    insured_share: float = 0.9  # of an insured amount
    reference: str | None = None  # who says so; None: these are the defaults of the program


MONEY = ("sales_granted", "sales_good_refused", "lost_granted", "loss", "margin", "handling", "result")


def with_money(cases: pl.DataFrame, costs: CostAssumptions) -> pl.DataFrame:
    """`cases` with, for each side, `share_<side>` and the columns of MONEY in cents, `<name>_cents_<side>`.

    `sales_cents` is what was sold, `lost_cents` what of it was still owed on the eve of default; `sales_granted` and
    `lost_granted` are what each side would have let happen of them. `result` = margin - loss - handling. All are null
    where the outcome is censored.
    """
    known = ~pl.col("is_censored")
    lost = pl.col("sold_and_lost")
    framed = cases.with_columns(
        sales_cents=_cents(pl.col("sales_governed"), known),
        lost_cents=_cents(lost, known),
        _uncovered=_uncovered(costs),
    )
    for side in Side:
        framed = framed.with_columns(_granted(side).alias(f"share_{side}")).with_columns(**_money(side, costs, known))
    return framed.drop("_uncovered")


def with_refusal(rows: pl.DataFrame, costs: CostAssumptions) -> pl.DataFrame:
    """`rows` with what refusing credit on a date would have avoided and lost, against granting all that was sold while
    the date's decision governed: `loss_avoided_cents`, `margin_lost_cents`; null where the outcome is censored.

    `rows`: AFTERMATH_SCHEMA, guarantee and insured amount.
    """
    known = ~pl.col("is_censored")
    granted, refused = pl.lit(1.0), pl.lit(0.0)
    return (
        rows.with_columns(_uncovered=_uncovered(costs))
        .with_columns(
            loss_avoided_cents=_cents(_loss(granted, costs) - _loss(refused, costs), known),
            margin_lost_cents=_cents(_margin(granted, costs) - _margin(refused, costs), known),
        )
        .drop("_uncovered")
    )


def _loss(share: pl.Expr, costs: CostAssumptions) -> pl.Expr:
    return costs.loss_given_default * share * pl.col("sold_and_lost") * pl.col("_uncovered")


def _margin(share: pl.Expr, costs: CostAssumptions) -> pl.Expr:
    kept = share + costs.prepaid_share * (1.0 - share)
    return costs.margin_share * kept * (pl.col("sales_governed") - pl.col("sold_and_lost"))


def _granted(side: Side) -> pl.Expr:
    credit, limit, peak = pl.col(f"credit_{side}"), pl.col(f"limit_{side}"), pl.col("peak_balance")
    within = pl.when(limit >= peak).then(1.0).otherwise(limit / peak)
    return (
        pl.when(credit == Credit.REFUSED.value).then(0.0).when(credit == Credit.UNSET.value).then(1.0).otherwise(within)
    )


def _uncovered(costs: CostAssumptions) -> pl.Expr:
    cover = pl.col("guarantee") * costs.guaranteed_share + pl.col("insured") * costs.insured_share
    owed = pl.col("exposure_at_default")
    return pl.when(owed > 0).then((1.0 - cover / owed).clip(lower_bound=0.0)).otherwise(1.0)


def _money(side: Side, costs: CostAssumptions, known: pl.Expr) -> dict[str, pl.Expr]:
    share, lost = pl.col(f"share_{side}"), pl.col("sold_and_lost")
    work = pl.col(f"warnings_opened_{side}") * costs.warning_cost + pl.col(f"reviews_opened_{side}") * costs.review_cost
    loss = _cents(_loss(share, costs), known)
    margin = _cents(_margin(share, costs), known)
    handling = _cents(work.cast(pl.Float64), known)
    good = pl.col("is_good").fill_null(value=False)
    amounts = {
        "sales_granted": _cents(share * pl.col("sales_governed"), known),
        "sales_good_refused": _cents(
            pl.when(good).then((1.0 - share) * pl.col("sales_governed")).otherwise(0.0), known
        ),
        "lost_granted": _cents(share * lost, known),
        "loss": loss,
        "margin": margin,
        "handling": handling,
        "result": margin - loss - handling,
    }
    return {f"{name}_cents_{side}": value for name, value in amounts.items()}


def _cents(amount: pl.Expr, known: pl.Expr) -> pl.Expr:
    return pl.when(known).then((amount * 100).round().cast(pl.Int64))
