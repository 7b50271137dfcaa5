"""Papermill as a run calls it: nothing is saved but what went wrong."""

import logging
import warnings
from pathlib import Path

import papermill
from papermill.engines import NBClientEngine, papermill_engines
from papermill.iorw import write_ipynb

from improvement_reports.runs.kernels import kernel_options
from improvement_reports.workspace.notebooks import KERNEL, literal

ENGINE = "improvement-reports"


class Kept(NBClientEngine):
    """Papermill's engine, which keeps hold of the notebook for whoever must save it where a run is cut short."""

    @classmethod
    def execute_notebook(cls, nb, kernel_name, kept=None, **options):
        kept.append(nb)
        return super().execute_notebook(nb, kernel_name, **options)


papermill_engines.register(ENGINE, Kept)


def run_papermill(template: Path, failed: Path, parameters: dict, cwd: Path, seconds: int, is_forked: bool):
    """A notebook with its outputs; where this raises what papermill or nbclient do, ``failed`` holds it as far as it
    came.

    Nothing is saved on the way: to check and write a whole notebook again for each of its cells takes longer than the
    cells do.
    """
    logging.getLogger("papermill").setLevel(logging.ERROR)
    kept: list = []
    with warnings.catch_warnings(), kernel_options(cwd if is_forked else None) as options:
        warnings.simplefilter("ignore")
        try:
            return papermill.execute_notebook(
                literal(template),
                None,
                parameters=parameters,
                engine_name=ENGINE,
                kernel_name=KERNEL,
                cwd=str(cwd),
                progress_bar=False,
                log_output=False,
                execution_timeout=seconds,
                kept=kept,
                **options,
            )
        except BaseException:  # a cell that fails or never ends, a kernel that died, Ctrl-C
            for notebook in kept:
                write_ipynb(notebook, str(failed))
            raise
