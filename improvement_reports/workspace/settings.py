"""What params/site.yml says of the website and whom it reaches."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

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


# A host by its name, a port where it has one, and folders; each ends with a slash.
SITE_ADDRESS = re.compile(r"https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:\d{1,5})?/([\w.~%-]+/)*")
TO_TELL = re.compile(r"mailto:[^\s<>@]+@[^\s<>@]+|https://[^\s<>]+")


def _site_address(text: str) -> str:
    if text and not SITE_ADDRESS.fullmatch(text):
        raise ValueError(
            "not the address of a site; write https://, the name of the host, its folder if there is one, and a slash"
            " at the end, as in https://council.example/reports/"
        )
    return text


def _address_to_tell(text: str) -> str:
    if not TO_TELL.fullmatch(text):
        raise ValueError(
            "nothing that reaches anybody; write mailto: and an e-mail address, or an address with https://"
        )
    return text


class Security(Strict):
    """Whom to tell of a weakness of the site, and until when this may be taken for current (RFC 9116)."""

    contact: Annotated[str, AfterValidator(_address_to_tell)]
    expires: DayText


class SiteSettings(Strict):
    """``params/site.yml``: what the site shows. A project without the file has these values."""

    publisher: Text = "improvement-reports"
    # Authorities that are made up, for demonstration: false leaves them out.
    demonstration: bool = True
    # Reports that are not published, or differ from their edition, each page marked DRAFT.
    drafts: bool = False
    # Where the site is published, as https://…/; without it feeds have relative links, and pages no whole addresses.
    url: Annotated[str, AfterValidator(_site_address)] = ""
    # Without it a site is not published, for its accessibility statement would name nobody.
    contact: Contact | None = None
    # Whom to tell of a weakness; without it there is no security.txt.
    security: Security | None = None


SETTINGS_FILE = "site.yml"


def load_settings(project: Project) -> SiteSettings:
    path, name = project.params / SETTINGS_FILE, f"params/{SETTINGS_FILE}"
    return validated(SiteSettings, load_yaml(path, name), name) if path.is_file() else SiteSettings()
