"""Words, colours and sizes the pictures share."""

from collections.abc import Mapping

from riskengine.reports.svg import GREY
from riskengine.terms.decision import Severity
from riskengine.terms.text import Language, Text

UNRATED = "unrated"
GRADES: tuple[str, ...] = ("1", "2", "3", "4", "5", "6", "7", "8", "D")
# from calm to alarming, distinguishable without red-green vision; grades are also always labelled
GRADE_COLOURS: Mapping[str, str] = {
    "1": "#08519c",
    "2": "#3182bd",
    "3": "#6baed6",
    "4": "#b9d3e8",
    "5": "#f3d3a0",
    "6": "#f0a35e",
    "7": "#dd6b20",
    "8": "#a63603",
    "D": "#4a1003",
    UNRATED: GREY,
}
SEVERITY_COLOURS: Mapping[Severity, str] = {
    Severity.RED: "#a61b1b",
    Severity.AMBER: "#dd8a1c",
    Severity.WATCH: "#7fa8cf",
}
_WORDS: Mapping[str, Text] = {
    UNRATED: Text("unrated", "未评级"),
    "customers": Text("customers", "客户数"),
    "exposure": Text("exposure", "敞口"),
    "grade": Text("grade", "等级"),
    "champion": Text("grade by the champion", "主模型等级"),
    "shadow": Text("grade by the shadow", "影子模型等级"),
    "previous": Text("previous grade", "上次等级"),
    "now": Text("grade now", "本次等级"),
    "limit": Text("limit", "额度"),
    "share": Text("share of receivables", "占应收账款比例"),
    "now_short": Text("now", "本次"),
    "before": Text("before", "上期"),
    "predicted": Text("predicted PD", "预测违约概率"),
    "observed": Text("observed default rate", "实际违约率"),
    "warnings": Text("warnings", "预警数"),
}
BAND_HEIGHT = 26  # height of one bar


def word(key: str, language: Language) -> str:
    return _WORDS[key].in_language(language)
