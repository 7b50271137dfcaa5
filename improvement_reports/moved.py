"""Where modules stood before the code was put into rooms: scripts that name them so still work, until release 0.4.

Nothing of the project itself uses a former name. What a module held may stand in several modules now; a name is looked
up in each. Some rooms have the name of a former module; they look its names up in the same way.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import warnings
from collections.abc import Sequence
from types import ModuleType

PACKAGE = "improvement_reports"
HOMES = {
    "agreement": "editions.agreement",
    "alternatives": "domain.alternatives",
    "archive": "editions.downloads.archive workspace.files",
    "areas": "workspace.areas",
    "bench": "authoring.bench",
    "blocks": "facts.blocks domain.markup",
    "cell_reading": "returns.cell_reading",
    "changed_inputs": "editions.changed_inputs",
    "changes": "editions.changes",
    "checking": "runs.checking",
    "checks": "returns.checks",
    "citing": "editions.citing",
    "claims": "method.claims",
    "compare": "editions.compare",
    "compose": "pages.page_of_parts",
    "contact": "workspace.contact",
    "content": "runs.report_content",
    "control_charts": "charts.control charts.control_labels",
    "councils": "workspace.councils",
    "crate": "editions.downloads.crate",
    "crosscheck": "method.audit",
    "csv_reading": "workspace.csv_reading",
    "data_rows": "editions.data_rows",
    "days": "editions.days",
    "disclosure": "method.disclosure",
    "drawing": "sections.charts",
    "edition_facts": "editions.downloads.facts",
    "edition_files": "editions.downloads.files",
    "edition_pages": "pages.edition pages.changes",
    "errors": "domain.errors",
    "escaping": "domain.escaping",
    "facts_measures": "facts.measures",
    "facts_official": "facts.official official.definitions",
    "facts_plan": "facts.plan",
    "figures": "facts.figures domain.markup",
    "files": "workspace.safe_reading",
    "finish": "site.after site.quarto_frame",
    "folder_audit": "editions.folder_audit",
    "from_rows": "editions.from_rows",
    "from_template": "editions.from_template",
    "given_away": "editions.withheld",
    "guard": "workspace.guard",
    "hints": "domain.hints",
    "input_names": "editions.input_names",
    "isolated": "editions.isolated",
    "kept": "editions.inputs runs.inputs",
    "kept_code": "editions.kept_code",
    "kernels": "runs.kernels",
    "keys": "workspace.keys workspace.files workspace.notebooks returns.keys runs.keys",
    "lab": "authoring.lab workspace.notebooks",
    "laying": "pages.every_page pages.report_pages pages.report_folder editions.state runs.draft",
    "leftovers": "workspace.leftovers",
    "licences": "domain.licences",
    "limits": "domain.limits",
    "links": "pages.links",
    "locks": "workspace.locks",
    "log_pages": "pages.log",
    "longer_periods": "method.longer_periods",
    "money": "method.money",
    "money_periods": "domain.money_periods",
    "months": "pages.since",
    "narrative": "facts.narrative workspace.notebooks returns.narrative",
    "numbers": "domain.numbers",
    "official_reading": "workspace.official_tables domain.tables",
    "origins": "domain.origins",
    "output": "workspace.output",
    "pandoc": "workspace.pandoc",
    "parameters": (
        "workspace.parameters runs.reports workspace.fields workspace.yaml_files workspace.measures "
        "workspace.authorities workspace.settings"
    ),
    "partners": "method.partners",
    "people": "domain.people",
    "plain_text": "domain.plain_text",
    "prepare": "returns.prepare domain.rows domain.row_records workspace.files returns.prepared",
    "preview": (
        "authoring.preview authoring.preview_changes authoring.preview_server authoring.preview_turn "
        "authoring.preview_worker"
    ),
    "processes": "workspace.processes",
    "progress": "method.progress",
    "project": "workspace.places",
    "prose": (
        "workspace.prose.check workspace.prose.texts workspace.prose.signs workspace.prose.trees workspace.prose.walk "
        "workspace.prose.refused"
    ),
    "publish": "editions.publish editions.freeze",
    "publishing": "editions.publishing",
    "reading": "returns.reading",
    "rebuild": "editions.rebuild",
    "recompute": "editions.recompute",
    "references": "domain.references",
    "releases": "workspace.releases",
    "remake": "editions.remake",
    "render_pandoc": "site.pandoc pages.sources",
    "render_quarto": "site.quarto",
    "report_check": "returns.report_files runs.report_files",
    "return_series": "returns.series returns.folders",
    "run": "runs.run workspace.files workspace.work workspace.notebooks returns.series returns.folders runs.reports",
    "sameness": "domain.sameness",
    "schemas": "returns.cells workspace.cell_types",
    "search": "site.search pages.contents pages.sources",
    "section_brief": "sections.first_screen",
    "section_data": "sections.data",
    "section_formal": "sections.formal",
    "section_inspection": "sections.inspection",
    "section_measures": "sections.measures",
    "section_official": "sections.official method.referrals method.standing method.official_change",
    "section_plan": "sections.plan",
    "section_profile": "sections.profile sections.profile_unusual sections.profile_neighbours sections.profile_trends",
    "section_status": "sections.status",
    "section_tables": "sections.tables",
    "section_thread": "sections.thread",
    "sentences": "facts.sentences",
    "series": "domain.series",
    "served": "pages.served",
    "sitefiles": "pages.lists domain.vocabulary pages.log workspace.places",
    "soundness": "editions.soundness",
    "spans": "method.spans",
    "spc": "method.spc method.spc_chart method.spc_signals method.seasons method.spc_words",
    "stamps": "workspace.stamps",
    "standing": "method.standing method.official_change",
    "strays": "workspace.strays",
    "strip": "charts.dot_strip",
    "suppression": "method.suppression method.cells method.withholding",
    "table_schema": "editions.downloads.datapackage",
    "tables": "domain.tables",
    "template": "returns.template",
    "terms": "pages.glossary site.glossary_links",
    "thread": "method.thread",
    "thread_drawing": "charts.thread",
    "today": "editions.today",
    "together": "pages.all_reports pages.cross_pages pages.audit pages.comparison pages.programmes",
    "trace": "editions.figure",
    "troubles": "workspace.troubles",
    "verify": "editions.verify",
    "vocabulary": "domain.vocabulary",
    "what_runs": "editions.what_runs",
    "wording": "domain.wording domain.markup method.progress",
    "workbook": "editions.downloads.workbook",
    "workbook_agrees": "editions.workbook_agreement",
    "workbook_cells": "editions.downloads.cells",
    "workbook_reading": "returns.workbook_reading",
    "workbook_sheets": "editions.downloads.sheets",
    "yaml_reading": "workspace.yaml_files",
    "charts": "charts.canvas charts.bars charts.trend",
    "editions": "editions.edition editions.chain",
    "facts": "facts.facts",
    "official": "official.statistics official.prepare official.up_to_date official.table_checks official.definitions",
    "pages": (
        "pages.report pages.frame pages.provenance runs.downloads runs.figures_file runs.draft runs.outputs"
        " domain.markup domain.rows domain.row_records"
    ),
    "site": "site.build pages.every_page pages.cross_pages runs.up_to_date runs.reports workspace.work",
}
# Names that stood for two things or said little, and the names that stand for them now.
RENAMED = {
    "Answer": "Verification",
    "GivenAway": "Revealed",
    "KIND_WORDS": "EDITION_WORDS",
    "LAID": "WRITTEN",
    "Reference": "EditionReference",
    "Standing": "RunState",
    "Together": "AllReports",
    "finish_site": "mend_pages",
    "finished": "mended",
    "given_away": "revealed_numbers",
    "laid_before": "written_before",
    "laid_files": "written_files",
    "lay_all": "write_every_page",
    "lay_archive": "write_archive",
    "lay_audit": "write_audit",
    "lay_comparison": "write_comparison",
    "lay_draft": "write_draft",
    "lay_edition": "write_edition_page",
    "lay_log": "write_logs",
    "lay_page": "write_report_page write_page",
    "lay_programmes": "write_programmes",
    "lay_report": "write_draft_of",
    "lay_reports": "write_report_pages",
    "lay_site": "write_lists",
    "lay_threads": "write_golden_thread",
    "lay_together": "write_audit_threads_programmes",
    "months_of": "return_months",
    "parse_reference": "parse_edition_reference",
    "standing_of": "run_state",
    "strip_svg": "dot_strip",
}


def former(module: str, name: str) -> object:
    """What a module held under a name before the move; an `AttributeError` if there is no such thing any more."""
    is_room = "__path__" in vars(sys.modules.get(module, object))
    if not name.startswith("__") and not (is_room and importlib.util.find_spec(f"{module}.{name}")):
        homes = [importlib.import_module(f"{PACKAGE}.{home}") for home in HOMES[module.rpartition(".")[2]].split()]
        for known in (name, *RENAMED.get(name, "").split()):
            for home in homes:
                if hasattr(home, known):
                    return getattr(home, known)
    raise AttributeError(f"module {module!r} has no attribute {name!r}")


class Former(ModuleType):
    """A module under its former name, which holds what its successors hold."""

    def __getattr__(self, name: str) -> object:
        return former(self.__name__, name)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a former name that is no module any more."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        package, _, name = fullname.rpartition(".")
        known = package == PACKAGE and name in HOMES
        return importlib.machinery.ModuleSpec(fullname, self) if known else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        home = HOMES[spec.name.rpartition(".")[2]].split()[0]
        warnings.warn(f"{spec.name} stands in {PACKAGE}.{home} now", DeprecationWarning, stacklevel=2)
        return Former(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is run: each name is looked up when it is asked for."""


def install() -> None:
    """Look former names up after all others; once, however often it is called."""
    if not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.append(Finder())
