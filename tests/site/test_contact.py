"""A site is not published while its accessibility statement names nobody."""

import pytest
from conftest import call

from improvement_reports.domain.errors import InvalidInput, UserError
from improvement_reports.workspace.contact import contact_part, require_contact
from improvement_reports.workspace.settings import Contact, SiteSettings, load_settings


def test_site_refuses_without_contact_details(project):
    """Before anything is run: one sentence that says what to add, exit code 2, and no site."""
    (project.params / "site.yml").write_text("publisher: Exampleshire Council\n", encoding="utf-8")
    result = call(project, "site")
    assert result.returncode == 2 and not project.site.exists() and not (project.build / "runs").exists()
    said = " ".join((result.stdout + result.stderr).split())
    for words in ("params/site.yml", "accessibility statement", "email", "answer_days", "--drafts"):
        assert words in said


def test_drafts_need_none():
    require_contact(SiteSettings(drafts=True))
    with pytest.raises(UserError):
        require_contact(SiteSettings())


def test_the_statement_names_whom_to_ask():
    contact = Contact(email="help_desk@council.example", telephone="01234 567890", answer_days=1, note="9am to *5pm*")
    text = contact_part(SiteSettings(publisher="Avon [Council]", contact=contact))
    assert "(mailto:help_desk@council.example)" in text and "01234 567890" in text
    assert "Avon \\[Council\\]" in text and "\\*5pm\\*" in text and "within 1 working day." in text
    assert "drafts" in contact_part(SiteSettings(drafts=True))


@pytest.mark.parametrize(
    "contact",
    [
        "{email: nobody, answer_days: 5}",
        "{email: 'a@b.example)[x](javascript:1', answer_days: 5}",
        "{email: a@b.example, answer_days: 0}",
        "{email: a@b.example}",
        "{email: a@b.example, answer_days: 5, telephone: '<b>1</b>'}",
    ],
)
def test_wrong_details_are_named(project, contact):
    (project.params / "site.yml").write_text(f"contact: {contact}\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="contact"):
        load_settings(project)
