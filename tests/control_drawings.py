"""Control charts of made-up values, drawn."""

from improvement_reports.charts import canvas as charts
from improvement_reports.charts.control import control_svg
from improvement_reports.domain.vocabulary import BetterWhen, Unit
from improvement_reports.method.spc import control_chart

GOLDEN = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
SHIFTED = [*[5, 6] * 4, *[1, 2] * 4]


def chart(values, **settings):
    return control_chart(values, **{"better_when": BetterWhen.NEUTRAL, **settings})


def months(count: int) -> list[str]:
    return [f"{2021 + (i + 3) // 12}-{(i + 3) % 12 + 1:02}" for i in range(count)]


def svg(values, unit=Unit.COUNT, decimals=1, width=charts.WIDE, **settings) -> str:
    return control_svg(months(len(values)), chart(values, **settings), unit, decimals, width)
