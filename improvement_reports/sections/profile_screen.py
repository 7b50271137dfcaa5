"""The first screen of a profile: one sentence of verdict, the key measures with their lines, and what is unusual, what
changed most and what to ask. Places and changes are named where chance does not explain them.
"""

from markupsafe import Markup

from improvement_reports.domain.markup import linked_count, plain
from improvement_reports.domain.templates import as_markup, fill
from improvement_reports.facts.blocks import Block
from improvement_reports.method.standing import Standing
from improvement_reports.report import Report
from improvement_reports.sections.boxes import MOST, Box, filled
from improvement_reports.sections.profile import joint_words
from improvement_reports.sections.profile_figures import own_figure, rank_figure
from improvement_reports.sections.profile_key_table import is_worst, key_standings, other_value, profile_key_table
from improvement_reports.sections.profile_neighbours import first_year, formed
from improvement_reports.sections.profile_unusual import most_changed, needing_answers, unusual_standings


def profile_brief(report: Report) -> Block:
    """The first screen: where the authority stands, what moved, what is unusual, and what to ask."""
    chosen = key_standings(report)
    count = report.facts.count_standings
    is_tested = plain(count("judged")) != "0"
    return report.html(
        "sections/profile_screen.html",
        verdict=profile_verdict(report, chosen),
        table=profile_key_table(report, chosen),
        judged=linked_count(count("judged"), "change", "changes") if is_tested else "",
        by_chance=report.facts.expected_by_chance() if is_tested else "",
        first_year=first_year(report) or "",
        formed=formed(report) if first_year(report) else "",
        boxes=filled([_unusual(report), _changed(report), _questions(report, chosen)]),
    )


def profile_verdict(report: Report, chosen: list[Standing]) -> Markup:
    """How many measures stand in an outer quarter and how many moved, both by more than chance, and the key measure
    that stands furthest back.
    """
    count = report.facts.count_standings
    numbers = {key: count(key) for key in ("ranked", "best", "worst", "judged", "improving", "worsening")}
    # What is of a joint return is in none of these numbers.
    last = next((s for s in chosen if is_worst(s) and not joint_words(report, s.measure_id)), None)
    return fill(
        "sections/profile_verdict.html",
        **numbers,
        has_ranked=plain(numbers["ranked"]) != "0",
        is_one="1" in (plain(numbers["best"]), plain(numbers["ranked"])),
        has_judged=plain(numbers["judged"]) != "0",
        measures=linked_count(numbers["ranked"], "measure", "measures"),
        last=_furthest_back(report, last) if last else None,
    )


def _furthest_back(report: Report, s: Standing) -> dict[str, str]:
    """A measure with its value, England's and its rank."""
    return {
        "label": report.official.measure(s.measure_id).label,
        "value": report.facts.show(own_figure(report, s)),
        "england": other_value(report, s),
        "rank": report.facts.show(rank_figure(report, s)),
    }


def _when(report: Report, s: Standing) -> str:
    """The year of a value that is not of the report's own year, for a list without years."""
    return "" if s.year == int(report.params.month[:4]) else report.official.year_words(s.measure_id, s.year)


def _unusual(report: Report) -> Box:
    """Values beyond the limits for an authority of that size."""
    found = unusual_standings(report)
    items = [_listed(report, s, fence=s.fence) for s in found[:MOST]]
    return _box("What is unusual", items, "no_unusual", len(found) - MOST)


def _changed(report: Report) -> Box:
    """The largest changes that chance does not explain."""
    found = most_changed(report)
    items = [_listed(report, s, before=report.facts.show(own_figure(report, s, year=s.year - 1))) for s in found[:MOST]]
    return _box("What changed most", items, "no_changed", len(found) - MOST)


def _listed(report: Report, s: Standing, fence: str = "", before: str = "") -> Markup:
    return fill(
        "sections/profile_item.html",
        label=report.official.measure(s.measure_id).label,
        value=report.facts.show(own_figure(report, s)),
        fence=fence,
        before=before,
        when="; ".join(filter(None, (_when(report, s), joint_words(report, s.measure_id)))),
    )


def _box(title: str, items: list[Markup], none: str, rest: int) -> Box:
    """A box of measures, and where those stand that have no room in it; without any it says that there is none."""
    more = (f"and {rest} more", "what-changed-most-and-what-is-unusual") if rest > 0 else ("", "")
    return Box(title, items or [fill(f"sections/profile_{none}.html")], more)


def _questions(report: Report, chosen: list[Standing]) -> Box:
    """The questions of the key measures that need attention, then of all that do, then of the rest."""
    key = {s.measure_id for s in chosen}
    needing = needing_answers(report)
    asked = [*(s for s in chosen if s in needing), *(s for s in needing if s.measure_id not in key), *chosen]
    questions = dict.fromkeys(as_markup(report.official.measure(s.measure_id).question) for s in asked)
    return Box("Questions to ask", list(questions)[:MOST])
