"""Whom a reader reaches: the law asks for it in the accessibility statement, so a site is not published without it."""

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.escaping import markdown_text
from improvement_reports.workspace.settings import SETTINGS_FILE, SiteSettings

PART = "contact.md"
MISSING = (
    f"params/{SETTINGS_FILE} does not say how readers reach you, which the law asks for in the accessibility statement."
    " Add contact: with email, telephone and answer_days below it; until then look at the pages with site --drafts or"
    " preview."
)


def require_contact(settings: SiteSettings) -> None:
    """`UserError` if a site is to be published whose accessibility statement would name nobody."""
    if settings.contact is None and not settings.drafts:
        raise UserError(MISSING)


def contact_part(settings: SiteSettings) -> str:
    """The paragraph of the accessibility statement that names whom to ask, as Markdown."""
    contact = settings.contact
    if contact is None:
        return "The contact details are missing: these pages are drafts.\n"
    lines = [f"- email: {_email(contact.email)}"]
    if contact.telephone:
        lines.append(f"- telephone: {markdown_text(contact.telephone)}")
    if contact.note:
        lines.append(f"- {markdown_text(contact.note)}")
    days = "1 working day" if contact.answer_days == 1 else f"{contact.answer_days} working days"
    return "\n".join(
        [f"Contact {markdown_text(settings.publisher)}:", "", *lines, "", f"You will have an answer within {days}.", ""]
    )


def _email(address: str) -> str:
    return f"[{markdown_text(address)}](mailto:{address})"
