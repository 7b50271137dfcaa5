"""Serve the site on this machine only, and rebuild it whenever something that it is made from changes."""

import errno
import json
import os
import queue
import re
import secrets
import threading
import time
import traceback
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import typer
from watchfiles import DefaultFilter, watch

from improvement_reports import HOME
from improvement_reports.domain.errors import UserError
from improvement_reports.domain.templates import fill
from improvement_reports.workspace.locks import tell
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.processes import end_with_parent
from improvement_reports.workspace.troubles import in_words

HOST = "127.0.0.1"
OWN_NAME = re.compile(r"(127\.0\.0\.1|localhost)(:\d{1,5})?", re.IGNORECASE)
REFUSED_METHODS = ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT")
# No other site may show, embed or guess at what is served here.
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STATE_ADDRESS = "/-preview"  # no page can have it: no address of the site begins with a hyphen
FILES = ("index.qmd", "search.qmd", "_quarto.yml")
LOG = "preview.log"
END_SECONDS = 3
# While the finished site is renamed into its place, a file is missing for an instant.
READ_TRIES, READ_PAUSE_SECONDS = 4, 0.05


@dataclass
class State:
    """What the open pages ask for: which site is served, and what is wrong with the last change."""

    # Of this process, so that a page of an earlier preview reloads too.
    start: str = field(default_factory=lambda: f"{os.getpid()}-{time.time_ns()}")
    builds: int = 0
    fault: str = ""

    @property
    def version(self) -> str:
        return f"{self.start}-{self.builds}"

    def as_json(self) -> bytes:
        return json.dumps({"version": self.version, "fault": self.fault}).encode()


class Handler(SimpleHTTPRequestHandler):
    """Files of the site as they are now; pages with the script that reloads them."""

    server: "Server"
    # What a page needs to work, whatever this machine's own list of types says.
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".html": "text/html",
        ".css": "text/css",
        ".js": "text/javascript",
        ".json": "application/json",
        ".ipynb": "application/json",
        ".svg": "image/svg+xml",
        ".csv": "text/csv",
    }

    def __init__(self, request, address, server):
        self.nonce = secrets.token_urlsafe(16)
        super().__init__(request, address, server, directory=str(server.site))

    def send_head(self):
        """The headers of a file of the site; returns what to send after them, as the base class wants it."""
        if not self._is_for_us():
            return self._send("text/plain", b"This preview is for this machine only.\n", HTTPStatus.FORBIDDEN)
        if not self.path.startswith("/"):
            return self._missing()
        address = urlsplit(f"//{HOST}/{self.path.lstrip('/')}")
        if address.path == STATE_ADDRESS:
            return self._send("application/json", self.server.state.as_json())
        path = Path(self.translate_path(self.path))
        if address.path.endswith("/"):
            path /= "index.html"
        elif path.is_dir():
            self.send_response(HTTPStatus.FOUND)
            # One slash before a quoted path: it cannot lead to another host.
            self.send_header("Location", f"/{quote(unquote(address.path).strip('/'))}/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        state = self.server.state.version  # before the file is read: a page is never taken for newer than it is
        content = read_of_site(self.server.site, path)
        if content is None:
            return self._missing()
        kind = self.guess_type(path)
        if kind == "text/html":
            content = with_script(content, state, self.nonce)
        return self._send(kind, content)

    def _is_for_us(self) -> bool:
        """Another site that has its name point here must not read pages that are not published."""
        named = self.headers.get_all("Host") or []
        return len(named) == 1 and OWN_NAME.fullmatch(named[0].strip()) is not None

    def _refuse(self):
        """Every method that is not for reading."""
        self.send_response(HTTPStatus.METHOD_NOT_ALLOWED)
        self.send_header("Allow", "GET, HEAD")
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def _missing(self) -> BytesIO:
        """A page that reloads once the site is another, for what is not there yet."""
        page = fill("authoring/page_not_there.html", fault=self.server.state.fault)
        return self._send(
            "text/html", with_script(page.encode(), self.server.state.version, self.nonce), HTTPStatus.NOT_FOUND
        )

    def _send(self, kind: str, content: bytes, status: HTTPStatus = HTTPStatus.OK) -> BytesIO:
        text = kind.startswith("text/") or kind == "application/json"
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if text else kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return BytesIO(content)

    def end_headers(self):
        for name, value in {
            **HEADERS,
            "Content-Security-Policy": policy(self.nonce, self.server.inline_scripts),
        }.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format, *args):
        """Nothing: the terminal is for what was rebuilt."""


for _method in REFUSED_METHODS:
    setattr(Handler, f"do_{_method}", Handler._refuse)


class Server(ThreadingHTTPServer):
    """The site of a project on a port of this machine. ``inline_scripts``: whether its pages hold scripts, as Quarto's
    do.
    """

    daemon_threads = True
    # On Windows the option would let two servers have one port.
    allow_reuse_address = os.name != "nt"

    def __init__(self, site: Path, port: int, inline_scripts: bool = False):
        self.site, self.state, self.inline_scripts = site, State(), inline_scripts
        super().__init__((HOST, port), Handler)

    def handle_error(self, request, client_address):
        """Nothing: a browser that leaves early is no fault."""


def read_of_site(site: Path, path: Path) -> bytes | None:
    """A file of the site, or None; nothing that lies outside the site, whatever the address or a link says."""
    for attempt in range(READ_TRIES):
        if attempt:
            time.sleep(READ_PAUSE_SECONDS)
        try:
            real, home = path.resolve(), site.resolve()
            if not real.is_relative_to(home) or any(part.startswith(".") for part in real.relative_to(home).parts):
                return None
            if real.exists() and not real.is_file():
                return None
            return real.read_bytes()
        except (OSError, ValueError):
            continue
    return None


def policy(nonce: str, inline_scripts: bool) -> str:
    """What a page may load and run: its own files, and of scripts within it only ours, or also its own where it has
    any.

    The search needs compiled code (wasm); drawings and tables carry styles.
    """
    inline = "'unsafe-inline'" if inline_scripts else f"'nonce-{nonce}'"
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' 'wasm-unsafe-eval' {inline}",
            "script-src-attr 'none'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'self'",
            "frame-ancestors 'none'",
        ]
    )


def with_script(page: bytes, version: str, nonce: str = "") -> bytes:
    """A page with a script before its end, as it is served and never in the file: it asks every second whether the
    site is another by now, and says in a banner why a change is not on the page.
    """
    values = {"version": version, "address": STATE_ADDRESS, "nonce": nonce}
    script = f"{fill('authoring/reload_script.html', **values)}\n".encode()
    head, end, tail = page.rpartition(b"</body>")
    return head + script + end + tail if end else page + script


def open_server(project: Project, port: int, inline_scripts: bool = False) -> Server:
    try:
        return Server(project.site, port, inline_scripts)
    except OverflowError:
        raise UserError(f"{port} is not a port; choose one from 1024 to 65535.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"Port {port} is in use, perhaps by another preview"
        else:
            reason = f"Port {port} cannot be opened ({error.strerror})"
        raise UserError(f"{reason}; choose another with --port.") from None


def serve(project: Project, port: int, renderer: str) -> None:
    """Build the site, serve it, and rebuild it after each change, until Ctrl-C.

    A build that fails is said in its own words; the last good site stays. Raises a `UserError` if the port cannot be
    had.
    """
    from improvement_reports.site.build import choose_renderer

    inline_scripts = choose_renderer(renderer)[0] == "quarto"
    with (
        open_server(project, port, inline_scripts) as server,
        watching(project) as batches,
        Builder(project, renderer) as builder,
    ):
        try:
            typer.echo("Building the site.")
            report(server.state, "The site", builder.build())
            threading.Thread(target=server.serve_forever, daemon=True).start()
            try:
                typer.echo(f"Serving http://{HOST}:{server.server_port}/ and rebuilding what you save; Ctrl-C ends it.")
                while True:
                    changed = next_batch(batches)
                    if any(path.is_relative_to(HOME) for path in changed):
                        builder.restart()  # a running Python keeps the code that it began with
                    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
                    report(server.state, f"{project.relative(changed[0])}{more}", builder.build())
            finally:
                server.shutdown()
        except KeyboardInterrupt:
            typer.echo("")


# Building


@dataclass(frozen=True)
class Built:
    """What became of a build: whether the site is another, what is wrong, and how long it took."""

    changed: bool
    faults: tuple[str, ...]
    seconds: float


def report(state: State, what: str, built: Built) -> None:
    """Say in one line what became of a change; open pages reload if the site is another, or show the fault."""
    state.fault = "\n".join(built.faults)
    state.builds += built.changed
    if built.faults:
        typer.echo(f"{what}: not on the site ({built.seconds:.1f} s).\n{state.fault}", err=True)
    else:
        became = "rebuilt" if built.changed else "nothing on the site is different"
        typer.echo(f"{what}: {became} ({built.seconds:.1f} s).")


class Builder:
    """Builds the site in a process of its own.

    Ctrl-C does not reach it, so it ends without the traces of the kernels that it runs; a new one has the package's new
    code.
    """

    def __init__(self, project: Project, renderer: str):
        self.project, self.renderer, self.log = project, renderer, project.build / LOG

    def __enter__(self):
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._start()
        return self

    def _start(self) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(theirs, self.project.root, self.renderer, self.log))
        self.process.start()
        theirs.close()

    def build(self) -> Built:
        start = time.perf_counter()
        if not self.process.is_alive():
            self.restart()
        try:
            self.connection.send(None)
            while True:
                while not self.connection.poll(1):
                    pass
                if isinstance(said := self.connection.recv(), Built):
                    return said
                typer.echo(said, err=True)  # it waits for another call
        except (EOFError, OSError):  # something killed it; the next build gets a new one
            self.process.join(END_SECONDS)
            fault = f"The build ended unexpectedly; {self.project.relative(self.log)} says why."
            return Built(False, (fault,), time.perf_counter() - start)

    def restart(self) -> None:
        self.__exit__()
        self._start()

    def __exit__(self, *_) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.join(END_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def work(connection, root: Path, renderer: str, log: Path) -> None:
    """The other process: build each time something arrives, until the connection ends."""
    if hasattr(os, "setpgrp"):
        os.setpgrp()
    end_with_parent()
    with log.open("wb") as file:
        os.dup2(file.fileno(), 2)  # kernels write there too
    with suppress(EOFError, OSError):
        while True:
            connection.recv()
            connection.send(build(Project(root), renderer, connection.send))


def build(project: Project, renderer: str, say=tell) -> Built:
    """Build the site once; whatever is wrong is in the result, for one bad edit must not end the preview."""
    from improvement_reports.site.build import build_site

    start, faults, changed = time.perf_counter(), [], False
    try:
        summary = build_site(project, renderer, drafts=True, say=say)
        faults = [outcome.message for outcome in summary.failed]
        changed = any(o.subject == "site" and o.state == "done" for o in summary.outcomes)
    except UserError as error:
        faults = [str(error)]
    except Exception as error:
        traceback.print_exc()
        faults = [
            in_words(error, project.root)
            or f"{type(error).__name__}: {error} (trace: {project.relative(project.build / LOG)})"
        ]
    return Built(changed, tuple(faults), time.perf_counter() - start)


# What changes


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
def watching(project: Project):
    """A queue of what changed, from now on: a set of files for each pause in writing, or why nothing can be watched."""
    batches: queue.Queue[set[Path] | Exception] = queue.Queue()
    end = threading.Event()

    def put(folders: list[Path], recursive: bool, wanted) -> None:
        try:
            for batch in watch(*folders, watch_filter=wanted, recursive=recursive, stop_event=end):
                batches.put({Path(path) for _, path in batch})
        except Exception as error:
            batches.put(error)

    # The files at the root are watched through their folder, for an editor may replace a file by another.
    for arguments in (
        (watched_folders(project), True, SiteFilter()),
        ([project.root], False, lambda change, path: Path(path).name in FILES),
    ):
        threading.Thread(target=put, args=arguments, daemon=True).start()
    try:
        yield batches
    finally:
        end.set()


def next_batch(batches: queue.Queue) -> list[Path]:
    """Wait for a change; what came while the last one was built belongs to it."""
    found: set[Path] = set()
    while not found or not batches.empty():
        with suppress(queue.Empty):
            batch = batches.get(timeout=1)  # without a limit, Windows would not hear Ctrl-C
            if isinstance(batch, Exception):
                raise UserError(
                    f"The project's files cannot be watched ({batch}); try again with WATCHFILES_FORCE_POLLING=true."
                )
            found |= batch
    return sorted(found)
