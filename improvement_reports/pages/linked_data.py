"""What search engines and catalogues of data read of a published report: schema.org's ``Report`` and ``Dataset``."""

from markupsafe import Markup

from improvement_reports.domain.licences import common_licence
from improvement_reports.domain.templates import fill
from improvement_reports.domain.wording import titled
from improvement_reports.editions.citing import CITED_AS, edition_citation, publisher_of
from improvement_reports.editions.days import day_of_stamp
from improvement_reports.editions.downloads.files import ARCHIVE
from improvement_reports.editions.edition import Edition

FORMATS = {
    "figures.csv": "text/csv",
    "figures.json": "application/json",
    "tables.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "datapackage.json": "application/json",
    ARCHIVE: "application/zip",
}


def linked_data(edition: Edition, url: str, here: str) -> Markup:
    """The element that says it. ``url``: where the site is published, or ""; ``here``: from the page to the folder of
    the report, of which addresses are made where nobody says.
    """
    home = f"{url}reports/{'/'.join(edition.job)}/" if url else here or "./"
    graph = [part(edition, home, url) for part in (_report, _dataset)]
    return fill("pages/linked_data.html", data={"@context": "https://schema.org", "@graph": graph})


def _common(edition: Edition, home: str, url: str) -> dict:
    """What holds of a report and of its data alike."""
    m = edition.manifest
    return {
        "url": f"{home}{edition.version}/",
        "inLanguage": "en-GB",
        "datePublished": day_of_stamp(m.published),
        "version": edition.version,
        "temporalCoverage": m.report.month,
        "publisher": {"@type": "Organization", "name": publisher_of(edition)},
        "isAccessibleForFree": True,
        "creditText": edition_citation(edition, url),
    }


def _report(edition: Edition, home: str, url: str) -> dict:
    m = edition.manifest
    based_on = [{"@type": "CreativeWork", "name": s.title, "publisher": s.publisher} for s in m.sources.values()]
    return {
        "@type": "Report",
        "@id": f"{home}{edition.version}/#report",
        "name": titled(m.short_name, m.title),
        "description": m.summary,
        "reportNumber": CITED_AS.format(edition.identifier),
        "about": {"@type": "GovernmentOrganization", "name": m.authority_name},
        **_common(edition, home, url),
        "isBasedOn": based_on,
    }


def _dataset(edition: Edition, home: str, url: str) -> dict:
    m, folder = edition.manifest, f"{home}{edition.version}/"
    licence = common_licence([s.licence for s in m.sources.values()], m.illustrative)
    files = [
        {"@type": "DataDownload", "contentUrl": f"{folder}{name}", "encodingFormat": kind}
        for name, kind in FORMATS.items()
        if name == ARCHIVE or (edition.folder / name).is_file()
    ]
    return {
        "@type": "Dataset",
        "@id": f"{folder}#data",
        "name": f"Figures of {titled(m.short_name, m.title)}",
        "description": f"Every figure of the report, with its source, its formula and its rows. {m.summary}",
        "identifier": CITED_AS.format(edition.identifier),
        "spatialCoverage": m.authority_name,
        "isPartOf": {"@id": f"{folder}#report"},
        **_common(edition, home, url),
        **({"license": licence.url} if licence and licence.url else {}),
        "distribution": files,
    }
