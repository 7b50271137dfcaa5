"""What an executed notebook shows: its figures, and its blocks as sources of a page."""

from collections.abc import Iterator

from markupsafe import Markup

from improvement_reports.domain.alternatives import short_alternative
from improvement_reports.domain.markup import fenced
from improvement_reports.domain.templates import fill
from improvement_reports.facts.figures import MIME


def figures_of(notebook) -> list[dict]:
    """All figure records of an executed notebook in order of appearance, each once, with the index of its cell.

    Raises RuntimeError (a bug) if one id stands for two different figures.
    """
    found: dict[str, dict] = {}
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            for record in output.get("data", {}).get(MIME, {}).get("figures", []):
                known = found.setdefault(record["id"], {**record, "cell": index})
                if {**known, "cell": 0} != {**record, "cell": 0}:
                    raise RuntimeError(f"two different figures have the id {record['id']}")
    return list(found.values())


def chart_html(record: dict) -> Markup:
    """A chart on the page: finding, subtitle, drawing for wide and narrow screens, source, and the equivalent table.

    All of a chart's record but its alternative text is markup.
    """
    return fill(
        "chart.html",
        id=record["id"],
        name=record["id"].split(".", 1)[1],
        alt=short_alternative(record["alt"]),
        said=Markup(record.get("said", "")),
        **{name: Markup(record[name]) for name in ("finding", "subtitle", "table", "source")},
    )


def page_outputs(cell) -> Iterator[str]:
    """The Markdown of each output of a cell that belongs on the page."""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        record = data.get(MIME)
        if record is None:
            continue
        form = record["form"]
        if form == "prose":
            yield f"\n\n{data['text/markdown']}\n\n"
        elif form == "heading":
            yield f"\n\n{data['text/markdown']} {{#{record['anchor']}}}\n\n"
        elif form == "html":
            yield fenced(data["text/markdown"])
        elif form == "chart":
            yield fenced(chart_html(record))
