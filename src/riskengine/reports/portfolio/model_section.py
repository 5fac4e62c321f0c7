"""How good the model was on its test window, as its bundle says."""

from collections.abc import Mapping
from typing import Any

from riskengine.reports.markup import Markup, both, data_text, joined
from riskengine.reports.numbers import decimal, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.portfolio.grade_charts import calibration_chart
from riskengine.reports.svg import picture
from riskengine.reports.tables import Heading, table
from riskengine.terms.text import Text

_RIVALS: Mapping[str, Text] = {
    "lightgbm": Text("this model (LightGBM)", "本模型（LightGBM）"),
    "scorecard": Text("logistic scorecard", "逻辑评分卡"),
    "naive rule": Text("naive rule", "简单规则"),
}


def model_section(name: str, version: str, horizon_days: int, metrics: Mapping[str, Any]) -> Section:
    """`metrics` as the bundle holds them; what is not there is not shown."""
    body = []
    verdict = metrics.get("verdict")
    if verdict:
        body.append(paragraph(Text(str(verdict["en"]), str(verdict["zh"]))))
    if metrics.get("contenders"):
        body.append(_contenders(metrics["contenders"]))
    calibration = metrics.get("calibration") or {}
    if calibration:
        body.append(paragraph(_calibration_text(calibration, horizon_days)))
        bins = _bins(calibration.get("bands") or [])
        if bins:
            alternative = Text(
                "Each point is a band of PDs; on the dashed line as many failed as predicted",
                "每点为一个违约概率区间；在虚线上表示预测与实际一致",
            )
            title = Text("Predicted against observed, test window", "测试窗口：预测与实际")
            body.append(picture(title, alternative, lambda lang: calibration_chart(bins, lang)))
    if not body:
        body.append(paragraph(Text("The model's bundle holds no metrics.", "模型包中没有评估指标。")))
    identity = joined((both(Text("Model ", "模型 ")), data_text(f"{name} {version}")))
    return Section("model", Text("Model quality", "模型质量"), joined((_as_paragraph(identity), *body)))


def _as_paragraph(content: Markup) -> Markup:
    return Markup(f'<p class="muted">{content}</p>')


def _contenders(contenders: list[Mapping[str, Any]]) -> Markup:
    rows = [
        (
            both(_RIVALS[c["name"]]) if c["name"] in _RIVALS else data_text(c["name"]),
            decimal(c["auc"], 3),
            f"{decimal(c['auc_low'], 3)} – {decimal(c['auc_high'], 3)}",
            decimal(c["gini"], 3),
            decimal(c["ks"], 3),
            decimal(c["pr_auc"], 3),
            decimal(c["brier"], 4),
        )
        for c in contenders
    ]
    headings = (
        Heading(Text("Contender", "方法")),
        Heading(Text("AUC", "AUC"), number=True),
        Heading(Text("95 % interval", "95%区间"), number=True),
        Heading(Text("Gini", "Gini"), number=True),
        Heading(Text("KS", "KS"), number=True),
        Heading(Text("PR-AUC", "PR-AUC"), number=True),
        Heading(Text("Brier", "Brier"), number=True),
    )
    return table(Text("On the test window, beside its rivals", "测试窗口内与其他方法比较"), headings, rows)


def _calibration_text(calibration: Mapping[str, Any], horizon_days: int) -> Text:
    mean, observed, slope = (calibration.get(k) for k in ("mean_pd", "default_rate", "slope"))
    return Text(
        f"On the test window, within {whole(horizon_days)} days: mean prediction {percent(mean, 2)}, observed "
        f"{percent(observed, 2)}; calibration slope {decimal(slope, 2)} (1 is right, below 1 too confident).",
        f"测试窗口内（{whole(horizon_days)}天）：平均预测{percent(mean, 2)}，实际{percent(observed, 2)}；"
        f"校准斜率{decimal(slope, 2)}（1为准确，小于1为过度自信）。",
    )


def _bins(bands: list[Mapping[str, Any]]) -> list[tuple[float, float, int]]:
    return [
        (float(b["mean_pd"]), float(b["default_rate"]), int(b["customers"]))
        for b in bands
        if b.get("mean_pd") is not None and b.get("default_rate") is not None
    ]
