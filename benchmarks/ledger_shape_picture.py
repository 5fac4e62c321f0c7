"""Draw docs/images/lateness_and_amounts.svg: the generated portfolio beside the real ledger it is shaped after.

    RISKENGINE_REAL_DATA=FOLDER python benchmarks/ledger_shape_picture.py

FOLDER holds highradius_closed_invoices.csv. Only the shares by band go into the picture.
"""

import os
import sys
import tempfile
from datetime import date
from pathlib import Path

import altair as alt
import numpy as np
import polars as pl
import vl_convert

from riskengine.workflows.generate import generate

PICTURE = Path(__file__).parent.parent / "docs" / "images" / "lateness_and_amounts.svg"
LEDGERS = ["generated", "real"]
DAYS = np.arange(-20, 62, 2)
AMOUNTS = np.logspace(1, 6, 41)


def real() -> tuple[np.ndarray, np.ndarray]:
    path = Path(os.environ["RISKENGINE_REAL_DATA"]) / "highradius_closed_invoices.csv"
    columns = ["customer_id", "due_date", "clear_date", "days_late", "amount"]
    ledger = pl.read_csv(path, columns=columns, schema_overrides={"customer_id": pl.String}).unique()
    return ledger["days_late"].to_numpy(), ledger["amount"].to_numpy()


def generated() -> tuple[np.ndarray, np.ndarray]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "portfolio"
        generate(customers=5_000, months=36, seed=1, end=date(2025, 12, 31), out=out)
        invoices = pl.read_parquet(out / "invoices.parquet")
        payments = pl.read_parquet(out / "payments.parquet").filter(pl.col("kind") != "write_off")
    paid = payments.group_by("invoice_id").agg(pl.col("paid_on").max(), pl.col("amount_cents").sum().alias("paid"))
    closed = invoices.join(paid, on="invoice_id").filter(pl.col("paid") == pl.col("amount_cents"))
    late = (closed["paid_on"] - closed["due_on"]).dt.total_days().to_numpy()
    return late, invoices["amount_cents"].to_numpy() / 100


def shares(values: dict[str, np.ndarray], edges: np.ndarray) -> pl.DataFrame:
    parts = []
    for ledger, of in values.items():
        counts, _ = np.histogram(np.clip(of, edges[0], edges[-1] * 0.999999), edges)
        parts.append(pl.DataFrame({"from": edges[:-1], "share": counts / of.size}).with_columns(ledger=pl.lit(ledger)))
    return pl.concat(parts)


def panel(rows: pl.DataFrame, x: alt.X) -> alt.Chart:
    colours = alt.Scale(domain=LEDGERS, range=["#0b6e99", "#c8553d"])
    return (
        alt.Chart(alt.Data(values=rows.to_dicts()))
        .mark_line(interpolate="step-after", strokeWidth=1.8)
        .encode(
            x=x,
            y=alt.Y("share:Q", title="share of invoices", axis=alt.Axis(format=".0%")),
            color=alt.Color("ledger:N", scale=colours, title=None, legend=alt.Legend(orient="top")),
            strokeDash=alt.StrokeDash("ledger:N", scale=alt.Scale(domain=LEDGERS, range=[[1, 0], [5, 3]]), title=None),
        )
        .properties(width=380, height=230)
    )


def main() -> None:
    if "RISKENGINE_REAL_DATA" not in os.environ:
        sys.exit("set RISKENGINE_REAL_DATA to the folder that holds highradius_closed_invoices.csv")
    (late, amount), (real_late, real_amount) = generated(), real()
    lateness = shares({"generated": late, "real": real_late}, DAYS)
    sizes = shares({"generated": amount, "real": real_amount}, AMOUNTS)
    ends = "days beyond terms when paid (the last band holds all above)"
    scale = alt.Scale(type="log", domain=[10, 1e6])
    chart = alt.hconcat(
        panel(lateness, alt.X("from:Q", title=ends)),
        panel(sizes, alt.X("from:Q", title="invoice amount", scale=scale, axis=alt.Axis(format="~s"))),
    ).configure_view(stroke=None)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(vl_convert.vegalite_to_svg(chart.to_json()), encoding="utf-8")
    for name, of in (("generated", late), ("real", real_late)):
        print(name, {days: f"{(of > days).mean():.1%}" for days in (0, 5, 15, 30, 60)})


if __name__ == "__main__":
    main()
