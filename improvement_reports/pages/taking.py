"""What a reader may take from a report's page: a chart as a picture, its values, those of a table, and a way to cite.

The files are made when the site is (`site.take_away`), from the charts and figures of the edition; here the page says
where they will be. Only the page of a newest edition offers them.
"""

import re
from collections.abc import Collection

from improvement_reports.domain.templates import fill
from improvement_reports.pages.frame import Frame

CHARTS, TABLES = "charts", "tables"  # folders beside the figures of an edition
CHART = re.compile(r'(<figure class="chart" id="(?P<id>[^"]+)">.*?)(</figure>)', re.DOTALL)
TABLE = re.compile(
    r'(<div class="table-block" id="(?P<id>[^"]+)">.*?<p class="source">(?:(?!</div>).)*?)(</p>)', re.DOTALL
)
OFFERED = re.compile('<p class="take">')  # the line under a chart
# What the site has of these, by the address; the chart itself is a file of the edition.
TAKEN = re.compile(r"(?P<edition>.*?)(?:charts/(?P<chart>[\w.-]+)\.(?:png|csv|picture\.svg)|tables/[\w.-]+\.csv)")

REPORT = re.compile(r"reports/[^/]+/\d{4}-\d{2}/[^/]+")  # where the page of a report lies
ON_PAPER = frozenset({"brief.pdf", "report.pdf", "report.docx"})  # made from the page of a report (`sheets`), beside it


def chart_name(figure_id: str) -> str:
    """The file name of a chart, by the id of its figure.

    >>> chart_name("chart.referrals")
    'referrals'
    """
    return figure_id.split(".", 1)[1]


def with_ways_to_take(text: str, frame: Frame) -> str:
    """A text of a page with one small line under each chart, and a link beside the source of each table."""
    if not frame.takes:
        return text

    def chart(match: re.Match[str]) -> str:
        name, id_ = chart_name(match["id"]), match["id"]
        line = fill("pages/take_chart.html", folder=f"{frame.prefix}{CHARTS}/", name=name, id=id_)
        return f"{match[1]}{line}\n{match[3]}"

    def table(match: re.Match[str]) -> str:
        address = f"{frame.prefix}{TABLES}/{match['id']}.csv"
        return f"{match[1]}{fill('pages/take_table.html', address=address)}{match[3]}"

    return TABLE.sub(table, CHART.sub(chart, text))


def is_taken(name: str, there: Collection[str]) -> bool:
    """Whether a file is what the site makes of a chart or a table of an edition that is there."""
    found = TAKEN.fullmatch(name)
    if found is None:
        return False
    made_of = f"charts/{found['chart']}.svg" if found["chart"] else "figures.json"
    return f"{found['edition']}{made_of}" in there


def is_on_paper(name: str, pages: Collection[str]) -> bool:
    """Whether a file is one of those for paper that are made from a page that is there."""
    folder, _, file = name.rpartition("/")
    return file in ON_PAPER and f"{folder}/index.html" in pages and REPORT.fullmatch(folder) is not None
