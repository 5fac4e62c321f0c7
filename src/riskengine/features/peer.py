"""How far a customer is from its peers: customers of its industry, of its region, of its size.

A deviation is in standard deviations of the peers, the customer among them, above (or, negative, below) their mean. It
is missing with fewer than 20 peers of whom the figure is known, or if they are all alike.
"""

import narwhals as nw

from riskengine.features.arithmetic import number, ratio
from riskengine.features.engines import Frame
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.known import Known
from riskengine.features.measure import Measure, count, total
from riskengine.features.peer_value import FIGURES, PeerFigure
from riskengine.features.surroundings import By
from riskengine.terms.text import Text

LEAST_PEERS = 20.0
# Which column of the customer's own measures says whose peer it is.
GROUPED = {By.INDUSTRY: "cus_industry", By.REGION: "cus_region", By.SIZE: "peer_size_class"}
_PEERS = {
    By.INDUSTRY: Text("its industry", "同行业"),
    By.REGION: Text("its region", "同地区"),
    By.SIZE: Text("its size", "同规模"),
}


def _measure_name(figure: PeerFigure, by: By, part: str) -> str:
    return f"peer_{by.value}_{figure.name}_{part}"


def sums(by: By) -> tuple[Measure, ...]:
    """Over all customers of an industry, a region or a size class: number, sum and sum of squares of each figure."""
    return tuple(measure for figure in FIGURES if by in figure.by for measure in _sums(figure, by))


def _sums(figure: PeerFigure, by: By) -> tuple[Measure, ...]:
    value = nw.col(figure.column)
    held = value.fill_null(nw.lit(0, nw.Int64))
    return (
        count(_measure_name(figure, by, "count"), ~value.is_null()),
        total(_measure_name(figure, by, "sum"), held),
        total(_measure_name(figure, by, "squares"), held * held),
    )


def measure(known: Known, so_far: Frame) -> Frame:
    for by in By:
        around = known.sums(by, [m.name for m in sums(by)])
        so_far = so_far.join(around.rename({by.value: GROUPED[by]}), on=GROUPED[by], how="left")
    return so_far


def _deviation(figure: PeerFigure, by: By) -> nw.Expr:
    """(value - mean) / standard deviation of a sample, from the number, the sum and the sum of squares of the peers."""
    n, s, q = (number(_measure_name(figure, by, part)) for part in ("count", "sum", "squares"))
    spread = (n * (n * q - s * s).clip(lower_bound=0.0) / (n - 1.0)).sqrt()
    return nw.when(n >= LEAST_PEERS).then(ratio(n * number(figure.column) - s, spread))


def _feature(figure: PeerFigure, by: By) -> Feature:
    en, zh = figure.text.en, figure.text.zh
    among = _PEERS[by]
    return Feature(
        name=f"peer_{by.value}_{figure.name}",
        text=Text(
            f"{en} against customers of {among.en}, in standard deviations from their mean",
            f"{zh}与{among.zh}客户均值之差（标准差倍数）",
        ),
        unit=Unit.SCORE,
        source=Source.PEER,
        missing=Text(
            f"not known of the customer or of fewer than 20 customers of {among.en}, or all alike",
            f"该客户无此数据，或{among.zh}有此数据的客户不足20家，或数值全部相同",
        ),
        expression=_deviation(figure, by),
        risk=Risk.FREE,
        for_model=False,
    )


FEATURES: tuple[Feature, ...] = tuple(_feature(figure, by) for figure in FIGURES for by in figure.by)
