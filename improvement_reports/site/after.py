"""After Quarto rendered (``post-render`` in ``_quarto.yml``, through theme/quarto_step.py): what a public body must
publish and Quarto leaves out, and the search index.

Quarto calls this in plain ``quarto render`` as well. It adds a skip link, names to the landmarks, the reader's place in
the navigation and links to the glossary, and takes away what covers the page or says something untrue (`quarto_frame`).
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from improvement_reports.pages.glossary import Terms, load_terms
from improvement_reports.pages.in_archive import lead_ons
from improvement_reports.pages.served import read_served, remove_not_served
from improvement_reports.pages.sources import PROVENANCE, matches, page_address
from improvement_reports.sheets.made import write_sheets
from improvement_reports.site.end_tags import without_needless_quotes, without_optional_end_tags
from improvement_reports.site.glossary_links import with_glossary_links
from improvement_reports.site.host_files import write_host_files
from improvement_reports.site.inline import write_page
from improvement_reports.site.page_head import Site, site_of, with_head
from improvement_reports.site.quarto_frame import mended
from improvement_reports.site.search import LEFT_OUT, index_site
from improvement_reports.site.ways import authority_names, with_ways
from improvement_reports.workspace.files import write_bytes
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_yaml

# Where plain `quarto render` and `quarto preview` render to: `output-dir` of _quarto.yml.
PLAIN_OUTPUT = "quarto-site"

# Written although the site's search is another one (search.qmd).
QUARTO_INDEX = "search.json"


def mend_pages(
    output: Path, terms: Terms, names: Mapping[str, str] = MappingProxyType({}), site: Site | None = None
) -> int:
    """Finish every page below a folder in place, with links to these words; returns how many changed. ``names``: of
    authorities, by key; ``site``: what its pages say of it, without which their heads stay as they are.
    """
    changed = 0
    for path in sorted(output.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        address = path.relative_to(output).as_posix()
        new = with_ways(with_glossary_links(mended(text, address), address, terms), address, names)
        new = without_optional_end_tags(with_head(new, address, site) if site else new)
        new = without_needless_quotes(new) if PROVENANCE.search(address) else new
        if new != text:
            write_page(output, address, new)
            changed += 1
    (output / QUARTO_INDEX).unlink(missing_ok=True)
    return changed


def missing_pages(project: Project, output: Path) -> list[str]:
    """Addresses of the render list that are not in a rendered folder."""
    config = load_yaml(project.root / "_quarto.yml", "_quarto.yml")
    addresses = [page_address(project, source) for source in matches(project, config["project"]["render"])]
    return [address for address in addresses if not (output / address).is_file()]


def put_in_place(project: Project, output: Path) -> str:
    """Take a copy of what plain Quarto rendered as the site, if it is whole; a sentence says so if it is not.

    Quarto empties the folder it renders to before anything else, so that folder is never the site itself.
    """
    from improvement_reports.workspace.files import swap_in

    if missing := missing_pages(project, output):
        more = f" and {len(missing) - 1} more pages" if len(missing) > 1 else ""
        return (
            f"{project.relative(output)} lacks {missing[0]}{more}, so _site is as it was; “quarto render” makes all of"
            " them."
        )
    # Not under the lock of the project: a name of its own, which no build takes for one left by a build.
    aside = Path(tempfile.mkdtemp(prefix=f".{project.site.name}-stage-plain-", dir=project.root))
    try:
        shutil.copytree(output, aside, dirs_exist_ok=True)
        aside.chmod(0o755)
        swap_in(aside, project.site)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return ""


def main() -> None:
    """Called by Quarto, which names the output folder and says whether the whole site was rendered."""
    output = os.environ.get("QUARTO_PROJECT_OUTPUT_DIR")
    if not output:
        sys.exit("after: this is called by Quarto after rendering; QUARTO_PROJECT_OUTPUT_DIR is not set")
    project = Project.find()
    for name, content in lead_ons(project, read_served(project)).items():
        write_bytes(Path(output) / name, content)
    # Quarto copies by patterns, and a pattern does not know which editions are as they were published.
    if (Path(output) / "reports").is_dir() and (removed := remove_not_served(project, Path(output))):
        print(
            f"{removed} files of reports/ that belong to no sound edition were left out; python3 make.py verify says"
            " which.",
            file=sys.stderr,
        )
    site = site_of(project, read_served(project))
    mend_pages(Path(output), load_terms(project), authority_names(project), site)
    write_host_files(project, Path(output))
    for fault in write_sheets(project, Path(output)):
        print(fault, file=sys.stderr)
    if problem := index_site(Path(output)):
        print(LEFT_OUT.format(problem), file=sys.stderr)
    if Path(output).resolve() == (project.build / PLAIN_OUTPUT).resolve() and (
        problem := put_in_place(project, Path(output))
    ):
        print(problem, file=sys.stderr)


if __name__ == "__main__":
    main()
