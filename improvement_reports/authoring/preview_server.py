"""The site on a port of this machine: what is served and to whom, and which pages are looked at.

A page is taken from the folder of pages that were made ahead of the site, where it is there, else from the site.
"""

import errno
import json
import os
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.templates import fill
from improvement_reports.site.policy import header_directives, policy_text
from improvement_reports.workspace.places import Project

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
# The policy that a page brings along, wherever it lies.
OWN_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy"[^>]*>\n?')
STATE_ADDRESS = "/-preview"  # no page can have it: no address of the site begins with a hyphen
AHEAD = "preview"  # folder of build/
# While the finished site is renamed into its place, a file is missing for an instant.
READ_TRIES, READ_PAUSE_SECONDS, SWAP_SECONDS = 4, 0.05, 5
# How long an open page waits for news before it asks again, and how long after it asked it counts as looked at.
WAIT_SECONDS = 20
LOOKED_AT_SECONDS = WAIT_SECONDS + 5
# Of more pages than these nobody looks at the rest.
MOST_LOOKED_AT = 3


@dataclass
class State:
    """What the open pages ask for: which site is served, and what is wrong with the last change."""

    # Of this process, so that a page of an earlier preview reloads too.
    start: str = field(default_factory=lambda: f"{os.getpid()}-{time.time_ns()}")
    builds: int = 0
    fault: str = ""
    news: int = 0
    _told: threading.Condition = field(default_factory=threading.Condition)

    @property
    def version(self) -> str:
        return f"{self.start}-{self.builds}"

    def tell(self, is_other: bool, fault: str) -> None:
        """What became of a change: whether the site is another, and what is wrong; pages that wait learn of it."""
        with self._told:
            self.builds += is_other
            if is_other or fault != self.fault:
                self.fault, self.news = fault, self.news + 1
                self._told.notify_all()

    def as_json(self, known: str = "", seconds: float = WAIT_SECONDS) -> bytes:
        """The state, at once or, for a page that knows all there is, as soon as there is news."""
        with self._told:
            if known:
                self._told.wait_for(lambda: known != self._name_of_news(), seconds)
            said = {"version": self.version, "fault": self.fault, "news": self._name_of_news()}
            return json.dumps(said).encode()

    def _name_of_news(self) -> str:
        return f"{self.start}-{self.news}"


class LookedAt:
    """The pages that are open somewhere, by their addresses, and the one that was asked for last."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}
        self._last = ""

    def ask(self, address: str) -> None:
        """A page was asked for: whoever asked may look at it for as long as no other page is asked for."""
        self._last = address
        self.wait(address)

    def wait(self, address: str) -> None:
        """An open page waits for news."""
        self._seen[address] = time.monotonic()

    def now(self) -> list[str]:
        """Addresses from the site's root, those first that gave a sign last; not more than anybody looks at."""
        since = time.monotonic() - LOOKED_AT_SECONDS
        self._seen = {page: at for page, at in list(self._seen.items()) if at > since or page == self._last}
        return sorted(self._seen, key=lambda page: -self._seen[page])[:MOST_LOOKED_AT]


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
            return self._state(parse_qs(address.query))
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
        if not path.is_relative_to(self.server.site):
            return self._missing()
        name = path.relative_to(self.server.site)
        content = read_of_site(self.server.ahead, self.server.ahead / name)
        if content is None:
            content = read_of_site(self.server.site, path, READ_TRIES)
        kind = self.guess_type(path)
        if kind == "text/html":
            self.server.asked(name.as_posix())
        if content is None:
            return self._missing()
        if kind == "text/html":
            content = with_script(content, state, self.nonce)
        return self._send(kind, content)

    def _state(self, query: dict[str, list[str]]) -> BytesIO:
        """What an open page waits for: it says which page it is and what it knows."""
        page = query.get("page", [""])[-1].lstrip("/")
        if page:
            self.server.looked_at.wait(f"{page}index.html" if page.endswith("/") else page)
        return self._send("application/json", self.server.state.as_json(query.get("news", [""])[-1]))

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
        for name, value in {**HEADERS, "Content-Security-Policy": policy(self.nonce)}.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format, *args):
        """Nothing: the terminal is for what was rebuilt."""


for _method in REFUSED_METHODS:
    setattr(Handler, f"do_{_method}", Handler._refuse)


class Server(ThreadingHTTPServer):
    """The site of a project on a port of this machine."""

    daemon_threads = True
    # On Windows the option would let two servers have one port.
    allow_reuse_address = os.name != "nt"

    def __init__(self, site: Path, port: int, ahead: Path | None = None):
        self.site, self.state = site, State()
        self.ahead = ahead or site / ".ahead"  # where there is none: nothing of a hidden folder is served
        self.looked_at = LookedAt()
        self.on_page: Callable[[str], None] = lambda address: None
        super().__init__((HOST, port), Handler)

    def asked(self, address: str) -> None:
        """A page was asked for, there or not."""
        self.looked_at.ask(address)
        self.on_page(address)

    def handle_error(self, request, client_address):
        """Nothing: a browser that leaves early is no fault."""


def read_of_site(site: Path, path: Path, tries: int = 1) -> bytes | None:
    """A file of the site, or None; nothing that lies outside the site, whatever the address or a link says.

    With several ``tries`` a site that is not there, for just then a new one is put in its place, is waited for.
    """
    for attempt in range(tries):
        if attempt:
            time.sleep(READ_PAUSE_SECONDS)
        if attempt == 1:
            _wait_for(site)
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


def _wait_for(site: Path) -> None:
    """On a busy machine more than an instant lies between the two renames that put a new site in the place of one."""
    until = time.monotonic() + SWAP_SECONDS
    while not site.is_dir() and time.monotonic() < until:
        time.sleep(READ_PAUSE_SECONDS)


def policy(nonce: str) -> str:
    """What a page may load and run: what it may on every host, and the one script that the preview puts into it."""
    directives = header_directives()
    script = f"{directives['script-src']} 'nonce-{nonce}'"
    return policy_text({**directives, "script-src": script, "script-src-attr": "'none'", "frame-ancestors": "'none'"})


def with_script(page: bytes, version: str, nonce: str = "") -> bytes:
    """A page with a script before its end, as it is served and never in the file: it asks every second whether the
    site is another by now, and says in a banner why a change is not on the page. The policy of the page, which knows
    nothing of that script, stands in the headers instead.
    """
    page = OWN_POLICY.sub(b"", page, count=1)
    values = {"version": version, "address": STATE_ADDRESS, "nonce": nonce}
    script = f"{fill('authoring/reload_script.html', **values)}\n".encode()
    head, end, tail = page.rpartition(b"</body>")
    return head + script + end + tail if end else page + script


def pages_ahead(project: Project) -> Path:
    """Pages that were made ahead of the site they belong to, each at its address."""
    return project.build / AHEAD


def open_server(project: Project, port: int) -> Server:
    try:
        return Server(project.site, port, pages_ahead(project))
    except OverflowError:
        raise UserError(f"{port} is not a port; choose one from 1024 to 65535.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"Port {port} is in use, perhaps by another preview"
        else:
            reason = f"Port {port} cannot be opened ({error.strerror})"
        raise UserError(f"{reason}; choose another with --port.") from None
