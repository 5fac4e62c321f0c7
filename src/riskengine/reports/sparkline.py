"""A line as tall as a word, for the cells of tables. Without axes: the words beside it say what it reaches."""

from collections.abc import Sequence

from riskengine.reports.markup import Markup, element
from riskengine.reports.svg import GRID, ORANGE
from riskengine.terms.text import Text

WIDTH, HEIGHT = 96, 24
_EDGE = 2.0


def sparkline(values: Sequence[float], label: Text) -> Markup:
    """Values at equal steps from 0 up, the last one marked; `label` is read to who cannot see it.

    >>> str(sparkline([0.0, 5.0, 10.0], Text("rising", "上升"))).count("<circle")
    1
    """
    top = max([*values, 0.0]) or 1.0
    step = (WIDTH - 2 * _EDGE - 2.0) / max(len(values) - 1, 1)
    places = [
        (_EDGE + i * step, HEIGHT - _EDGE - max(v, 0.0) / top * (HEIGHT - 2 * _EDGE)) for i, v in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    ground = element("line", x1="0", y1=HEIGHT - 1, x2=WIDTH, y2=HEIGHT - 1, stroke=GRID)
    drawn = element("polyline", points=line, fill="none", stroke=ORANGE, stroke_width="1.8")
    end = (
        element("circle", cx=f"{places[-1][0]:.1f}", cy=f"{places[-1][1]:.1f}", r="2.4", fill=ORANGE) if places else ""
    )
    box = f"0 0 {WIDTH} {HEIGHT}"
    words = f"{label.en} / {label.zh}"
    attributes = {"viewBox": box, "class_": "spark"}
    return element("svg", ground, drawn, end, width=WIDTH, height=HEIGHT, role="img", aria_label=words, **attributes)
