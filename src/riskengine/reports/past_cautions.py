"""What a reader must know of figures about past dates before believing them."""

from collections.abc import Sequence
from datetime import date

from riskengine.scoring.spec import OutcomeSpec
from riskengine.terms.text import Text


def model_saw_text(model_saw: Sequence[date] | None) -> tuple[Text, ...]:
    """None where the model was trained on nothing that came after the dates."""
    if model_saw is not None and not model_saw:
        return ()
    return (
        Text(
            "The model had, or may have, been trained on outcomes that came after some of these dates. What rules "
            "hit by facts is not touched by that; PDs and grades look better than they were.",
            "模型训练可能已使用部分日期之后的结果。规则按事实触发的结果不受影响，违约概率和等级会显得更好。",
        ),
    )


def unripe_text(
    dates: Sequence[date], ripe_dates: Sequence[date], outcome: OutcomeSpec, last_day: date
) -> tuple[Text, ...]:
    """None where the outcome of every date is known."""
    unripe = len(dates) - len(ripe_dates)
    if not unripe:
        return ()
    return (
        Text(
            f"{unripe} of {len(dates)} dates have no outcome yet: their {outcome.horizon_days} days "
            f"run past the end of the data ({last_day}). They count in volume alone.",
            f"{len(dates)}个日期中有{unripe}个尚无结果（{outcome.horizon_days}天观察期超出数据末日"
            f"{last_day}），仅计入数量。",
        ),
    )
