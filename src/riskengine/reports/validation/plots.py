"""The pictures of a validation as files of their own, in English: for MLflow, a slide, a card."""

from collections.abc import Iterator

from riskengine.reports.svg import Chart, to_svg
from riskengine.reports.validation.charts import (
    calibration_bins_chart,
    curve_charts,
    dependence_chart,
    importance_chart,
    shift_chart,
    slices_chart,
)
from riskengine.reports.validation.words import feature_text, slice_text, unit_text
from riskengine.scoring.validation.figures import Figures

_BARS, _SLICES = 15, 40


def validation_plots(figures: Figures) -> dict[str, str]:
    """SVG by name of the file; what there are too few outcomes for is left out."""
    return {name: str(to_svg(chart, "en", alternative)) for name, alternative, chart in _drawn(figures)}


def _drawn(figures: Figures) -> Iterator[tuple[str, str, Chart]]:
    if figures.curves is not None:
        yield "roc_cap.svg", "ROC and CAP of the model", curve_charts(figures.curves, "en")
    if figures.calibration.bins:
        chart = calibration_bins_chart(figures.calibration.bins, "en")
        yield "calibration.svg", "Predicted against observed, by tenths of the rows", chart
    judged = [s for s in (figures.whole, *figures.slices) if s.order is not None][:_SLICES]
    if figures.whole.order is not None and len(judged) > 1:
        named = [(slice_text(s.group, s.name).en, s) for s in judged]
        yield "groups.svg", "AUC by group, with 95 % intervals", slices_chart(named, figures.whole.order.auc)
    if moved := figures.feature_shifts[:_BARS]:
        names = [feature_text(s.name).en for s in moved]
        yield (
            "psi.svg",
            "PSI of the features that moved most, with what chance alone reaches",
            shift_chart(moved, names),
        )
    if heavy := figures.importance[:_BARS]:
        names = [feature_text(i.feature).en for i in heavy]
        yield "importance.svg", "The features that weigh most", importance_chart(heavy, names, "en")
    if figures.dependences:
        names = [feature_text(d.feature).en for d in figures.dependences]
        units = [unit_text(d.feature).en for d in figures.dependences]
        yield "dependence.svg", "Partial dependence", dependence_chart(figures.dependences, names, units, "en")
