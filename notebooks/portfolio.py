# %% [markdown]
# # A portfolio in pandas
#
# Rate a portfolio, read the result, compare two months, assess a new customer and keep the certificate; all with
# pandas frames. The script runs as it is (`python notebooks/portfolio.py`) or cell by cell in any editor that knows
# `# %%`. It needs what `make demo` leaves behind; `RISKENGINE_DEMO` names another folder with `tables`, `workspace`
# and `runs` in it.

# %%
import os
import sys
from pathlib import Path

import pandas as pd

import riskengine

DEMO = Path(os.environ.get("RISKENGINE_DEMO", "demo"))
if not DEMO.is_dir():
    sys.exit(f"there is no folder {DEMO}; run make demo first, or set RISKENGINE_DEMO")
RULES = Path(__file__).parents[1] / "rules" if "__file__" in globals() else Path("rules")
MEANS = {"policy": RULES, "workspace": DEMO / "workspace"}

# %% [markdown]
# ## Tables are frames
# One frame per table. Yours may hold `amount` in units instead of `amount_cents`, days as texts, and leave out
# `known_at`: then a row counts from its own day on.

# %%
tables = {path.stem: pd.read_parquet(path) for path in sorted((DEMO / "tables").glob("*.parquet"))}
for name, frame in tables.items():
    print(f"{name:12} {len(frame):>9,} rows")

# %% [markdown]
# ## Rate everybody as of two month ends
# Only rows known by the date are read, so the earlier rating is what we would have said then.

# %%
months = sorted(run.name for run in (DEMO / "runs").iterdir() if run.is_dir())[-2:]
earlier = riskengine.rerate(tables, months[0], reporting_currency="CNY", **MEANS)
now = riskengine.rerate(tables, months[1], reporting_currency="CNY", previous=earlier, **MEANS)

ratings = now.ratings
print(ratings[["customer_id", "name", "grade", "pd_12m", "limit", "terms_days", "available_credit"]].head())

# %% [markdown]
# ## Grades, exposure and expected defaults

# %%
by_grade = ratings.groupby("grade", dropna=False).agg(
    customers=("customer_id", "size"),
    exposure=("exposure", "sum"),
    limit=("limit", "sum"),
    expected_defaults=("pd_12m", "sum"),
)
print(by_grade.round({"exposure": 0, "limit": 0, "expected_defaults": 2}))
print("not rated, and why:")
print(now.unrated)

# %% [markdown]
# ## What moved
# Rows: grade before; columns: grade now.

# %%
moved = now.movements
print(pd.crosstab(moved["grade_before"].fillna("-"), moved["grade_now"].fillna("-")))
worse = moved[moved["notches"].fillna(0) > 0].nlargest(5, "notches")
print(worse[["customer_id", "grade_before", "grade_now", "pd_12m_before", "pd_12m_now", "limit_before", "limit_now"]])

# %% [markdown]
# ## Warnings, with the evidence and what to do

# %%
urgent = now.warnings.sort_values(["severity_rank", "exposure", "customer_id"], ascending=[False, False, True])
for row in urgent.head(5).itertuples():
    print(f"{row.severity:6} {row.customer_name or row.customer_id}: {row.evidence_en} -> {', '.join(row.actions)}")

# %% [markdown]
# ## Why a customer got the grade
# Rules that applied come first, then what moved the model most.

# %%
customer = ratings.sort_values(["pd_12m", "customer_id"], ascending=[False, True]).iloc[0]
print(customer["name"], customer["grade"], f"{customer['pd_12m']:.2%}")
for english, chinese in zip(customer["reasons_en"], customer["reasons_zh"], strict=True):
    print(" -", english, "/", chinese)

# %% [markdown]
# ## A new customer
# A case is a mapping (or a JSON file such as those in examples/cases). Unknown keys are refused, so a typing error
# cannot pass for "not known".

# %%
case = {
    "as_of": months[1],
    "currency": "CNY",
    "customer": {"name": "Harbour Precision Ltd", "country": "CN", "industry": "C34", "registered_on": "2012-04-01"},
    "request": {"amount": 400_000, "terms_days": 45},
    "statements": [
        {
            "period_end": f"{int(months[1][:4]) - 1}-12-31",
            "published_on": f"{months[1][:4]}-05-10",
            "amounts_in": "thousands",
            "revenue": 38_000,
            "ebit": 2_900,
            "interest": 410,
            "current_assets": 17_500,
            "total_assets": 26_000,
            "current_liabilities": 9_800,
            "total_liabilities": 12_600,
            "equity": 13_400,
            "retained_earnings": 6_100,
        }
    ],
    "signals": [],
}
decision = riskengine.assess(case, run=DEMO / "runs" / months[1], **MEANS)
print(f"PD {decision.pd_12m:.2%}, grade {decision.grade}, limit {decision.limit:,.0f} ({decision.binding_constraint})")
print(f"terms {decision.terms_days} days; {', '.join(decision.actions) or 'no conditions'}")
for sentence in decision.reasons("en"):
    print(" -", sentence)
for source in decision.missing["sources"]:
    print("missing:", source["text"]["en"])
    for prospect in source["prospects"]:
        rank, pd_12m, grade = (prospect[part] for part in ("percentile", "pd_12m", "grade"))
        print(f"   {rank:>2}th of {source['donors']} answers: PD {pd_12m:.2%}, grade {grade}")

# %% [markdown]
# ## Keep it
# `now.publish("runs/...")` writes what `riskengine rerate` writes, byte for byte: tables, run.json and the report.

# %%
print(f"report: {len(now.report()):,} characters of HTML; certificate: {decision.certificate['decision_sha256']}")
