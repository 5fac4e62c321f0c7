"""What is looked at, the lights, the conclusions, and the fixed rules in words."""

from collections.abc import Mapping
from enum import StrEnum

from riskengine.terms.text import Text


class Light(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    TOO_FEW = "too_few_outcomes"  # neither good nor bad, and never green
    NOT_MEASURED = "not_measured"


class Check(StrEnum):
    """What is judged. The names are stable: stored results and scripts refer to them."""

    DISCRIMINATION = "discrimination"
    LEVEL = "calibration_level"
    SLOPE = "calibration_slope"
    GRADES = "calibration_grades"
    SO_FAR = "outcomes_so_far"
    SCORE_DRIFT = "score_drift"
    GRADE_DRIFT = "grade_drift"
    FEATURE_DRIFT = "feature_drift"
    MISSING = "missing_inputs"
    UNRATED = "unrated"
    RULES = "moved_by_rules"
    OVERRIDES = "overrides"
    FRESHNESS = "data_age"
    VOLUME = "data_volume"
    STATEMENTS = "old_statements"


class Conclusion(StrEnum):
    """What to do, mildest first."""

    NOTHING = "nothing"
    TOO_FEW = "too_few_outcomes"
    WATCH = "watch"
    RECALIBRATE = "recalibrate"
    REDEVELOP = "redevelop"

    def reaches(self, other: "Conclusion") -> bool:
        """Whether it is at least as grave."""
        order = tuple(Conclusion)
        return order.index(self) >= order.index(other)


CALIBRATION = (Check.LEVEL, Check.SLOPE, Check.GRADES)
# Views of one thing count once where several red lights are counted.
OF_THE_MODEL: tuple[tuple[Check, ...], ...] = (
    (Check.DISCRIMINATION,),
    CALIBRATION,
    (Check.SCORE_DRIFT, Check.GRADE_DRIFT),
    (Check.FEATURE_DRIFT,),
    (Check.MISSING,),
)
OF_THE_DATA = (Check.MISSING, Check.UNRATED, Check.FRESHNESS, Check.VOLUME)
OF_OUTCOMES = (Check.DISCRIMINATION, *CALIBRATION)

LIGHT_TEXT: Mapping[Light, Text] = {
    Light.GREEN: Text("green", "绿"),
    Light.AMBER: Text("amber", "黄"),
    Light.RED: Text("red", "红"),
    Light.TOO_FEW: Text("too few outcomes", "结果样本不足"),
    Light.NOT_MEASURED: Text("not measured", "未测量"),
}
CONCLUSION_TEXT: Mapping[Conclusion, Text] = {
    Conclusion.NOTHING: Text("nothing to do", "无需处理"),
    Conclusion.TOO_FEW: Text("too few outcomes to say", "结果样本不足，无法判断"),
    Conclusion.WATCH: Text("watch", "关注"),
    Conclusion.RECALIBRATE: Text("recalibrate", "重新校准"),
    Conclusion.REDEVELOP: Text("redevelop", "重新开发"),
}
NAMES: Mapping[Check, Text] = {
    Check.DISCRIMINATION: Text("AUC below development", "AUC 较开发时下降"),
    Check.LEVEL: Text("Observed over expected defaults", "实际与预期违约之比"),
    Check.SLOPE: Text("Calibration slope", "校准斜率"),
    Check.GRADES: Text("Grades outside Jeffreys' 95 % band", "超出 Jeffreys 95%区间的等级数"),
    Check.SO_FAR: Text("Observed over expected so far", "至今实际与预期之比"),
    Check.SCORE_DRIFT: Text("PSI of the score", "评分 PSI"),
    Check.GRADE_DRIFT: Text("PSI of the grades", "等级 PSI"),
    Check.FEATURE_DRIFT: Text("Weight of the features that moved far", "显著漂移特征的权重"),
    Check.MISSING: Text("Largest rise of missing values", "缺失率最大升幅"),
    Check.UNRATED: Text("Share without a PD", "无违约概率的占比"),
    Check.RULES: Text("Change in the share moved by rules", "规则调整占比的变化"),
    Check.OVERRIDES: Text("Share overridden by people", "人工推翻占比"),
    Check.FRESHNESS: Text("Age of the newest rows, days", "最新数据的天数"),
    Check.VOLUME: Text("Rows of the last month over usual", "近一月行数与平常之比"),
    Check.STATEMENTS: Text("Share of old statements", "过期报表占比"),
}
