"""The site on a host: its smaller copies, its headers, and nginx with the files of ``hosting/``."""

import gzip
import http.client
import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT
from marked_processes import PATIENCE, wait_until

from improvement_reports.domain.errors import UserError
from improvement_reports.site.build import STAMP
from improvement_reports.site.packing import TEXTS, pack
from improvement_reports.site.policy import headers, nginx_headers
from improvement_reports.workspace.stamps import digests

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
HOSTING = ROOT / "hosting"


@pytest.fixture(scope="module")
def packed(built_once, tmp_path_factory) -> Path:
    """A site with its smaller copies, and a file that no host may send; only to be read."""
    folder = tmp_path_factory.mktemp("packed") / "site"
    pack(built_once.site, folder, STAMP)
    return folder


def test_every_file_is_there_as_it_is_and_each_longer_text_smaller_as_well(built_once, packed, tmp_path):
    before, after = digests(built_once.site), digests(packed)
    assert {name: after[name] for name in before} == before
    copies = set(after) - set(before)
    assert copies and all(name.endswith(".gz") for name in copies)
    for name in copies:
        content = (packed / name.removesuffix(".gz")).read_bytes()
        assert gzip.decompress((packed / name).read_bytes()) == content and Path(name[:-3]).suffix in TEXTS
    assert "index.html.gz" in copies and not any(".pf_" in name or ".png" in name for name in copies)
    pack(built_once.site, tmp_path / "again", STAMP)
    assert digests(tmp_path / "again") == after


def test_packing_again_leaves_nothing_of_before(built_once, tmp_path):
    shutil.copytree(built_once.site, tmp_path / "site")
    pack(tmp_path / "site", tmp_path / "packed", STAMP)
    (tmp_path / "site/search.html").unlink()
    pack(tmp_path / "site", tmp_path / "packed", STAMP)
    assert not list((tmp_path / "packed").glob("search.html*")) and not list(tmp_path.glob(".packed*"))


@pytest.mark.parametrize("folder", [".", "below", "..", "others"])
def test_what_is_not_a_packed_site_is_never_replaced(tmp_path, folder):
    site = tmp_path / "place/site"
    site.mkdir(parents=True)
    (site / STAMP).write_text("{}", encoding="utf-8")
    (site / "others").mkdir()
    (tmp_path / "place/others").mkdir()
    (tmp_path / "place/others/letter.txt").write_text("mine", encoding="utf-8")
    target = tmp_path / "place/others" if folder == "others" else site / folder
    before = digests(tmp_path)
    with pytest.raises(UserError, match="choose an"):
        pack(site, target, STAMP)
    assert digests(tmp_path) == before
    with pytest.raises(UserError, match=r"build it first: python3 make\.py site"):
        pack(tmp_path / "none", tmp_path / "packed", STAMP)


def test_the_headers_for_nginx_are_those_of_the_policy():
    assert (HOSTING / "headers.conf").read_text(encoding="utf-8") == nginx_headers()


def test_nothing_but_the_site_and_its_settings_goes_into_an_image():
    """Neither a return nor an archive: what is left out and what is copied say the same."""
    copied = re.findall(r"^COPY (\S+) ", (ROOT / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert copied == ["hosting/nginx.conf", "hosting/headers.conf", "build/packed"]
    for name in (".containerignore", ".dockerignore"):
        assert (ROOT / name).read_text(encoding="utf-8").split() == ["*", "!hosting", "!build/packed"]


MAIN = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    include site.conf;
}}
"""


def answers(port: int) -> bool:
    with socket.socket() as found:
        return found.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def nginx(packed, tmp_path_factory):
    """The packed site by nginx with the files of ``hosting/``; its port."""
    if not NGINX:
        pytest.skip("nginx is not installed")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    user = "user root root;" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user), encoding="utf-8")
    site = (HOSTING / "nginx.conf").read_text(encoding="utf-8")
    site = site.replace("listen 8080;", f"listen 127.0.0.1:{port};").replace("/usr/share/nginx/html", str(packed))
    (folder / "site.conf").write_text(site, encoding="utf-8")
    shutil.copytree(HOSTING, folder / "improvement-reports")
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    process = subprocess.Popen(command)
    try:
        assert wait_until(lambda: process.poll() is not None or answers(port))
        assert process.poll() is None, "somebody else took its port, or nginx says why it ended"
        yield port
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def get(port: int, address: str, **asked: str):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", address, headers={name.replace("_", "-"): value for name, value in asked.items()})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def test_nginx_sends_the_headers_with_every_answer(nginx):
    for address in ("/", "/theme/site.css", "/pagefind/pagefind.js", "/no/such/page.html", "/robots.txt"):
        answer, _ = get(nginx, address)
        assert {name: answer.headers[name] for name in headers()} == headers(), address


def test_nginx_sends_the_smaller_copy_to_whoever_takes_it(nginx, packed):
    answer, content = get(nginx, "/about/method.html", Accept_Encoding="gzip")
    whole = (packed / "about/method.html").read_bytes()
    assert answer.headers["Content-Encoding"] == "gzip" and gzip.decompress(content) == whole
    assert len(content) < len(whole) / 2 and answer.headers["Content-Type"].startswith("text/html")
    answer, content = get(nginx, "/about/method.html")
    assert answer.headers["Content-Encoding"] is None and content == whole


def test_nginx_shows_the_page_for_what_is_not_there_at_any_depth(nginx, packed):
    for address in ("/none.html", "/reports/none/2024-03/board/"):
        answer, content = get(nginx, address)
        assert answer.status == 404 and content == (packed / "404.html").read_bytes()
    assert b'href="/about/accessibility.html' in content and b'href="/theme/site.css"' in content


def test_nginx_sends_no_hidden_file_and_every_other_under_its_address(nginx):
    assert get(nginx, f"/{STAMP}")[0].status == 404
    assert get(nginx, "/reports/")[0].status == 200 and get(nginx, "/favicon.ico")[0].status == 200
    answer, _ = get(nginx, "/reports")
    assert answer.status == 301 and answer.headers["Location"] == "/reports/"
