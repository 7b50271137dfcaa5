"""What real papers hold beside dates and numbers, each with its place on the page."""

from damage import write
from lxml import html

from improvement_reports import sections
from improvement_reports.report import open_report
from improvement_reports.returns.prepare import prepare_return


def opened(project, *damages, kind: str = "board"):
    """The report of a return with more in it than the small one has."""
    for damage in damages:
        damage(project)
    prepare_return(project, "exampleshire", "2024-02")
    prepare_return(project, "exampleshire", "2024-03")
    return open_report("exampleshire", "2024-03", kind, project)


def cells(block) -> list[list[str]]:
    """The texts of the cells of a block's first table, row by row."""
    root = html.fragment_fromstring(str(block.text), create_parent="div")
    return [[" ".join(c.text_content().split()) for c in r.iter("th", "td")] for r in root.iter("tr")]


STEPS = """action_id,priority_id,text,owner,due,due_words,status,source_id,locator
visits,,Visit each team.,Head of service,,ongoing,in_progress,board-2024-03,Page 2
audit,,Audit the files.,Head of service,,Q1 2024/25,in_progress,board-2024-03,Page 2
plan,,Write the plan.,Head of service,2024-05,,in_progress,board-2024-03,Page 2
"""


def test_steps_are_due_in_the_words_of_the_plan(project):
    report = opened(project, write("actions.csv", STEPS))
    assert [row[-1] for row in cells(sections.actions(report))] == ["When", "ongoing", "due Q1 2024/25", "due May 2024"]
    from improvement_reports.sections.boxes import being_done

    shown = [str(item) for item in being_done(report, []).items]
    assert [s.rsplit(", ", 1)[1] for s in shown] == ["due May 2024", "due Q1 2024/25", "ongoing"]
