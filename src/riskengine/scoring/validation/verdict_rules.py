"""What is judged, the colours, and the rules of the verdicts in words."""

from collections.abc import Mapping
from enum import StrEnum

from riskengine.terms.text import Text


class Level(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NOT_ENOUGH = "not_enough"  # outcomes, to say anything


class Check(StrEnum):
    """What is judged. The names are stable: gates and stored validations refer to them."""

    OUTCOMES = "outcomes"
    OUT_OF_TIME = "out_of_time"
    DISCRIMINATION = "discrimination"
    GROUPS = "groups"
    LEVEL = "calibration_level"
    GRADES = "calibration_grades"
    SLOPE = "calibration_slope"
    HOSMER_LEMESHOW = "hosmer_lemeshow"
    SPIEGELHALTER = "spiegelhalter"
    GRADE_ORDER = "grade_order"
    CONCENTRATION = "concentration"
    SCORE_STABILITY = "score_stability"
    FEATURE_STABILITY = "feature_stability"
    MONOTONE = "monotone"
    ALONE = "feature_too_good"
    FUTURE = "feature_from_the_future"
    SOURCES = "missing_sources"
    EARNED = "earned_its_place"
    CHAMPION = "against_champion"
    ATTAINABLE = "attainable_gini"


LEVEL_TEXT: Mapping[Level, Text] = {
    Level.GREEN: Text("green", "绿"),
    Level.AMBER: Text("amber", "黄"),
    Level.RED: Text("red", "红"),
    Level.NOT_ENOUGH: Text("not enough outcomes", "结果样本不足"),
}
NAMES: Mapping[Check, Text] = {
    Check.OUTCOMES: Text("Customers who went bad in the test window", "测试窗口违约客户数"),
    Check.OUT_OF_TIME: Text("Days between training and test", "训练与测试间隔天数"),
    Check.DISCRIMINATION: Text("AUC", "AUC"),
    Check.GROUPS: Text("Lowest AUC of a group", "各群组最低 AUC"),
    Check.LEVEL: Text("Bad rate over mean PD", "实际违约率与平均预测之比"),
    Check.GRADES: Text("Grades outside Jeffreys' 95 % band", "超出 Jeffreys 95% 区间的等级数"),
    Check.SLOPE: Text("Calibration slope", "校准斜率"),
    Check.HOSMER_LEMESHOW: Text("Hosmer-Lemeshow, p", "Hosmer-Lemeshow 检验 p 值"),
    Check.SPIEGELHALTER: Text("Spiegelhalter, p", "Spiegelhalter 检验 p 值"),
    Check.GRADE_ORDER: Text("Neighbouring grades in the wrong order", "相邻等级倒序数"),
    Check.CONCENTRATION: Text("Concentration in grades (HHI)", "等级集中度（HHI）"),
    Check.SCORE_STABILITY: Text("PSI of the score", "评分 PSI"),
    Check.FEATURE_STABILITY: Text("Share of features that moved far", "显著漂移特征占比"),
    Check.MONOTONE: Text("Features against their direction", "违反方向约束的特征数"),
    Check.ALONE: Text("Best AUC of one feature alone", "单一特征最高 AUC"),
    Check.FUTURE: Text("Features that know the future", "依赖未来数据的特征数"),
    Check.SOURCES: Text("Lowest AUC without a source", "缺失某一数据源时最低 AUC"),
    Check.EARNED: Text("AUC above the closest simple rival", "相对最接近简单方法的 AUC 增益"),
    Check.CHAMPION: Text("AUC above the last champion", "相对上任冠军模型的 AUC 增益"),
    Check.ATTAINABLE: Text("Share of the attainable Gini", "占可达 Gini 的比例"),
}
RULES: Mapping[Check, Text] = {
    Check.OUTCOMES: Text(
        "green from 50 customers; amber from 20; below, not enough outcomes; who goes bad counts once, however many "
        "dates came before",
        "违约客户不少于50个为绿；不少于20个为黄；更少则样本不足；同一客户在多个日期之后违约只计一次",
    ),
    Check.OUT_OF_TIME: Text(
        "green if the gap is at least the horizon; amber if shorter or not known; red if the test window does not come "
        "after the training",
        "间隔不短于预测期为绿；更短或未知为黄；测试窗口不晚于训练为红",
    ),
    Check.DISCRIMINATION: Text(
        "green if the lower end of the 95 % interval is at least 0.70; amber from an AUC of 0.65; red below",
        "95%区间下限不低于0.70为绿；AUC 不低于0.65为黄；否则为红",
    ),
    Check.GROUPS: Text(
        "red if a group's whole 95 % interval lies more than 0.10 below the AUC of all; amber if its AUC does; green "
        "otherwise; months are shown, not judged",
        "某群组95%区间整体低于总体 AUC 0.10以上为红；仅其 AUC 低于为黄；否则为绿；月份仅展示",
    ),
    Check.LEVEL: Text(
        "green inside Jeffreys' 95 % band or within 0.9 to 1.1; amber inside the 99 % band or within 0.8 to 1.25; red "
        "beyond",
        "处于 Jeffreys 95%区间内或比值在0.9至1.1为绿；99%区间内或0.8至1.25为黄；否则为红",
    ),
    Check.GRADES: Text(
        "green if at most one grade lies outside (two-sided); amber if two; red if more; from 20 bad rows",
        "超出（双侧）的等级不多于1个为绿；2个为黄；更多为红；违约须不少于20行",
    ),
    Check.SLOPE: Text(
        "green from 0.80 to 1.25; amber from 0.60 to 1.67, or if Hosmer-Lemeshow is not below 0.05; red otherwise",
        "0.80至1.25为绿；0.60至1.67，或超出但 Hosmer-Lemeshow 检验 p 值不低于0.05为黄；否则为红",
    ),
    Check.HOSMER_LEMESHOW: Text(
        "green from 0.05; amber below; never red, for many rows reject what does not matter",
        "不小于0.05为绿；更小为黄；样本大时会拒绝无关紧要的偏差，故不判红",
    ),
    Check.SPIEGELHALTER: Text(
        "green from 0.05; amber below; never red, for many rows reject what does not matter",
        "不小于0.05为绿；更小为黄；样本大时会拒绝无关紧要的偏差，故不判红",
    ),
    Check.GRADE_ORDER: Text(
        "pairs of which the worse grade failed less beyond chance (Fisher, one-sided 5 %): green if none, amber if one",
        "较差等级违约显著更少的相邻对（Fisher 单侧5%）：无为绿，1对为黄，更多为红",
    ),
    Check.CONCENTRATION: Text("green to 0.25; amber to 0.40; red above", "不超过0.25为绿；不超过0.40为黄；否则为红"),
    Check.SCORE_STABILITY: Text(
        "green if chance alone reaches it (critical value) or to 0.10; amber to 0.25; red above",
        "未超过样本量临界值或不超过0.10为绿；不超过0.25为黄；否则为红",
    ),
    Check.FEATURE_STABILITY: Text(
        "features with a PSI above 0.25 and above chance: green if none; amber to 10 %; red above",
        "PSI 超过0.25且超过临界值的特征：无为绿；不超过10%为黄；否则为红",
    ),
    Check.MONOTONE: Text(
        "red if a feature moves the score against its declared direction anywhere it was tried; amber if the spec asks "
        "for no directions and says why",
        "任一特征在所试之处违反声明方向则为红；若规格说明理由并不要求方向约束则为黄",
    ),
    Check.ALONE: Text(
        "red from 0.95 with at least 20 bad rows; amber with fewer, or if as good as the model; green otherwise",
        "不低于0.95且违约不少于20行为红；更少或不逊于模型为黄；否则为绿",
    ),
    Check.FUTURE: Text(
        "features recomputed on tables cut at the date: red if one differs; amber if not checked",
        "在截断至该日期的数据上重算：任一特征不同为红；未检查为黄",
    ),
    Check.SOURCES: Text(
        "red if the model is worse than chance without a source; amber below 0.60 or if it refuses; green otherwise",
        "缺失某源时劣于随机为红；低于0.60或拒绝评分为黄；否则为绿",
    ),
    Check.EARNED: Text(
        "green if better than every simple rival beyond chance (95 %); amber if not shown; red if one is better",
        "显著优于每个简单方法（95%）为绿；未能证明为黄；某方法更优为红",
    ),
    Check.CHAMPION: Text(
        "green if better beyond chance (95 %); amber if not shown to differ; red if worse",
        "显著更优（95%）为绿；未能证明差异为黄；显著更差为红",
    ),
    Check.ATTAINABLE: Text("green from 95 %; amber from 90 %; red below", "不低于95%为绿；不低于90%为黄；否则为红"),
}
