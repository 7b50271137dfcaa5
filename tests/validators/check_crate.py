"""Ask the official RO-Crate validator about a folder, without a network; prints its issues as JSON.

``python -I check_crate.py PACKAGES FOLDER CONTEXT SEVERITY``: it runs apart from the project because its pins differ
from ours. CONTEXT is a JSON-LD context that is served for the address of the specification's own.
"""

import io
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from requests.adapters import BaseAdapter, HTTPAdapter
from requests_cache import CachedSession
from rocrate_validator import models, services
from urllib3 import HTTPResponse

ADDRESS = "https://w3id.org/ro/crate/1.1/context"


class FromFile(BaseAdapter):
    """Answers every request with the same content."""

    def __init__(self, content: bytes):
        super().__init__()
        self.content = content

    def send(self, request, **_):
        headers = {"Content-Type": "application/ld+json"}
        raw = HTTPResponse(io.BytesIO(self.content), headers, 200, preload_content=False, request_url=request.url)
        return HTTPAdapter().build_response(request, raw)

    def close(self):
        pass


def main(folder: str, context: str, severity: str) -> None:
    with tempfile.TemporaryDirectory() as cache_folder:
        cache = f"{cache_folder}/http"
        with CachedSession(cache_name=cache, backend="sqlite", expire_after=-1) as session:
            session.mount("https://", FromFile(Path(context).read_bytes()))
            session.get(ADDRESS, headers={"Accept": "application/ld+json, application/json"})
        settings = services.ValidationSettings(
            rocrate_uri=folder,
            profile_identifier="ro-crate-1.1",
            requirement_severity=models.Severity[severity],
            offline=True,
            cache_path=cache,
        )
        issues = services.validate(settings).get_issues()
        said = [{"severity": i.severity.name, "check": i.check.identifier, "message": i.message} for i in issues]
        print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[2:])
