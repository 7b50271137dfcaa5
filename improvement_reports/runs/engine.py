"""Papermill as a run calls it: its steps one by one, and nothing is saved but what went wrong."""

import logging
import warnings
from contextlib import AbstractContextManager
from pathlib import Path

from nbformat.notebooknode import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.execute import prepare_notebook_metadata, raise_for_execution_errors, remove_error_markers
from papermill.iorw import load_notebook_node, write_ipynb
from papermill.parameterize import parameterize_notebook
from papermill.utils import chdir

from improvement_reports.workspace.notebooks import KERNEL

ENGINE = "improvement-reports"
START_SECONDS = 300  # for a kernel to begin, on a busy machine; one that ended before is not waited for


class _Client(PapermillNotebookClient):
    """Papermill's client, which takes what a cell displays as it is: whoever runs a notebook checks all of it at its
    end, and to check each output by itself takes nbformat several times as long.
    """

    def output(self, outs, msg, display_id, cell_index):
        is_hooked = self.output_hook_stack[msg["parent_header"].get("msg_id")]
        if msg["msg_type"] != DISPLAYED or display_id or is_hooked or self.clear_before_next_output:
            return super().output(outs, msg, display_id, cell_index)
        content = msg["content"]
        shown = NotebookNode()
        # Past its own way to set what it holds, which makes each dictionary in it anew, down to the last.
        dict.update(shown, output_type=DISPLAYED, metadata=content["metadata"], data=content["data"])
        outs.append(shown)
        return shown


DISPLAYED = "display_data"


class Kept(NBClientEngine):
    """Papermill's engine, which keeps hold of the notebook for whoever must save it where a run is cut short."""

    @classmethod
    def execute_notebook(cls, nb, kernel_name, kept=None, **options):
        kept.append(nb)
        return super().execute_notebook(nb, kernel_name, **options)

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **options):
        """As of papermill, by the client above; ``options``: those that `run_papermill` gives."""
        return _Client(
            nb_man,
            kernel_name=kernel_name,
            startup_timeout=options.pop("start_timeout"),
            timeout=options.pop("execution_timeout"),
            log=logging.getLogger("papermill"),
            **{name: option for name, option in options.items() if name != "input_path"},
        ).execute()


papermill_engines.register(ENGINE, Kept)


def run_papermill(
    template: Path,
    failed: Path,
    parameters: dict,
    cwd: Path,
    seconds: int | None,
    kernel: AbstractContextManager[dict],
    kept: list | None = None,
):
    """A notebook with its outputs; where this raises what papermill or nbclient do, ``failed`` holds it as far as it
    came. ``kernel``: one of `kernels`; ``kept``: is given the notebook as it begins.

    These are the steps of `papermill.execute_notebook` without its saves: to check and write a whole notebook again for
    each of its cells takes longer than the cells do, and once more at the end as long as the rest of a run.
    """
    logging.getLogger("papermill").setLevel(logging.ERROR)
    kept = [] if kept is None else kept
    with warnings.catch_warnings(), kernel as options:
        warnings.simplefilter("ignore")
        try:
            notebook = load_notebook_node(str(template))
            if parameters:
                notebook = parameterize_notebook(notebook, parameters, kernel_name=KERNEL, engine_name=ENGINE)
            notebook = remove_error_markers(prepare_notebook_metadata(notebook, str(template), None))
            with chdir(str(cwd)):
                notebook = papermill_engines.execute_notebook_with_engine(
                    ENGINE,
                    notebook,
                    kernel_name=papermill_engines.nb_kernel_name(ENGINE, notebook, KERNEL),
                    input_path=str(template),
                    output_path=None,
                    progress_bar=False,
                    log_output=False,
                    start_timeout=START_SECONDS,
                    execution_timeout=seconds,
                    kept=kept,
                    **options,
                )
            raise_for_execution_errors(notebook, None)
            return notebook
        except BaseException:  # a cell that fails or never ends, a kernel that died, Ctrl-C
            for notebook in kept:
                write_ipynb(notebook, str(failed))
            raise
