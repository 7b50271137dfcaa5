"""From what a run follows: equal keys give equal reports."""

from improvement_reports.domain.vocabulary import WITHOUT_RETURN
from improvement_reports.returns.keys import named_in, of_month, official_digest
from improvement_reports.runs.inputs import months_read
from improvement_reports.workspace.files import digest, file_digest
from improvement_reports.workspace.keys import package_digest
from improvement_reports.workspace.notebooks import cells_of
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.report_notebooks import notebooks_of
from improvement_reports.workspace.yaml_files import load_yaml


def report_key(project: Project, authority: str, month: str, kind: str) -> str:
    """Key of an executed report: template, parameters, the returns it reads, its measures, code and locked
    libraries.
    """
    params = project.report_params(authority, month, kind)
    has_return = kind not in WITHOUT_RETURN  # a kind that there is not is refused by the run
    if not has_return and not params.is_file():
        params = project.params / "profiles.yml"
    home = project.raw / authority
    returns, measures = "", named_in(project, params.read_bytes())
    for read in months_read(project, authority, month, kind):
        files, named = of_month(project, home / read)
        returns, measures = digest([returns, read, files]), measures | named
    return digest(
        {
            "template": [cells_of(path) for path in notebooks_of(project, authority, month, kind)],
            "params": file_digest(params),
            "returns": returns,
            "measures": measures,
            "ended": file_digest(project.params / "areas.yml"),
            "authority": load_yaml(project.params / "authorities.yml", "params/authorities.yml").get(authority),
            "names": file_digest(project.params / "names.yml"),
            "official": official_digest(project),
            "code": package_digest(),
            "lock": file_digest(project.root / "requirements.lock"),
        }
    )
