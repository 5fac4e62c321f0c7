# %% [markdown]
# # Retraining a model
#
# Half a year has passed: train the PD model again with its own spec, see what moved, have it validated, and let it
# become champion, or not. The script runs as it is (`python notebooks/retraining_a_model.py`, about half a minute) or
# cell by cell in any editor that knows `# %%`. It needs nothing: the portfolio is generated, small, and in a temporary
# folder. So are the figures: they show where to look, not how good the shipped model is.

# %%
import tempfile
from datetime import date
from pathlib import Path

import altair as alt
import pandas as pd
import polars as pl

import riskengine
from riskengine.reports.validation.charts import calibration_bins_chart, curve_charts
from riskengine.reports.validation.moved import headlines
from riskengine.scoring.bundle import load_bundle
from riskengine.scoring.validation.verdict_rules import NAMES
from riskengine.scoring.workspace import Workspace
from riskengine.tables.store import open_tables, write_tables
from riskengine.terms.errors import FindingsError
from riskengine.workflows.generate import generate
from riskengine.workflows.models.keep_model import Author
from riskengine.workflows.models.listing import list_models, read_history, read_ratings_of, show_model
from riskengine.workflows.models.promote_model import Approval, promote_model
from riskengine.workflows.models.train import train
from riskengine.workflows.models.validate_model import ValidationRequest, validate_model
from riskengine.workflows.models.what_moved import recipe_of

RULES = Path(__file__).parents[1] / "rules" if "__file__" in globals() else Path("rules")
WORK = Path(tempfile.mkdtemp(prefix="retraining."))
SUMMER, WINTER = date(2025, 6, 30), date(2025, 12, 31)

# %% [markdown]
# ## What was known in summer, and what is known now
# The tables of the summer are those of the winter without what came later.

# %%
generate(customers=1200, months=30, seed=5, end=WINTER, out=WORK / "winter")
frames = {path.stem: pl.read_parquet(path) for path in sorted((WORK / "winter").glob("*.parquet"))}
earlier = {name: frame.filter(pl.col("known_at") <= SUMMER) for name, frame in frames.items()}
write_tables(earlier, WORK / "summer", reporting_currency="CNY")
print(
    pd.DataFrame({"summer": {n: len(f) for n, f in earlier.items()}, "winter": {n: len(f) for n, f in frames.items()}})
)

# %% [markdown]
# ## How the model is made
# All of it stands in a spec. The windows are months before the last month end whose outcomes are known, so the same
# spec serves both times. The horizon of the shipped spec is a year; half a year lets this small portfolio ripen twice.

# %%
SPEC = """
model: small_pd
meaning: Chance of serious arrears, a write-off or insolvency, learnt from half a year
owner: credit-risk
seed: 1
outcome: {horizon_days: 180, days_past_due: 60, material_amount: 500, material_share: 0.01, write_off_above: 500,
  insolvency_signals: [insolvency_filing]}
population: {exclude_in_default: true, min_settled_invoices: 0, active_within_days: 365}
snapshots:
  train: {from_months_back: 12, to_months_back: 6}
  test: {from_months_back: 0, to_months_back: 0}
  every_months: 2
  min_history_months: 4
features: {}
masking:
  copies: 1
  shares: {payment: 0.15, order: 0.15, statement: 0.2, signal: 0.2, industry: 0.2, group: 0.2, customer: 0.1}
booster: {trees: 100, learning_rate: 0.06, depth: 3, min_rows_leaf: 40, l2: 20, feature_share: 0.3, row_share: 0.7}
calibration: {method: platt, folds: 2, pd_floor: 0.0003,
  long_run_default_rate: {value: 0.03, reference: made up for this notebook}}
rivals: {naive_feature: pay_late_days_max_all, scorecard_features: 8}
acceptance: {min_auc: 0.6, min_test_defaults: 10}
"""
(WORK / "spec.yaml").write_text(SPEC, encoding="utf-8")
place = Workspace(WORK / "workspace")

# %% [markdown]
# ## Summer: the first model
# It becomes champion without an approver, because there is nothing to protect yet; the log says so. In July it rates.

# %%
first = train(WORK / "summer", WORK / "spec.yaml", place, Author("Li Wei", "2025-07-01T09:00:00+00:00"), rules=RULES)
contenders = pd.DataFrame(first.comparison.as_json()["contenders"])
print(contenders.set_index("name")[["auc", "auc_low", "auc_high", "ks", "brier"]].round(3))
print(first.comparison.verdict.en)

july = riskengine.rerate(WORK / "summer", SUMMER, policy=RULES, workspace=place.root, reasons=False)
july.publish(WORK / "runs" / SUMMER.isoformat())

# %% [markdown]
# ## Winter: the same spec on newer tables
# One call; on the command line `riskengine train --tables winter --like champion`. Spec and seed are those of the
# champion, byte for byte.

# %%
recipe = recipe_of(place.champion())
second = train(
    WORK / "winter",
    recipe.spec,
    place,
    Author("Li Wei", "2026-01-05T09:00:00+00:00"),
    seed=recipe.seed,
    rules=RULES,
    since=recipe.bundle,
)
print(pd.DataFrame(list_models(place))[["version", "role", "trained_by", "auc", "calibration", "accepted"]])

# %% [markdown]
# ## What moved
# Both versions score the same rows, later than what either was trained on, so every difference is the models'.

# %%
moved = second.moved.movement
print("\n".join(line.en for line in headlines(moved)))
features = pd.DataFrame([(m.feature, m.before, m.now, m.change) for m in moved.features])
features.columns = ["feature", "share before", "share now", "change"]
print(features.head(8).round(3).to_string(index=False))
print(pd.DataFrame(moved.counts, index=moved.grades, columns=moved.grades).rename_axis("grade before / now"))

# %%
by_grade = pd.DataFrame(
    [(g.grade, which, pd_) for g in moved.by_grade if g.rows for which, pd_ in (("before", g.before), ("now", g.now))],
    columns=["grade before", "model", "mean PD"],
)
(
    alt.Chart(by_grade, title="PD by the grade a customer had")
    .mark_line(point=True)
    .encode(
        x="grade before:O",
        y=alt.Y("mean PD:Q", scale=alt.Scale(type="log"), axis=alt.Axis(format="%")),
        color="model:N",
    )
)

# %% [markdown]
# ## Validated
# Every check has a colour, a figure and a rule that was fixed before; the champion is among the rivals. The same as
# `riskengine validate --version 2`, which writes the report, the card and these pictures.

# %%
request = ValidationRequest(WORK / "winter", second.bundle, place, RULES)
found = validate_model(request)
verdicts = pd.DataFrame([(NAMES[v.check].en, v.level.value, v.value) for v in found.validation.verdicts])
verdicts.columns = ["check", "verdict", "found"]
print(verdicts.round(3).to_string(index=False))

# %%
curve_charts(found.validation.figures.curves, "en")

# %%
calibration_bins_chart(found.validation.figures.calibration.bins, "en")

# %% [markdown]
# ## Nobody promotes alone
# Whoever trained it does not approve of it, and a model that is not shown to be better needs a stated reason. A refusal
# names its gates and is written down; nothing changes.

# %%
WEEK_LATER = "2026-01-12T10:00:00+00:00"
try:
    promote_model(place, second.bundle, Approval("Li Wei", WEEK_LATER, "mine", approver="Li Wei"))
except FindingsError as refusal:
    print(refusal)

# %%
winter = open_tables(WORK / "winter")
approval = Approval(
    "Ann Chen",
    "2026-01-12T11:00:00+00:00",
    "half a year newer",
    approver="Ann Chen",
    despite="learnt from later outcomes",
)
for gate in promote_model(place, second.bundle, approval, tables=winter):
    print(f"{gate.gate.value}: {gate.found}")

# %% [markdown]
# ## Which model rated whom?
# The runs themselves say which model they used, whoever was champion; the log says who was champion when.

# %%
january = riskengine.rerate(WORK / "winter", WINTER, policy=RULES, workspace=place.root, reasons=False)
january.publish(WORK / "runs" / WINTER.isoformat())
customer = july.ratings["customer_id"].iloc[0]
rated = pd.DataFrame(read_ratings_of(customer, WORK / "runs"))
print(rated[["as_of", "model_name", "model_version", "pd_12m", "final_grade", "limit"]].to_string(index=False))
on_new_year = read_history(place, date(2026, 1, 1))["champions"]
print("champion on 1 January 2026:", on_new_year[0]["model"], on_new_year[0]["version"])
for note in read_history(place)["log"]:
    print(note["at"][:10], note["model"], note["version"], note["step"], "by", note["by"])

# %% [markdown]
# ## What people read
# The report, the card and the pictures lie beside the version, and in MLflow in the run of the version.

# %%
kept = show_model(place, "champion")["validations"][0]
print(", ".join(kept["files"]))
print(f"the champion is {load_bundle(place.champion()).digest[:12]}; report: {Path(kept['folder']) / 'report.html'}")
