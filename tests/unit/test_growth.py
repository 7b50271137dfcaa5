"""What a later month asks for does not grow with the months before it: calls are counted, not seconds."""

import pandas as pd
from caches import forget_everything
from suppression_tables import COUNT, MEASURES

from improvement_reports.method import disclosure, narrowing, spans
from improvement_reports.method.disclosure import withhold_more
from improvement_reports.method.spans import shift
from improvement_reports.method.suppression import suppress

COUNTED = ((spans, "_give_way"), (narrowing, "Line"), (disclosure, "_is_possible"))


def returned(number: int) -> pd.DataFrame:
    """One month and, each third month, its quarter; every fifth month is small."""
    month = shift("2014-01", number)
    rows = [("month", month, 3.0 if number % 5 == 4 else 20.0 + number)]
    rows += [("quarter", month, 60.0 + 3 * number)] if number % 3 == 2 else []
    return pd.DataFrame(
        [
            {"measure_id": COUNT, "area": "home", "category": "", "period_type": t, "period": p, "value": v}
            for t, p, v in rows
        ]
    ).assign(numerator=float("nan"), denominator=float("nan"), change=float("nan"), value_status="published")


def test_the_last_of_many_months_asks_for_no_more_than_the_last_of_few(monkeypatch):
    assert forget_everything()
    calls = dict.fromkeys((name for _, name in COUNTED), 0)

    def counting(name, function):
        def count(*given):
            calls[name] += 1
            return function(*given)

        return count

    for module, name in COUNTED:
        monkeypatch.setattr(module, name, counting(name, getattr(module, name)))
    earlier: list[pd.DataFrame] = []
    asked: list[dict[str, int]] = []
    for number in range(120):
        before = dict(calls)
        earlier.append(withhold_more(suppress(returned(number), MEASURES, earlier), earlier, MEASURES))
        asked.append({name: calls[name] - before[name] for name in calls})
    assert sum(calls.values()) > 120  # something was asked for
    assert forget_everything()
    before = dict(calls)
    withhold_more(suppress(returned(119), MEASURES, earlier[:119]), earlier[:119], MEASURES)
    assert calls["_is_possible"] - before["_is_possible"] <= 3 * max(a["_is_possible"] for a in asked)  # a new process
    few, many = asked[30:60], asked[90:120]  # as many quarters and small months in each
    for name in calls:
        assert sum(a[name] for a in many) <= 1.2 * sum(a[name] for a in few) + 2, (name, few[-1], many[-1])
