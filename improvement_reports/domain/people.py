"""What counts as people: the one list by which small numbers are withheld, compared in its normal form.

A measure says in ``of`` what it counts. Children, and those around them whom a small number could point at, are
protected: counts of them are withheld unless the measure says why not. Other people (staff) are not, but their measures
have to say so. What the list does not know might be children under another name, so its measures have to say which it
is.
"""

import re
from enum import StrEnum
from functools import lru_cache

from improvement_reports.domain.sameness import normal_key

# Children, their families and those that services protect, by the words for them (singular or plural, in any phrase).
PROTECTED = (
    "child",
    "children",
    "young person",
    "young people",
    "youth",
    "youths",
    "youngster",
    "youngsters",
    "teenager",
    "teenagers",
    "adolescent",
    "adolescents",
    "minor",
    "minors",
    "baby",
    "babies",
    "infant",
    "infants",
    "toddler",
    "toddlers",
    "boy",
    "boys",
    "girl",
    "girls",
    "pupil",
    "pupils",
    "student",
    "students",
    "learner",
    "learners",
    "sibling",
    "siblings",
    "twin",
    "twins",
    "son",
    "sons",
    "daughter",
    "daughters",
    "care leaver",
    "care leavers",
    "leaver of care",
    "care experienced",
    "looked after",
    "family",
    "families",
    "household",
    "households",
    "parent",
    "parents",
    "mother",
    "mothers",
    "father",
    "fathers",
    "carer",
    "carers",
    "guardian",
    "guardians",
    "grandparent",
    "grandparents",
    "victim",
    "victims",
    "survivor",
    "survivors",
    "offender",
    "offenders",
    "perpetrator",
    "perpetrators",
    "asylum seeker",
    "asylum seekers",
    "uasc",
    "unaccompanied",
    "person",
    "persons",
    "people",
    "adult",
    "adults",
    "resident",
    "residents",
    "patient",
    "patients",
    "service user",
    "service users",
    "client",
    "clients",
    "adopter",
    "adopters",
    "applicant",
    "applicants",
    "under 18s",
    "18 year olds",
    "send",
    "ehcp",
    "neet",
    "cin",
    "cla",
    "lac",
)
# People who work; a measure of them says in ``small_numbers_shown_because`` that its small numbers may be shown.
WORKERS = (
    "staff",
    "worker",
    "workers",
    "social worker",
    "social workers",
    "practitioner",
    "practitioners",
    "employee",
    "employees",
    "manager",
    "managers",
    "team manager",
    "team managers",
    "adviser",
    "advisers",
    "personal adviser",
    "personal advisers",
    "foster carer",
    "foster carers",
    "teacher",
    "teachers",
    "volunteer",
    "volunteers",
    "workforce",
    "officer",
    "officers",
)
# What is done, written or owned. Words for an event in a child's life are among them: whether its small numbers are
# withheld is for the measure to say (small_number_threshold).
THINGS = (
    "action",
    "appeal",
    "application",
    "appointment",
    "assessment",
    "audit",
    "call",
    "case",
    "casework supervision",
    "complaint",
    "compliment",
    "condition",
    "conference",
    "contact",
    "council",
    "course",
    "day",
    "decision",
    "enquiry",
    "enquiries",
    "episode",
    "file",
    "focus group",
    "form",
    "home",
    "hour",
    "inspection",
    "interview",
    "investigation",
    "kit",
    "letter",
    "measure",
    "meeting",
    "module",
    "month",
    "notification",
    "order",
    "panel",
    "payment",
    "placement",
    "plan",
    "policy",
    "policies",
    "post",
    "pound",
    "presentation",
    "proceeding",
    "record",
    "recommendation",
    "referral",
    "report",
    "requirement",
    "response",
    "review",
    "school",
    "service",
    "session",
    "strategy discussion",
    "supervision",
    "survey",
    "target",
    "team",
    "training",
    "vacancy",
    "vacancies",
    "visit",
    "week",
    "year",
)


class Counted(StrEnum):
    """What a measure counts, as far as small numbers go."""

    PROTECTED = "protected"
    WORKERS = "workers"
    THINGS = "things"
    UNKNOWN = "unknown"


@lru_cache(maxsize=4096)  # asked for every cell of every month
def counted(of: str) -> Counted:
    """Which of the list's kinds ``of`` names: the whole phrase first, then any protected word in it, then its last
    word.
    """
    phrase = re.sub(r"[^a-z0-9]+", " ", normal_key(of)).strip()
    if phrase in WORKERS:
        return Counted.WORKERS
    if any(re.search(rf"\b{re.escape(word)}\b", phrase) for word in PROTECTED):
        return Counted.PROTECTED
    last = phrase.rsplit(" ", 1)[-1]
    if phrase.endswith(WORKERS) and last in WORKERS:
        return Counted.WORKERS
    known = {*THINGS, *(f"{word}s" for word in THINGS)}
    return Counted.THINGS if phrase in known or last in known else Counted.UNKNOWN
