"""The words of a return and of its report: short sentences chosen by what happened, with references in place of
numbers.
"""

from month import (
    AGENCY,
    ASSESSMENTS,
    CASELOAD,
    CONFERENCES,
    HEADLINE,
    MONTHS,
    NOTES,
    RECEIVED,
    REFERRALS,
    REVISED,
    STEP_CHANGE,
    SUPERVISION,
    WRONG_CLAIM,
    Return,
)
from story import DROPPED, EFFECTS, NEWS, PRIORITIES, SLIPPED

MONTH_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
# What two statuses of a priority say together; the first that fits holds. {lack} and {gain} are those of the priority.
STATES = [
    ("completed", "completed", "Everything planned has been done and has had its effect: {gain}."),
    ("completed", "on_target", "Everything planned has been done, and it has its effect: {gain}."),
    (
        "completed",
        "",
        (
            "Everything planned has been done, but its effect is not evidenced: {lack}. The board keeps the priority"
            " open until it is."
        ),
    ),
    ("on_target", "on_target", "The steps are on course, and they have their effect: {gain}."),
    ("on_target", "at_risk", "The steps are on course. Their effect is not yet certain: {lack}."),
    ("on_target", "compromised", "The steps are on course, but have too little effect so far: {lack}."),
    (
        "compromised",
        "",
        "The steps are not carried out as agreed, and the board has asked for a recovery plan: {lack}.",
    ),
    ("at_risk", "on_target", "Some steps are behind. What was done so far has its effect: {gain}."),
    ("", "", "Some steps are behind, and the board looks at them again at its next meeting: {lack}."),
]
CHART_NAMES = {
    REFERRALS: "referrals",
    ASSESSMENTS: "assessments",
    CONFERENCES: "conferences",
    SUPERVISION: "supervision",
}


def month_words(month: str) -> str:
    return f"{MONTH_NAMES[int(month[5:]) - 1]} {month[:4]}"


def listed(texts: list[str]) -> str:
    """“do one thing; do another”, of texts that are sentences of their own."""
    return "; ".join(t[0].lower() + t[1:].rstrip(".") for t in texts)


def headline(r: Return) -> str:
    """Whether the plan has its effect, assessments and conferences against their targets, and the news of the month."""
    impacts = [r.statuses(key)[1] for key in PRIORITIES]
    text = (
        'Impact was on target for {{ count_priorities("impact", "on_target") }} of {{ count_priorities() }} priorities'
    )
    if "completed" in impacts:
        text += ' and achieved for {{ count_priorities("impact", "completed") }}'
    if "compromised" in impacts:
        text += ', but compromised for {{ count_priorities("impact", "compromised") }}'
    text += f". {r.moved(ASSESSMENTS)}{r.against(ASSESSMENTS)}. {r.moved(CONFERENCES)}{r.against(CONFERENCES)}."
    return text + (f"\n\n{NEWS[r.month]}" if r.month in NEWS else "")


def priority(r: Return, key: str) -> str:
    """How the measures stand, what was done and what slipped since the last report, and what both statuses mean."""
    sentences = [f'{{{{ sentence("{m}") }}}}' for m in PRIORITIES[key][2]]
    last = Return(r.before, False).as_at if r.before else "0000"
    mine = [s for s in r.steps if s[0].startswith(key)]
    done = [s[1] for s in mine if last < r.step(s)[1]]
    late = [s[1] for s in mine if r.month in SLIPPED.get(s[0], {})]
    dropped = [k for k, (month, _) in DROPPED.items() if month == r.month and k[0] == key]
    news = f"Done since the last report: {listed(done)}. " if done else ""
    news += f"Not done when it was due: {listed(late)}. " if late else ""
    news += "One step was dropped; the data notes say why. " if dropped else ""
    action, impact = r.statuses(key)
    lack, gain = EFFECTS[key]
    meaning = next(words for a, i, words in STATES if a in ("", action) and i in ("", impact)).format(
        lack=lack, gain=gain
    )
    return f"{' '.join(sentences)}\n\n{news}{meaning}"


def missed(r: Return) -> list[str]:
    """Measures that miss their target: percentages first, the furthest first."""
    short = [m for m in HEADLINE if r.short_of(m) > 0]
    return sorted(short, key=lambda m: (m == CASELOAD, -r.short_of(m)))


def off_target(r: Return) -> str:
    short = missed(r)
    if not short:
        return "Every measure that has a target and a value met it."
    text = 'Of {{ count_measures("with_target") }} measures with a target, {{ count_measures("met") }} met it. '
    names = {
        AGENCY: "agency staff",
        ASSESSMENTS: "assessments in time",
        CONFERENCES: "initial conferences in time",
        SUPERVISION: "supervision",
        CASELOAD: "the average caseload",
        "rereferrals_pct": "re-referrals",
    }
    text += f'The widest gap was in {names[short[0]]}, {{{{ distance("{short[0]}") }}}} from its target.'
    help_for = {
        AGENCY: "The retention offer and the academy are meant to lower the share of agency staff.",
        ASSESSMENTS: "Managers go through open assessments each morning.",
        SUPERVISION: "Supervision is watched team by team.",
        CONFERENCES: "Partners are asked to send their reports earlier.",
    }
    return f"{text} {help_for.get(short[0], '')}".strip()


def coming(r: Return) -> str:
    text = (
        f'The Improvement Board receives this report on {{{{ date("board-{r.month}") }}}} and meets again on {{{{'
        ' date("board-next") }}.'
    )
    ahead = [m for m in r.milestones() if m[5] == "expected" and m[3] in ("visit", "launch", "deadline")]
    for key, *_, title, _ in ahead[:2]:
        text += f' {title.rstrip(".")}: {{{{ date("{key}") }}}}.'
    soon = sorted((r.step(s)[0], s[1]) for s in r.steps if r.step(s)[2] != "completed")[:2]
    return text + (f" The next steps due are these: {listed([t for _, t in soon])}." if soon else "")


def data_notes(r: Return) -> str:
    text = (
        'Of {{ count_claims() }} stated numbers that can be recomputed, {{ count_claims("differs") }} differ from their'
        " own figures"
    )
    if r.month == WRONG_CLAIM:
        text = (
            'Of {{ count_claims() }} stated numbers that can be recomputed, {{ count_claims("differs") }} does not'
            ' agree: by its own amounts the share of the money spent is {{ recomputed("spent-share") }}'
        )
    text += ". Numbers of children from one to five are not shown, nor any number that would give them away."
    if any(row[0] == "of-the-month" for row in r.notes()) and r.month in NOTES and r.month != WRONG_CLAIM:
        text += (
            " A data note says what is particular about this month."
            if r.month != REVISED
            else " The quarter’s agency staff was revised; a data note says why."
        )
    return text


def narrative(r: Return) -> dict[str, str]:
    """The sections of the narrative by their names."""
    return {
        "headline": headline(r),
        **{f"priority-{key}": priority(r, key) for key in PRIORITIES},
        "off-target": off_target(r),
        "next": coming(r),
        "framework": (
            "The board follows the plan by these thresholds. The items are those of the plan; a threshold that changed"
            " is shown as it holds in the month of the report."
        ),
        "data-notes": data_notes(r),
    }


def finding(r: Return, measure: str) -> str:
    """The headline of a chart: how the measure moved; after the step change of referrals, the change that matters."""
    if measure == REFERRALS and r.month >= STEP_CHANGE:
        last = MONTHS[MONTHS.index(STEP_CHANGE) - 1]
        return (
            f'Fewer contacts become referrals since the shared front door opened: {{{{ value("{REFERRALS}") }}}},'
            f' against {{{{ value("{REFERRALS}", period="{last}") }}}} in the last month before it'
        )
    return f"{r.moved(measure)}{r.against(measure) if r.target(measure) else ''}"


def parameters(r: Return) -> dict:
    """What the report of the return is called, which measures it shows and what its charts say."""
    sections = {}
    for key, (_, name, measures, _) in PRIORITIES.items():
        drawn = [m for m in measures if m in CHART_NAMES and r.n >= 2]
        charts = [{"id": CHART_NAMES[m], "chart": "trend", "measures": [m], "finding": finding(r, m)} for m in drawn]
        if key == "5":
            charts = [
                {
                    "id": "ages",
                    "chart": "bars",
                    "measures": [RECEIVED],
                    "finding": (
                        f'{{{{ value("{RECEIVED}", category="10 to 15") }}}} of the {{{{ value("{RECEIVED}") }}}}'
                        " children who came into care were aged ten to fifteen"
                    ),
                    "unit_label": "Children received into care by age",
                }
            ]
        sections[key] = {"name": name, "measures": list(measures), "charts": charts}
    short = missed(r)
    summary = f"{r.moved(ASSESSMENTS)}{r.against(ASSESSMENTS)}; " + (
        '{{ count_measures("not_met") }} of {{ count_measures("with_target") }} measures with a target missed it.'
        if short
        else "no measure missed its target."
    )
    return {
        "authority": "exampleshire",
        "month": r.month,
        "kind": "board",
        "title": f"Improvement plan: progress to {month_words(r.month)}",
        "summary": summary,
        "meeting": {"body": "Improvement Board", "date": r.meeting},
        "headline_measures": list(HEADLINE),
        "sections": sections,
    }
