"""Some cells of a published notebook, run again with an edition's own code: for one figure, not for a whole report.

One interpreter prepares the recorded inputs and runs the cells: to start a kernel for them would take longer than they
do. What was prepared by this machine from just these inputs, with just this code, is kept and taken again: an auditor
asks for one figure after the other.
"""

import json
import shutil
from pathlib import Path

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.vocabulary import WITHOUT_RETURN
from improvement_reports.editions.inputs import Places
from improvement_reports.editions.kept_code import PACKAGE, Files
from improvement_reports.editions.rebuild import COMMAND, PREPARE_SECONDS, Rebuilt, prepare_fault, run_own
from improvement_reports.workspace.files import digest
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.stamps import Stamp, digests

REBUILT_FOLDER = "rebuilt"  # folder of build/
# An edition's prepared inputs are some megabytes.
MOST_KEPT = 8
# Arguments: the command that prepares ("" for none), the cells, and where to write what they show.
SCRIPT = """
import json, sys
prepare, cells, output = json.loads(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]
if prepare:
    sys.argv[1:] = prepare
    try:
        exec({command!r})
    except SystemExit as end:
        if end.code:
            raise
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
shell, shown, fault = InteractiveShell.instance(), [], ""
shell.history_manager.enabled = False
for cell in cells:
    with capture_output() as said:
        done = shell.run_cell(cell, store_history=True)
    shown.append([[o.data, o.metadata or {{}}] for o in said.outputs])
    if not done.success:
        fault = done.error_in_exec or done.error_before_exec
        fault = f"{{type(fault).__name__}}: {{fault}}"
        break
with open(output, "w", encoding="utf-8") as file:
    json.dump([shown, fault], file)
"""


def outputs_again(project: Project, rebuilt: Rebuilt, places: Places, code: Files, job: tuple[str, str], cells: list):
    """The notebook of these cells with what they show, run in ``rebuilt``, whose returns were not prepared yet.

    ``job``: authority and kind. Raises a `UserError` if the code does not accept the inputs, or a cell fails.
    """
    from nbformat.notebooknode import from_dict

    authority, kind = job
    kept = _kept(project, places, code)
    prepare = ["prepare", "--authority", authority] if kind not in WITHOUT_RETURN and not kept.holds() else []
    if kept.holds():
        shutil.copytree(kept.path.with_suffix(""), rebuilt.project.processed)
    output = rebuilt.project.root / "shown.json"
    sources = json.dumps([cell.source for cell in cells])
    said = run_own(
        rebuilt,
        SCRIPT.format(command=COMMAND.format(package=PACKAGE)),
        [json.dumps(prepare), sources, output],
        PREPARE_SECONDS,
    )
    if not output.is_file():
        raise prepare_fault(said)
    shown, fault = json.loads(output.read_text(encoding="utf-8"))
    if fault:
        raise UserError(f"A cell of the published notebook failed: {fault}")
    if not kept.holds():
        _keep(kept, rebuilt.project.processed)
    return from_dict({"cells": [_with_outputs(c.source, out) for c, out in zip(cells, shown, strict=True)]})


def _with_outputs(source: str, outputs: list) -> dict:
    """A cell of code with what it showed; nobody writes it to a file, so nobody checks it against the format."""
    shown = [{"output_type": "display_data", "data": data, "metadata": metadata} for data, metadata in outputs]
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": shown}


def _kept(project: Project, places: Places, code: Files) -> Stamp:
    """What was prepared from these inputs with this code: the folder beside the stamp, without its suffix."""
    key = digest([{name: sha256 for name, (_, sha256) in places.items()}, {n: digest(c) for n, c in code.items()}])
    folder = project.build / REBUILT_FOLDER / key[:32]
    return Stamp(folder.with_suffix(".json"), key, lambda: digests(folder))


def _keep(kept: Stamp, processed: Path) -> None:
    """Keep what was prepared, and of all that is kept the newest."""
    if not processed.is_dir():
        return
    folder = kept.path.with_suffix("")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(processed, folder)
    kept.set()
    for old in sorted(folder.parent.glob("*.json"), key=lambda p: p.stat().st_mtime_ns)[:-MOST_KEPT]:
        shutil.rmtree(old.with_suffix(""), ignore_errors=True)
        old.unlink(missing_ok=True)
