"""A mistake in a cell of a notebook is said in a sentence, as on the command line, and not as a traceback."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from improvement_reports.domain.errors import Fault, InvalidInput, UserError
from improvement_reports.workspace.parameters import load_report
from improvement_reports.workspace.places import Project


@pytest.mark.parametrize(
    "error", [UserError("Month 13 is none."), InvalidInput("a.yml", [Fault("a.yml", "is empty; fill it")])]
)
def test_a_cell_says_what_is_wrong_and_nothing_else(error):
    shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
    said = []
    shell._showtraceback = lambda kind, value, lines: said.extend(lines)

    def refuse():
        raise error

    shell.user_ns["refuse"] = refuse
    result = shell.run_cell("refuse()")
    assert result.error_in_exec is error
    assert said == [str(error)]


def test_a_report_that_there_is_not_names_those_that_there_are(tmp_path):
    params = tmp_path / "params"
    for name in (
        "bury/2024-03-board",
        "bury/2024-04-board",
        "york/2024-03-board",
        "york/2023-01-cabinet",
        "york/notes",
    ):
        (params / name).parent.mkdir(parents=True, exist_ok=True)
        (params / f"{name}.yml").write_text("x: 1\n")
    project = Project(tmp_path)
    with pytest.raises(InvalidInput) as refused:
        load_report(project, project.report_params("york", "2024-03", "scrutiny"))
    assert refused.value.faults == [
        Fault(
            "params/york/2024-03-scrutiny.yml",
            "the file is missing; add it, or ask for a report that there is: york 2024-03 board, york 2023-01 cabinet,"
            " bury 2024-03 board and 1 more",
        )
    ]


def test_without_any_report_only_the_file_is_asked_for(tmp_path):
    project = Project(tmp_path)
    with pytest.raises(InvalidInput, match=r"the file is missing; add it$"):
        load_report(project, project.report_params("york", "2024-03", "scrutiny"))
