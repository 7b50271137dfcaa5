"""The preview: what it serves and to whom, that the built files stay as they are, and that a change is seen."""

import http.client
import json
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from conftest import ROOT
from marked_processes import PATIENCE, wait_until

from improvement_reports.authoring import preview_changes, preview_server, preview_worker
from improvement_reports.authoring.preview import Ended, Session
from improvement_reports.authoring.preview_changes import SiteFilter, next_event, watching
from improvement_reports.authoring.preview_server import LookedAt, Server, State, open_server
from improvement_reports.authoring.preview_turn import Turn
from improvement_reports.authoring.preview_worker import Built, Said, build
from improvement_reports.domain.errors import UserError
from improvement_reports.workspace.files import swap_in
from improvement_reports.workspace.places import ROOT_VARIABLE, Project

PAGE = b"<!DOCTYPE html>\n<html><body><h1>Home</h1></body></html>\n"


@pytest.fixture
def small(tmp_path) -> Project:
    """A project that is nothing but a built site, with a secret beside it."""
    project = Project(tmp_path.resolve())
    (project.site / "reports").mkdir(parents=True)
    for path in ("index.html", "reports/index.html"):
        (project.site / path).write_bytes(PAGE)
    (project.site / "site.css").write_text("body { color: black }", encoding="utf-8")
    (project.root / "secret.txt").write_text("secret", encoding="utf-8")
    return project


@pytest.fixture
def server(small):
    with open_server(small, 0) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


def get(server: Server | int, address: str, method: str = "GET", **headers):
    """(status, headers, body) of a request whose address goes out just as it is written here."""
    port = server if isinstance(server, int) else server.server_port
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.putrequest(method, address, skip_host=True, skip_accept_encoding=True)
    for name, value in {"Host": f"127.0.0.1:{port}", **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, response.headers, body


def without_script(page: bytes) -> bytes:
    """A page without what the preview adds to it, which is another for each answer."""
    return page.split(b"<script nonce=", 1)[0]


def test_a_page_is_served_with_the_script_and_stays_as_it_was_built(small, server):
    status, headers, body = get(server, "/")
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, "text/html; charset=utf-8", "no-store")
    assert f'seen = "{server.state.version}"'.encode() in body and body.count(b"<script ") == 1
    assert re.sub(rb"<script nonce=.*</script>\n", b"", body, flags=re.DOTALL) == PAGE
    assert (small.site / "index.html").read_bytes() == PAGE


def test_other_files_are_served_as_they_are(server):
    status, headers, body = get(server, "/site.css", **{"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"})
    assert (status, headers["Content-Type"], body) == (200, "text/css; charset=utf-8", b"body { color: black }")
    assert headers["Last-Modified"] is headers["ETag"] is None


def test_a_head_request_has_no_body(server):
    status, headers, body = get(server, "/", "HEAD")
    assert (status, body) == (200, b"") and int(headers["Content-Length"]) > len(PAGE)


def test_a_folder_leads_to_its_page(server):
    status, headers, _ = get(server, "/reports?from=elsewhere")
    assert (status, headers["Location"]) == (302, "/reports/")
    assert get(server, "/reports/")[0] == 200


@pytest.mark.parametrize(
    "address",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/reports/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "//../secret.txt",
        "/link.txt",
        "/linked/secret.txt",
        "/%00",
        "/missing.html",
        "/-previews",
        "/.hidden",
        "/.git/config",
        "/reports/%2ehidden",
        "http://127.0.0.1/index.html",
        "/pipe",
        "/%2e%2e%2f%2e%2e%2fetc/passwd",
        "/reports/....//....//secret.txt",
    ],
)
def test_nothing_outside_the_site_is_served(small, server, address):
    (small.site / ".git").mkdir()
    for name in (".hidden", ".git/config", "reports/.hidden"):
        (small.site / name).write_text("secret", encoding="utf-8")
    if sys.platform != "win32":
        os.mkfifo(small.site / "pipe")
        (small.site / "link.txt").symlink_to(small.root / "secret.txt")
        (small.site / "linked").symlink_to(small.root, target_is_directory=True)
    status, _, body = get(server, address)
    assert status == 404 and b"secret" not in body
    assert b"not on the site" in body and b"<script nonce=" in body  # a page that comes later is shown when it is there


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:9", 200),
        ("127.0.0.1", 200),
        ("LOCALHOST", 200),
        ("evil.example", 403),
        ("", 403),
        ("localhost.evil.example", 403),
        ("evil@localhost", 403),
        ("localhost@evil.example", 403),
        ("127.0.0.1.nip.io", 403),
        ("[", 403),
        ("0.0.0.0", 403),
        ("localhost:", 403),
    ],
)
def test_only_this_machine_is_served(server, host, status):
    server.state.fault = "The return has 1 fault."
    found, _, body = get(server, "/", Host=host)
    assert found == status and b"fault." not in body
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
def test_the_site_is_only_read(server, method):
    status, headers, body = get(server, "/", method)
    assert (status, headers["Allow"], body) == (405, "GET, HEAD", b"")


@pytest.mark.parametrize(
    ("address", "method", "host"),
    [
        ("/", "GET", ""),
        ("/site.css", "HEAD", ""),
        ("/missing", "GET", ""),
        ("/reports", "GET", ""),
        ("/", "POST", ""),
        ("/", "GET", "evil.example"),
        ("/", "NONE", ""),
        (preview_server.STATE_ADDRESS, "GET", ""),
    ],
)
def test_every_answer_says_what_it_may_be_used_for(server, address, method, host):
    _, headers, _ = get(server, address, method, **({"Host": host} if host else {}))
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin" and headers["X-Frame-Options"] == "DENY"
    rules = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == rules["script-src-attr"] == rules["frame-ancestors"] == "'none'"
    assert "'unsafe-inline'" not in rules["script-src"] and "'unsafe-eval'" not in rules["script-src"]
    assert not re.search(r"https?:|\*", headers["Content-Security-Policy"])


def test_only_the_script_of_the_preview_may_run_within_a_page(server):
    """And it is another one each time: a script that somebody put into a page cannot know it."""
    answers = [get(server, "/") for _ in range(2)]
    nonces = [re.search(rb'<script nonce="([\w-]+)">', body)[1].decode() for _, _, body in answers]
    assert nonces[0] != nonces[1]
    for nonce, (_, headers, _) in zip(nonces, answers, strict=True):
        assert f"'nonce-{nonce}'" in headers["Content-Security-Policy"]


def test_the_policy_that_a_page_brings_along_does_not_keep_the_script_of_the_preview_from_running():
    page = b'<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="x"></head><body></body>'
    served = preview_server.with_script(page, "1", "n")
    assert b"Content-Security-Policy" not in served and b'<script nonce="n">' in served


def test_pages_learn_of_builds_and_faults(server):
    def state():
        return get(server, preview_server.STATE_ADDRESS)[2].decode()

    first = state()
    assert server.state.version in first and '"fault": ""' in first
    server.state.tell(False, "The return has 1 fault.")
    assert "The return has 1 fault." in state() and server.state.version in first
    server.state.tell(True, "")
    assert '"fault": ""' in state() and server.state.version not in first


def test_a_page_that_knows_all_waits_until_there_is_news(server):
    known = json.loads(get(server, preview_server.STATE_ADDRESS)[2])["news"]
    answers = []
    address = f"{preview_server.STATE_ADDRESS}?page=%2Freports%2F&news={known}"
    thread = threading.Thread(target=lambda: answers.append(json.loads(get(server, address)[2])))
    thread.start()
    assert wait_until(lambda: server.looked_at.now() == ["reports/index.html"])
    thread.join(0.3)
    assert thread.is_alive()
    server.state.tell(False, "")  # the same as before is no news
    thread.join(0.3)
    assert thread.is_alive()
    server.state.tell(True, "")
    thread.join(PATIENCE)
    assert answers[0]["version"] == server.state.version and answers[0]["news"] != known


def test_a_new_preview_is_another_version():
    assert State().version != State().version


def test_pages_are_there_while_the_site_is_swapped(small, server):
    """As `build_site` does it: a staging folder is renamed into the place of the site."""
    end = threading.Event()

    def swap():
        number = 0
        while not end.is_set():
            stage = small.root / f"stage-{number}"
            stage.mkdir()
            (stage / "index.html").write_bytes(PAGE)
            swap_in(stage, small.site)
            number += 1

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        assert {get(server, "/")[0] for _ in range(150)} == {200}
    finally:
        end.set()
        thread.join()


def test_a_site_that_is_put_in_its_place_slowly_is_waited_for(small, server):
    """Whoever does that may be held up between the two renames."""
    away = small.site.rename(small.root / "away")
    late = threading.Timer(1, away.rename, [small.site])
    late.start()
    assert get(server, "/")[0] == 200
    late.join()


def test_a_port_in_use_is_one_sentence(small):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=rf"^Port {port} is in use.*; choose another with --port\.$"):
            open_server(small, port)


@pytest.mark.parametrize("port", [-1, 65536, 10**30])
def test_a_number_that_is_no_port_is_one_sentence(small, port):
    with pytest.raises(UserError, match=rf"^{port} is not a port; choose one from 1024 to 65535\.$"):
        open_server(small, port)


def test_whatever_is_wrong_with_a_build_is_a_fault_and_not_an_end(small, capsys):
    built = build(small, "pandoc", print)  # not a project: no _quarto.yml, no parameters
    assert not built.changed and len(built.faults) == 1 and built.faults[0]


# What is watched


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("data/raw/a/2021-04/observations.csv", True),
        ("data/raw/a/2021-04/return.xlsx", True),
        ("data/raw/a/2021-04/~$return.xlsx", False),
        ("data/raw/a/2021-04/.~lock.return.xlsx#", False),
        ("data/raw/a/2021-04/narrative/next.md", True),
        ("data/raw/a/2021-04/narrative/.next.md.swp", False),
        ("data/raw/a/2021-04/narrative/next.md~", False),
        ("notebooks/.ipynb_checkpoints/board-checkpoint.ipynb", False),
        ("notebooks/board.ipynb", True),
        ("about/method.qmd", True),
        ("about/method.quarto_ipynb", False),
        ("about/method.html", False),
        ("about/method_files/figure-html", False),
        ("about/method_files/mediabag/a.png", False),
        ("theme/page.html", True),
    ],
)
def test_only_what_a_person_saved_counts(path, wanted):
    assert SiteFilter()(None, str(Path("project") / path)) is wanted


def told(events: queue.Queue) -> set[Path]:
    """What was told by now."""
    return set() if events.empty() else next_event(events)


def test_sees_changes_at_the_root_and_below_but_not_of_the_build(small):
    for folder in (small.raw, small.theme, small.build):
        folder.mkdir(parents=True)
    events = queue.Queue()
    with watching(small, events):
        begun = {small.root / "_quarto.yml", small.raw / "begun.csv"}
        for path in begun:  # a watch takes a moment to begin: until then nothing is told
            assert wait_until(lambda path=path: path.write_bytes(b"") or path in told(events))
        (small.site / "index.html").write_bytes(b"built")
        (small.build / "run.json").write_bytes(b"{}")
        (small.root / "secret.txt").write_bytes(b"other")
        (small.root / ".index.qmd.new").write_bytes(b"# Home")
        (small.root / ".index.qmd.new").replace(small.root / "index.qmd")  # as many editors save
        (small.raw / "a.csv").write_bytes(b"1")
        wanted, seen = {small.root / "index.qmd", small.raw / "a.csv"}, set()
        assert wait_until(lambda: seen.update(told(events)) or wanted <= seen)
        assert seen - begun == wanted


def test_changes_that_were_told_meanwhile_are_taken_as_one():
    events = queue.Queue()
    for event in ({Path("a")}, "reports/index.html", {Path("b")}):
        events.put(event)
    assert next_event(events) == {Path("a"), Path("b")}
    assert next_event(events) == "reports/index.html"


def test_a_watch_that_fails_is_a_sentence(small, monkeypatch):
    def fail(*paths, **options):
        raise OSError("no space left on device")

    monkeypatch.setattr(preview_changes, "watch", fail)
    events = queue.Queue()
    with watching(small, events), pytest.raises(UserError, match="cannot be watched"):
        next_event(events)


# What is done first


BOARD = "reports/a/2021-04/board/index.html"


class Asked(list):
    """A worker that only notes what it is asked for."""

    def ask(self, pages):
        self.append(pages)

    def forget(self):
        self.append("forget")

    def restart(self):
        self.append("restart")


@pytest.fixture
def session(small) -> Session:
    (small.site / "index.html").write_bytes(PAGE)
    found = Session(small, State(), LookedAt(), Asked(), True)
    found.is_behind = False
    return found


def test_the_page_that_is_looked_at_comes_first_and_the_rest_behind_it(session, capsys):
    session.looked_at.wait(BOARD)
    session.take({session.project.raw / "a" / "x.csv"})
    assert session.worker == [[BOARD]]
    before = session.state.version
    session.take(Turn((BOARD,), True, (), 1.2))
    assert session.worker == [[BOARD], None] and session.state.version != before
    before = session.state.version
    session.take(Built(True, (), 9.0))
    assert session.worker == [[BOARD], None] and session.state.version != before and not session.is_behind
    assert capsys.readouterr().out == (
        f"{Path('data/raw/a/x.csv')}: on the page; the rest follows (1.2 s).\nThe rest: rebuilt (9.0 s).\n"
    )


def test_a_change_ends_the_rest_for_the_page_that_is_looked_at(session):
    session.looked_at.wait(BOARD)
    session.take({session.project.raw / "x.csv"})
    session.take(Turn((BOARD,), True, (), 1.0))
    session.take({session.project.raw / "y.csv"})
    assert session.worker == [[BOARD], None, [BOARD]]
    session.take({session.project.raw / "z.csv"})  # while the page is made: it may have been read too early
    assert session.worker[3:] == ["forget", [BOARD]]


def test_where_nobody_looks_the_rest_is_begun_at_once_and_again(session, capsys):
    for name in ("x.csv", "y.csv"):
        session.take({session.project.raw / name})
    assert session.worker == [None, None]
    session.take(Built(False, ("The return has 1 fault.",), 0.26))
    said = capsys.readouterr()
    assert said.err == f"{Path('data/raw/x.csv')} and 1 more: not on the site (0.3 s).\nThe return has 1 fault.\n"
    assert session.state.fault == "The return has 1 fault."


def test_a_page_that_is_opened_while_the_rest_is_made_goes_before_it(session):
    session.take({session.project.raw / "x.csv"})
    assert session.would_turn(BOARD) and not session.would_turn("reports/index.html")
    session.looked_at.ask(BOARD)
    session.take(BOARD)
    assert session.worker == [None, [BOARD]]
    session.take(Turn((BOARD,), True, (), 1.0))
    assert not session.would_turn(BOARD) and session.worker == [None, [BOARD], None]


def test_a_change_of_the_package_begins_a_new_worker(session):
    session.looked_at.wait(BOARD)
    session.take({preview_changes.HOME / "report.py"})
    assert session.worker == ["restart", [BOARD]]


def test_a_worker_that_was_killed_is_replaced_and_not_asked_again(session):
    session.take({session.project.raw / "x.csv"})
    session.take(Ended())
    assert session.worker == [None, "restart"] and "ended unexpectedly" in session.state.fault


def test_a_sentence_of_the_worker_is_said(session, capsys):
    session.take(Said("Another call is at work in this project; waiting for it."))
    assert "waiting" in capsys.readouterr().err


def test_of_many_open_pages_those_count_that_gave_a_sign_last():
    seen = LookedAt()
    for name in "abcde":
        seen.wait(name)
    assert seen.now() == ["e", "d", "c"]


# All of it


@pytest.fixture
def copied(project) -> Project:
    """Exampleshire, and the package as it is now: an edit of it is a change as well."""
    package = "improvement_reports"
    shutil.copytree(ROOT / package, project.root / package, ignore=shutil.ignore_patterns("__pycache__"))
    return project


class Lines:
    """What a program says, as it says it."""

    def __init__(self, stream):
        self.said: list[str] = []
        threading.Thread(target=lambda: self.said.extend(iter(stream.readline, "")), daemon=True).start()

    def wait_for(self, words: str) -> str:
        assert wait_until(lambda: any(words in line for line in self.said), 2 * PATIENCE), (words, self.said)
        return [line for line in self.said if words in line][-1]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one program there")
def test_a_change_is_seen_and_a_bad_one_is_said(copied):
    narrative = copied.raw_return("exampleshire", "2024-03") / "narrative" / "headline.md"
    page = "/reports/exampleshire/2024-03/board/"
    environment = {k: v for k, v in os.environ.items() if k != ROOT_VARIABLE} | {"PYTHONPATH": str(copied.root)}
    process = subprocess.Popen(
        [sys.executable, "-m", "improvement_reports.cli", "preview", "--port", "0", "--renderer", "pandoc"],
        cwd=copied.root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        lines = Lines(process.stdout)
        port = int(re.search(r":(\d+)/", lines.wait_for("Serving"))[1])
        assert b"A sentence of today." not in get(port, page)[2]

        text = narrative.read_text(encoding="utf-8")
        narrative.write_text(f"{text}\n\nA sentence of today.\n", encoding="utf-8")
        assert re.search(
            r"headline\.md.*: on the page; the rest follows \(\d+\.\d s\)\.", lines.wait_for("headline.md")
        )
        good = without_script(get(port, page)[2])
        assert b"A sentence of today." in good

        narrative.write_text(f"{text}\n\nThere were 4567 of them.\n", encoding="utf-8")
        lines.wait_for("not on the site")
        assert "“4567” is a bare number" in lines.wait_for("4567")
        assert without_script(get(port, page)[2]) == good
        assert "4567" in get(port, preview_server.STATE_ADDRESS)[2].decode()

        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        assert process.wait(PATIENCE) == 0
        assert not [line for line in lines.said if "Traceback" in line or "Error" in line]
        assert not list(copied.root.glob("._site-*"))
    finally:
        if process.poll() is None:
            process.kill()


class Calls:
    """A connection on which the rest is asked for, and then the process is told to end."""

    def __init__(self):
        self.calls = iter([(1, None)])

    def recv(self):
        for call in self.calls:
            return call
        raise SystemExit(143)  # as the handler of SIGTERM does, wherever the process stands


class RestAtWork:
    """A build in the background; ``ended`` notes what a signal to end would do while it is ended."""

    def __init__(self, ended: list):
        self.ended, self.connection = ended, object()

    def end(self):
        self.ended.append(signal.getsignal(signal.SIGTERM))


def test_a_worker_that_is_told_to_end_ends_the_rest_first(tmp_path, monkeypatch):
    """Else the rest is killed with it later, and leaves its half-made site behind."""
    ended: list = []
    monkeypatch.setattr(preview_worker, "_be_alone", lambda project: None)
    monkeypatch.setattr(preview_worker, "warm_up", lambda project: False)
    monkeypatch.setattr(preview_worker, "Rest", lambda *_: RestAtWork(ended))
    monkeypatch.setattr(preview_worker, "wait", lambda connections: connections[:1])
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(SystemExit):
            preview_worker.work(Calls(), tmp_path, "pandoc")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ended == [signal.SIG_IGN], "ended once, and not ended itself meanwhile"


def test_what_a_killed_rest_left_is_taken_away_unless_somebody_is_at_work(tmp_path):
    project, left = Project(tmp_path), tmp_path / "._site-stage-mj8xhnsz"
    left.mkdir()
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from improvement_reports.workspace.locks import at_work\n"
            "from improvement_reports.workspace.places import Project\n"
            "with at_work(Project(Path(sys.argv[1]))): print('held', flush=True); sys.stdin.read()",
            str(tmp_path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "held\n"
        preview_worker.clear_stages(project)
        assert left.is_dir(), "it may be theirs"
    finally:
        holder.communicate()
    preview_worker.clear_stages(project)
    assert not left.exists()


def test_a_site_that_never_comes_is_waited_for_once(tmp_path, monkeypatch):
    waited = []
    monkeypatch.setattr(preview_server, "_wait_for", waited.append)
    assert preview_server.read_of_site(tmp_path / "_site", tmp_path / "_site/index.html", 4) is None
    assert waited == [tmp_path / "_site"]
