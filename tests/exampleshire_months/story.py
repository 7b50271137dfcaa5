"""What happens in Exampleshire from April 2024 to September 2025, and when: everything here is made up."""

# Priorities of the plan: id, official wording, short name, measures, and their statuses from a month on (action,
# impact).
PRIORITIES = {
    "1": (
        "Children are seen, and their needs understood, in time",
        "Front door and assessment",
        ("example_referrals_count", "assessments_within_45_days_pct", "rereferrals_pct"),
        {
            "2024-04": ("at_risk", "compromised"),
            "2024-07": ("on_target", "compromised"),
            "2024-12": ("on_target", "at_risk"),
            "2025-02": ("on_target", "on_target"),
            "2025-08": ("completed", "on_target"),
        },
    ),
    "2": (
        "Children at risk of significant harm are protected without delay",
        "Child protection",
        ("icpc_in_time_pct", "example_child_protection_plans_count"),
        {
            "2024-04": ("on_target", "at_risk"),
            "2024-11": ("on_target", "on_target"),
            "2025-02": ("at_risk", "on_target"),
            "2025-04": ("at_risk", "at_risk"),
            "2025-06": ("on_target", "at_risk"),
            "2025-08": ("on_target", "on_target"),
            "2025-09": ("completed", "completed"),
        },
    ),
    "3": (
        "Managers supervise, guide and challenge the work with every child",
        "Supervision",
        ("casework_supervision_pct",),
        {
            "2024-04": ("on_target", "compromised"),
            "2024-08": ("compromised", "compromised"),
            "2024-10": ("on_target", "at_risk"),
            "2025-04": ("completed", "at_risk"),  # completed, impact not evidenced
        },
    ),
    "4": (
        "Social workers stay, and have the time that children need",
        "Workforce",
        ("example_caseload_average", "agency_staff_pct"),
        {
            "2024-04": ("at_risk", "compromised"),
            "2024-07": ("compromised", "compromised"),
            "2024-10": ("on_target", "compromised"),
            "2025-02": ("on_target", "at_risk"),
            "2025-06": ("at_risk", "at_risk"),
        },
    ),
    "5": (
        "Children in care live in homes that suit them, near the people they know",
        "Children in care",
        ("children_in_care_count", "children_received_into_care_count"),
        {
            "2024-04": ("on_target", "on_target"),
            "2024-12": ("at_risk", "on_target"),
            "2025-03": ("compromised", "at_risk"),
            "2025-05": ("at_risk", "at_risk"),
        },
    ),
}
# What is said of a priority that has not yet, and of one that has, its effect.
EFFECTS = {
    "1": ("too many children still wait, or come back to the front door", "fewer children wait to be assessed"),
    "2": (
        "conferences are not yet held in time month after month",
        "conferences are held in time, and fewer children need a plan",
    ),
    "3": (
        "supervision does not yet reach every child who should have it, and has not shown that it changes the work",
        "supervision reaches nearly every child",
    ),
    "4": ("teams still depend on agency workers, and caseloads are high", "fewer workers leave"),
    "5": ("more children come into care than there are homes near by", "most children live near the people they know"),
}

# Steps: id (priority first), text, owner, first return that has it, due date.
STEPS = [
    (
        "1-daily-list",
        "Go through every open assessment with team managers each morning.",
        "Service manager, assessment",
        "2024-04",
        "2024-06-28",
    ),
    ("1-second-team", "Set up a second assessment team.", "Head of service, front door", "2024-04", "2024-09-30"),
    ("1-partner-form", "Give all partners the same form for contacts.", "Partnership manager", "2024-04", "2024-12-20"),
    (
        "1-front-door",
        "Open one front door with the police and health services.",
        "Head of service, front door",
        "2024-07",
        "2025-02-03",
    ),
    (
        "1-repeat-audit",
        "Audit the files of families who were referred again.",
        "Principal social worker",
        "2025-01",
        "2025-05-30",
    ),
    (
        "1-threshold-check",
        "Check with partners that the new thresholds are safe.",
        "Independent scrutineer",
        "2025-02",
        "2025-08-29",
    ),
    ("2-chair-rota", "Plan conference chairs a month ahead.", "Head of safeguarding", "2024-04", "2024-07-31"),
    (
        "2-early-invitation",
        "Invite partners on the day on which an enquiry begins.",
        "Head of safeguarding",
        "2024-06",
        "2024-11-29",
    ),
    (
        "2-partner-reports",
        "Agree with partners to send reports two days before a conference.",
        "Safeguarding partnership",
        "2024-11",
        "2025-02-28",
    ),
    (
        "2-plan-check",
        "Check every plan that has lasted more than a year.",
        "Head of safeguarding",
        "2025-03",
        "2025-09-26",
    ),
    ("3-standard", "Write down what good supervision is.", "Principal social worker", "2024-04", "2024-05-31"),
    ("3-recording", "Record supervision in the new case system.", "Head of performance", "2024-04", "2024-08-30"),
    (
        "3-course",
        "Train all team managers in reflective supervision.",
        "Principal social worker",
        "2024-06",
        "2025-01-31",
    ),
    ("3-observation", "Observe supervision in every team.", "Director of children's services", "2024-11", "2025-04-30"),
    ("4-retention-offer", "Put a retention offer to the cabinet.", "Head of human resources", "2024-04", "2024-07-31"),
    (
        "4-exit-interviews",
        "Interview every social worker who leaves.",
        "Head of human resources",
        "2024-04",
        "2024-12-31",
    ),
    (
        "4-academy",
        "Open an academy for newly qualified social workers.",
        "Principal social worker",
        "2024-07",
        "2025-03-28",
    ),
    (
        "4-permanent-posts",
        "Offer permanent posts to agency workers.",
        "Head of human resources",
        "2025-01",
        "2025-06-30",
    ),
    (
        "5-sufficiency-plan",
        "Publish a plan for homes for children in care.",
        "Head of commissioning",
        "2024-04",
        "2024-09-30",
    ),
    (
        "5-edge-of-care",
        "Start a team for families on the edge of care.",
        "Head of service, family help",
        "2024-06",
        "2024-12-20",
    ),
    ("5-foster-carers", "Recruit and keep more foster carers.", "Head of fostering", "2024-09", "2025-03-31"),
    ("5-small-homes", "Open two small children's homes.", "Head of commissioning", "2025-03", "2026-03-31"),
]
# What became of them: the day a step was done; the return in which it slipped, with the new date; the one that left it
# out.
DONE = {
    "1-daily-list": "2024-06-24",
    "1-second-team": "2024-12-16",
    "1-front-door": "2025-02-03",
    "1-repeat-audit": "2025-05-22",
    "1-threshold-check": "2025-08-20",
    "2-chair-rota": "2024-07-29",
    "2-early-invitation": "2024-11-18",
    "2-partner-reports": "2025-06-25",
    "2-plan-check": "2025-09-24",
    "3-standard": "2024-05-28",
    "3-recording": "2024-10-21",
    "3-course": "2025-01-24",
    "3-observation": "2025-05-06",
    "4-retention-offer": "2024-10-16",
    "4-academy": "2025-03-24",
    "5-sufficiency-plan": "2024-09-25",
    "5-edge-of-care": "2025-05-28",
}
SLIPPED = {
    "1-second-team": {"2024-09": "2024-12-20"},
    "2-partner-reports": {"2025-02": "2025-06-30"},
    "3-recording": {"2024-08": "2024-10-31"},
    "4-retention-offer": {"2024-07": "2024-10-31"},
    "4-permanent-posts": {"2025-06": "2025-10-31"},
    "5-edge-of-care": {"2024-12": "2025-05-30"},
    "5-foster-carers": {"2025-03": "2025-09-30", "2025-09": "2026-01-30"},
}
DROPPED = {
    "1-partner-form": ("2024-11", "the board dropped it, because partners will share one front door instead"),
    "4-exit-interviews": ("2025-01", "the board dropped it, because too few leavers took part to learn from it"),
}

# Targets: measure, first month, last month or none, target, tolerance, level.
TARGETS = [
    ("assessments_within_45_days_pct", "2024-04", "", 80, "", "local"),
    ("rereferrals_pct", "2024-04", "", 20, 2, "local"),
    ("icpc_in_time_pct", "2024-04", "2025-03", 85, "", "local"),
    ("icpc_in_time_pct", "2025-04", "", 90, "", "local"),  # the board raised it
    ("casework_supervision_pct", "2024-04", "", 85, 3, "local"),
    ("example_caseload_average", "2024-04", "", 17, 1, "local"),
    ("agency_staff_pct", "2024-04", "", 22, "", "local"),
]

# Events: id, first day, last day or none, kind, title, when it was first known, the month it was expected in before.
EVENTS = [
    ("improvement-notice", "2024-03-18", "", "notice", "Improvement notice issued", "2024-03", ""),
    ("visit-1", "2024-09-24", "2024-09-25", "visit", "First monitoring visit", "2024-05", "2024-09"),
    (
        "front-door",
        "2025-02-03",
        "",
        "launch",
        "Front door opens together with the police and health services",
        "2024-10",
        "2025-02",
    ),
    ("visit-2", "2025-03-11", "2025-03-12", "visit", "Second monitoring visit", "2024-11", "2025-03"),
    ("visit-3", "2025-09-16", "2025-09-17", "visit", "Third monitoring visit", "2025-05", "2025-09"),
    ("notice-review", "2025-11-28", "", "deadline", "Review of the improvement notice", "2025-06", "2025-11"),
]

# The inspection that the plan answers: recommendation, its short name, the priority and the measure that answer it.
INSPECTION = ("full-2024-01", "2024-01-15", "2024-01-26", "2024-03-04")
RECOMMENDATIONS = [
    (
        "r-2024-1",
        "The timeliness of assessments for children who need help",
        "Assessments in time",
        "1",
        "assessments_within_45_days_pct",
    ),
    ("r-2024-2", "The quality and frequency of supervision", "Supervision", "3", "casework_supervision_pct"),
    (
        "r-2024-3",
        "The stability of the workforce and the size of caseloads",
        "Stable workforce",
        "4",
        "agency_staff_pct",
    ),
]
THREAD_RETURN = "2025-09"  # the return that says which priority answers which recommendation

# One sentence of the headline, by month: what else a reader must know.
NEWS = {
    "2024-04": "This is the first monthly report since the improvement notice of {{ date('improvement-notice') }}.",
    "2024-06": "Managers now go through every open assessment each morning.",
    "2024-07": "The retention offer did not go to the cabinet as planned, so the workforce priority is further behind.",
    "2024-08": "Supervision could not be counted, because records were being moved to a new case system.",
    "2024-09": (
        "Inspectors made their first monitoring visit on {{ date('visit-1') }}. Supervision could still not be counted."
    ),
    "2024-10": "Supervision is counted again, now in the new case system.",
    "2024-11": "Partners are now invited to a conference on the day on which an enquiry begins.",
    "2024-12": "The second assessment team has begun work, and the team for the edge of care has not.",
    "2025-01": "All team managers have now been trained in reflective supervision.",
    "2025-02": (
        "The shared front door opened on {{ date('front-door') }}; from this month contacts are screened before they"
        " count as referrals."
    ),
    "2025-03": (
        "This return came late, after two meetings of the board; inspectors made their second monitoring visit on {{"
        " date('visit-2') }}."
    ),
    "2025-04": (
        "The board has raised the target for initial conferences. The return for the month before had not come, so"
        " change is measured from {{ period('example_referrals_count', period='2025-02') }}."
    ),
    "2025-05": "The team for families on the edge of care has begun work, five months later than planned.",
    "2025-06": "Agency workers have not yet been offered permanent posts, as was planned for this month.",
    "2025-08": "Every step for the front door is done, and the independent scrutineer found the new thresholds safe.",
    "2025-09": (
        "Every step for child protection is done and has had its effect. Inspectors made their third monitoring visit"
        " on {{ date('visit-3') }}."
    ),
}
