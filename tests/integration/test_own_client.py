"""What cells display is taken as papermill's own client takes it."""

import nbformat
import papermill

from improvement_reports.runs.engine import run_papermill
from improvement_reports.runs.kernels import kernel_options
from improvement_reports.runs.run import strip_run
from improvement_reports.workspace.notebooks import KERNEL

SHOWN = "from IPython.display import clear_output, display\n"
CELLS = [
    SHOWN
    + "display({'text/markdown': 'one', 'application/x+json': {'a': [1, {'b': None}]}}, raw=True)\ndisplay('two')",
    "h = display({'text/plain': 'first'}, raw=True, display_id='h', metadata={'text/plain': {'m': 1}})\ndisplay('x')",
    "h.update({'text/plain': 'updated'}, raw=True)\ndisplay('between')",
    "display('gone')\nclear_output(wait=True)\ndisplay('kept')\ndisplay('more')",
    "display('said'); print('text'); 1 + 1",
]


def test_outputs_are_those_of_papermill(tmp_path):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c, id=f"c{n}") for n, c in enumerate(CELLS)])
    template, executed = tmp_path / "template.ipynb", tmp_path / "executed.ipynb"
    nbformat.write(book, template)
    options = {"kernel_name": KERNEL, "cwd": str(tmp_path), "progress_bar": False}
    plain = papermill.execute_notebook(str(template), str(executed), **options)
    own = run_papermill(template, tmp_path / "failed.ipynb", {}, tmp_path, 600, kernel_options(tmp_path))
    nbformat.validate(own)
    for made in (plain, own):
        strip_run(made)
    assert [cell.outputs for cell in own.cells] == [cell.outputs for cell in plain.cells]
    assert [[o.output_type for o in cell.outputs] for cell in own.cells][3] == ["display_data"] * 2
    assert own.cells[1].outputs[0].data == {"text/plain": "updated"}
    assert [[type(o) for o in cell.outputs] for cell in own.cells] == [
        [type(o) for o in c.outputs] for c in plain.cells
    ]
