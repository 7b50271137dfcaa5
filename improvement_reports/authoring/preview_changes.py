"""What a person changes of what the site is made from."""

import queue
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

from watchfiles import DefaultFilter, watch

from improvement_reports import HOME
from improvement_reports.domain.errors import UserError
from improvement_reports.workspace.places import Project

FILES = ("index.qmd", "search.qmd", "404.qmd", "_quarto.yml")


class SiteFilter(DefaultFilter):
    """Not what editors, Excel, JupyterLab and Quarto leave beside a file while it is open."""

    def __call__(self, change, path: str) -> bool:
        parts = Path(path).parts
        beside = any(part.startswith((".", "~")) for part in parts[-2:]) or path.endswith(".tmp")
        # Quarto writes a page beside its source before it takes it to the site; the one page that is a source is in
        # theme/.
        quarto = any(part.endswith(("_files", ".quarto_ipynb")) for part in parts[-3:])
        page = path.endswith(".html") and parts[-2] != "theme"
        return not (beside or quarto or page) and super().__call__(change, path)


def watched_folders(project: Project) -> list[Path]:
    """The folders that the site is made from, those that are there, and the package."""
    folders = (project.raw, project.params, project.notebooks, project.theme, project.root / "about", HOME)
    return [folder for folder in folders if folder.is_dir()]


@contextmanager
def watching(project: Project, events: queue.Queue):
    """Into the queue what changes from now on: a set of files for each pause in writing, or why nothing is watched."""
    end = threading.Event()

    def put(folders: list[Path], recursive: bool, wanted) -> None:
        try:
            for batch in watch(*folders, watch_filter=wanted, recursive=recursive, stop_event=end):
                events.put({Path(path) for _, path in batch})
        except Exception as error:
            events.put(error)

    # The files at the root are watched through their folder, for an editor may replace a file by another.
    for arguments in (
        (watched_folders(project), True, SiteFilter()),
        ([project.root], False, lambda change, path: Path(path).name in FILES),
    ):
        threading.Thread(target=put, args=arguments, daemon=True).start()
    try:
        yield
    finally:
        end.set()


def next_event(events: queue.Queue) -> object:
    """Wait for what happens next; of changes all that are told by now, as one."""
    while True:
        with suppress(queue.Empty):
            event = events.get(timeout=1)  # without a limit, Windows would not hear Ctrl-C
            if isinstance(event, Exception):
                raise UserError(
                    f"The project's files cannot be watched ({event}); try again with WATCHFILES_FORCE_POLLING=true."
                )
            return _with_later_changes(event, events) if isinstance(event, set) else event


def _with_later_changes(changed: set[Path], events: queue.Queue) -> set[Path]:
    others = []
    with suppress(queue.Empty):
        while True:
            event = events.get_nowait()
            if isinstance(event, set):
                changed |= event
            else:
                others.append(event)
    for event in others:
        events.put(event)
    return changed
