"""The ends that changes state: of credit insurance and guarantees, and of promises to pay."""

from collections.abc import Mapping
from dataclasses import replace

import narwhals as nw

from riskengine.features.engines import Frame
from riskengine.features.invoice_facts import invoice_facts
from riskengine.features.known import Known
from riskengine.features.measure import KEY, attach, smallest
from riskengine.terms.codes import ChangeKind

ENDS: Mapping[ChangeKind, str] = {ChangeKind.INSURANCE_CHANGED: "cover", ChangeKind.GUARANTEE_CHANGED: "guarantee"}
PROMISED = "promise"
_PIECE = "_piece"  # the invoice a promise is about; empty: of the whole account


def ends(known: Known, so_far: Frame, kind: ChangeKind) -> Frame:
    """Adds `clk_<what>_until` from the newest change of that kind, if it states an end of something.

    As in `changed`: master data known after it say it all again. Unlike there, one that has ended is still the newest:
    its end is what a clock is about.
    """
    name = f"clk_{ENDS[kind]}_until"
    told = known["changes"].filter(nw.col("kind") == nw.lit(kind.value))
    told = told.with_columns(nw.max_horizontal("changed_on", "known_at").alias("_since"))
    for step in ("_since", "changed_on", "known_at", "change_id"):
        told = told.with_columns(nw.col(step).max().over(KEY).alias("_newest")).filter(
            nw.col(step) == nw.col("_newest")
        )
    said = told.select(KEY, "_since", "amount_cents", "until")
    master = known.customers.select(KEY, nw.col("known_at").alias("_master"))
    said = said.join(master, on=KEY, how="inner").filter(
        (nw.col("_since") >= nw.col("_master")) & (nw.col("amount_cents") > 0) & ~nw.col("until").is_null()
    )
    return attach(so_far, said, (smallest(name, nw.col("until")),))


def promises(known: Known, so_far: Frame) -> Frame:
    """Adds `clk_promise_until`, the earliest day promised for something that is still open.

    Of several promises for one invoice the newest counts. One that names no invoice is about the whole account and
    counts while anything is overdue.
    """
    made = known["changes"].filter(
        (nw.col("kind") == nw.lit(ChangeKind.PROMISE_MADE.value)) & ~nw.col("until").is_null()
    )
    made = made.with_columns(nw.col("invoice_id").fill_null(nw.lit("")).alias(_PIECE))
    for step in ("changed_on", "known_at", "until"):
        newest = nw.col(step).max().over(KEY, _PIECE).alias("_newest")
        made = made.with_columns(newest).filter(nw.col(step) == nw.col("_newest"))
    made = made.select(KEY, nw.col(_PIECE).alias("invoice_id"), "until")
    overdue = so_far.filter(nw.col("pay_dpd_max_days") > 0).select(KEY)
    account = made.filter(nw.col("invoice_id") == nw.lit("")).join(overdue, on=KEY, how="inner")
    parts = [account.select(KEY, "until")]
    if known.has("changes"):
        parts.append(made.join(_still_open(known, made), on="invoice_id", how="inner").select(KEY, "until"))
    return attach(so_far, nw.concat(parts), (smallest(f"clk_{PROMISED}_until", nw.col("until")),))


def _still_open(known: Known, made: Frame) -> Frame:
    """The invoices among those promised that are not settled."""
    promised = made.select("invoice_id").unique()
    about = {name: known[name].join(promised, on="invoice_id", how="semi") for name in ("invoices", "payments")}
    facts = invoice_facts(replace(known, frames={**known.frames, **about}))
    return facts.filter(nw.col("open_cents") > 0).select("invoice_id")
