"""What params/site.yml says of the website and whom it reaches."""

from typing import Annotated

from pydantic import Field

from improvement_reports.workspace.fields import DayText, Strict, Text, Words
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_yaml, validated


class Contact(Strict):
    """How readers reach the publisher; it stands in the accessibility statement."""

    email: str = Field(pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
    telephone: str = Field("", pattern=r"^[0-9+ ()]*$", max_length=40)
    answer_days: int = Field(ge=1, le=60)
    # One more line, such as the hours of the telephone.
    note: Words = Field("", max_length=200)


class Security(Strict):
    """Whom to tell of a weakness of the site, and until when this may be taken for current (RFC 9116)."""

    contact: str = Field(pattern=r"^(mailto:[^\s<>@]+@[^\s<>@]+|https://[^\s<>]+)$")
    expires: DayText


class SiteSettings(Strict):
    """``params/site.yml``: what the site shows. A project without the file has these values."""

    publisher: Text = "improvement-reports"
    # Authorities that are made up, for demonstration: false leaves them out.
    demonstration: bool = True
    # Reports that are not published, or differ from their edition, each page marked DRAFT.
    drafts: bool = False
    # Where the site is published, as https://…/; without it feeds have relative links, and pages no whole addresses.
    url: Annotated[str, Field(pattern=r'^(https://[^\s"<>\\`]+/)?$')] = ""
    # Without it a site is not published, for its accessibility statement would name nobody.
    contact: Contact | None = None
    # Whom to tell of a weakness; without it there is no security.txt.
    security: Security | None = None


SETTINGS_FILE = "site.yml"


def load_settings(project: Project) -> SiteSettings:
    path, name = project.params / SETTINGS_FILE, f"params/{SETTINGS_FILE}"
    return validated(SiteSettings, load_yaml(path, name), name) if path.is_file() else SiteSettings()
