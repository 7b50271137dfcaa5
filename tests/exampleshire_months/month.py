"""One monthly return of Exampleshire: its numbers, from a fixed seed, and its tables. When things happen is in
``story.py``.
"""

import random
from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

from story import DONE, DROPPED, EVENTS, INSPECTION, PRIORITIES, RECOMMENDATIONS, SLIPPED, STEPS, TARGETS, THREAD_RETURN

SEED = 2024
KEY = "exampleshire"
MONTHS = [f"{2024 + (n + 3) // 12}-{(n + 3) % 12 + 1:02}" for n in range(18)]  # 2024-04 to 2025-09
STEP_CHANGE = MONTHS[10]  # referrals are fewer from 2025-02 on
CORRECTED, CORRECTED_ON = "2024-10", "2024-12-04"  # its numerator of assessments was wrong at first
REVISED, REVISED_ON = "2024-12", "2025-02-12"  # its quarter of agency staff was revised
QUARTER = ("2024-10", "2024-11", "2024-12")
LATE, LATE_RECEIVED, LATE_MEETING = "2025-03", "2025-06-04", "2025-06-18"
NOT_AVAILABLE = ("2024-08", "2024-09")  # months without supervision
WRONG_CLAIM = "2025-06"  # a stated share that does not follow from its amounts
COUNTED_TOO_MANY, NOT_COUNTED = (
    22,
    7,
)  # assessments in the first return of 2024-10; agency workers in the quarter at first

REFERRALS, ASSESSMENTS, AGAIN = "example_referrals_count", "assessments_within_45_days_pct", "rereferrals_pct"
CONFERENCES, PLANS = "icpc_in_time_pct", "example_child_protection_plans_count"
SUPERVISION, CASELOAD, AGENCY = "casework_supervision_pct", "example_caseload_average", "agency_staff_pct"
IN_CARE, RECEIVED = "children_in_care_count", "children_received_into_care_count"
SNAPSHOTS = (PLANS, CASELOAD, AGENCY, IN_CARE)
# Levels of each measure: month number and level, joined by straight lines, and how far chance goes either way.
LEVELS = {
    REFERRALS: ([(0, 412), (9, 408), (10, 322), (17, 314)], 17),
    ASSESSMENTS: ([(0, 64), (5, 70), (8, 76), (12, 83), (17, 87)], 2),
    AGAIN: ([(0, 25), (9, 23), (17, 18)], 1),
    CONFERENCES: ([(0, 74), (7, 86), (10, 88), (13, 85), (17, 94)], 2),
    PLANS: ([(0, 342), (17, 296)], 5),
    SUPERVISION: ([(0, 68), (4, 71), (6, 74), (12, 87), (17, 80)], 1),
    CASELOAD: ([(0, 204), (9, 191), (17, 166)], 3),  # tenths of a case
    AGENCY: ([(0, 33), (9, 28), (17, 23)], 1),
    IN_CARE: ([(0, 604), (12, 641), (17, 636)], 4),
}
BEHIND = {ASSESSMENTS: (196, 232), CONFERENCES: (41, 56), SUPERVISION: (1240, 1330), AGENCY: (183, 190)}  # denominators
AGES = {"Under 1": (1, 4), "1 to 4": (2, 5), "5 to 9": (4, 8), "10 to 15": (8, 13), "16 and 17": (6, 10)}
HEADLINE = (ASSESSMENTS, CONFERENCES, AGAIN, SUPERVISION, CASELOAD, AGENCY, REFERRALS)
WORDS = {
    ASSESSMENTS: "Assessments in time",
    CONFERENCES: "Initial conferences in time",
    SUPERVISION: "Supervision",
    REFERRALS: "Referrals",
}
NOTES = {
    CORRECTED: (
        "slip",
        "1",
        ASSESSMENTS,
        (
            f"Corrected on 4 December 2024: the return first counted {COUNTED_TOO_MANY} assessments as finished in time"
            " that were still open."
        ),
    ),
    REVISED: (
        "definition",
        "4",
        AGENCY,
        (
            "Revised on 12 February 2025: agency workers who cover for managers were left out of October to December"
            f" 2024 at first, {NOT_COUNTED} in each month. All three months are counted anew."
        ),
    ),
    STEP_CHANGE: (
        "definition",
        "1",
        REFERRALS,
        (
            "Since 3 February 2025 a shared front door screens contacts before they count as referrals. Numbers before"
            " and after are not alike: an average over both would mislead."
        ),
    ),
    LATE: (
        "gap",
        "",
        "",
        (
            "This return was due for the board of 16 April 2025 and was received on 4 June 2025, after the meetings of"
            " April and May. The board of 18 June 2025 received it."
        ),
    ),
    "2025-04": (
        "gap",
        "",
        "",
        "The return for March 2025 had not come by this meeting. Change is measured from February 2025.",
    ),
    NOT_AVAILABLE[0]: (
        "gap",
        "3",
        SUPERVISION,
        (
            "Supervision in August 2024 could not be counted while records were moved to a new case system. It is not"
            " estimated."
        ),
    ),
    NOT_AVAILABLE[1]: (
        "gap",
        "3",
        SUPERVISION,
        (
            "Supervision in September 2024 could not be counted while records were moved to a new case system. It is"
            " not estimated."
        ),
    ),
    WRONG_CLAIM: (
        "contradiction",
        "",
        "",
        (
            "The return states a share of the money spent that does not follow from its own amounts. Both are shown as"
            " stated."
        ),
    ),
}


def level(measure: str, n: int) -> int:
    """A measure's level in month number ``n``, with the chance that belongs to this measure and month."""
    points, chance = LEVELS[measure]
    (x0, y0), (x1, y1) = next((a, b) for a, b in pairwise(points) if n <= b[0])
    return (y0 * (x1 - n) + y1 * (n - x0)) // (x1 - x0) + random.Random(f"{SEED} {measure} {n}").randint(
        -chance, chance
    )


def numbers(measure: str, month: str) -> tuple[int, int]:
    """Numerator and denominator of a share; the number itself, or its tenths, and 0 for everything else."""
    n = MONTHS.index(month)
    if measure not in BEHIND and measure != AGAIN:
        return level(measure, n), 0
    below = (
        level(REFERRALS, n)
        if measure == AGAIN
        else random.Random(f"{SEED} below {measure} {n}").randint(*BEHIND[measure])
    )
    return below * level(measure, n) // 100, below


def monthly_date(month: str, after: int = 0) -> date:
    """The third Wednesday of the month after: when the board meets that receives the report of ``month``."""
    at = date(int(month[:4]) + int(month[5:]) // 12, int(month[5:]) % 12 + 1, 15)
    return at + timedelta((2 - at.weekday()) % 7 + after)


class Return:
    """One return as it was first sent or as it stands, and what its words depend on."""

    def __init__(self, month: str, is_first: bool):
        self.month, self.is_first, self.n = month, is_first, MONTHS.index(month)
        self.as_at = monthly_date(month, -7).isoformat()
        self.received = LATE_RECEIVED if month == LATE else self.as_at
        self.meeting = LATE_MEETING if month == LATE else monthly_date(month).isoformat()
        self.source = f"{KEY}-{month}"
        known = [m for m in MONTHS[: self.n] if not (m == LATE and month == "2025-04")]
        self.before = known[-1] if known else None
        self.steps = [s for s in STEPS if s[3] <= month < DROPPED.get(s[0], ("9999",))[0]]

    # What the return says of a measure

    def share(self, measure: str, period: str) -> tuple[int, int]:
        above, below = numbers(measure, period)
        if measure == ASSESSMENTS and self.is_first and period == self.month == CORRECTED:
            above += COUNTED_TOO_MANY
        was_revised = self.month > REVISED or (self.month == REVISED and not self.is_first)
        return (
            (above - NOT_COUNTED, below)
            if measure == AGENCY and period in QUARTER and not was_revised
            else (above, below)
        )

    def value(self, measure: str, period: str | None = None) -> int | None:
        """The stated value (in tenths for the caseload), or None where there is none."""
        period = period or self.month
        if measure == SUPERVISION and period in NOT_AVAILABLE:
            return None
        above, below = self.share(measure, period)
        return (200 * above + below) // (2 * below) if below else above

    def ages(self) -> dict[str, int]:
        chance = random.Random(f"{SEED} ages {self.n}")
        return {age: chance.randint(*limits) for age, limits in AGES.items()}

    def target(self, measure: str) -> int | None:
        held = [t[3] for t in TARGETS if t[0] == measure and t[1] <= self.month <= (t[2] or "9999")]
        return held[-1] * (10 if measure == CASELOAD else 1) if held else None

    def short_of(self, measure: str) -> int:
        """By how much a target is missed; 0 or less where it is met or there is nothing to say."""
        value, target = self.value(measure), self.target(measure)
        if value is None or target is None:
            return 0
        return target - value if measure in (ASSESSMENTS, CONFERENCES, SUPERVISION) else value - target

    def moved(self, measure: str) -> str:
        """“rose from … to …” with references in place of numbers, since the newest value known before."""
        label, last = (
            WORDS[measure],
            [m for m in MONTHS[: self.n] if m <= (self.before or "") and self.value(measure, m) is not None],
        )
        if self.value(measure) is None:
            return f'{label} could not be counted in {{{{ period("{measure}") }}}}'
        if not last:
            return f'{label} stood at {{{{ value("{measure}") }}}}'
        old, new = self.value(measure, last[-1]), self.value(measure)
        if old == new:
            return f'{label} stayed at {{{{ value("{measure}") }}}}'
        return (
            f'{label} {"rose" if new > old else "fell"} from {{{{ value("{measure}", period="{last[-1]}") }}}} to {{{{'
            f' value("{measure}") }}}}'
        )

    def against(self, measure: str) -> str:
        if self.value(measure) is None:
            return ""
        goal = f'the target of {{{{ target("{measure}") }}}}'
        return f", short of {goal}" if self.short_of(measure) > 0 else f" and met {goal}"

    # Tables

    def row(self, table: str, number: int, *cells, source: str = "") -> tuple:
        return (*cells, source or self.source, f"Made-up return for demonstration, table of {table}, row {number}")

    def observations(self) -> list[tuple]:
        rows = []

        def add(measure, period, category, value, above="", below="", status="published", source=""):
            kind = "snapshot" if measure in SNAPSHOTS else "month"
            day = f"{period}-{monthrange(int(period[:4]), int(period[5:]))[1]}" if measure in SNAPSHOTS else period
            rows.append(
                self.row(
                    "observations",
                    len(rows) + 2,
                    measure,
                    KEY,
                    day,
                    kind,
                    category,
                    value,
                    above,
                    below,
                    status,
                    source=source,
                )
            )

        for measure in LEVELS:
            revised = measure == AGENCY and self.month == REVISED and not self.is_first
            for period in QUARTER if revised else (self.month,):
                value, (above, below) = self.value(measure, period), self.share(measure, period)
                changed = revised or (measure == ASSESSMENTS and self.month == CORRECTED and not self.is_first)
                if value is None:
                    add(measure, period, "", "", status="not_available")
                else:
                    shown = f"{value // 10}.{value % 10}" if measure == CASELOAD else value
                    add(
                        measure,
                        period,
                        "",
                        shown,
                        above if below else "",
                        below or "",
                        source=f"{self.source}-changed" if changed else "",
                    )
        for age, number in {"": sum(self.ages().values()), **self.ages()}.items():
            add(RECEIVED, self.month, age, number)
        return rows

    def statuses(self, key: str) -> tuple[str, str]:
        return [s for month, s in PRIORITIES[key][3].items() if month <= self.month][-1]

    def step(self, step: tuple) -> tuple[str, str, str]:
        """Due date, day of completion and state of a step as this return gives them."""
        key, due = step[0], step[4]
        slips = {m: d for m, d in SLIPPED.get(key, {}).items() if m <= self.month}
        due = list(slips.values())[-1] if slips else due
        if DONE.get(key, "9999") <= self.as_at:
            return due, DONE[key], "completed"
        if slips or due < self.as_at:
            return due, "", "delayed"
        return (
            due,
            "",
            "in_progress" if (date.fromisoformat(due) - date.fromisoformat(self.as_at)).days < 120 else "planned",
        )

    def finance(self) -> list[tuple]:
        year, so_far = ("2024-25", self.n + 1) if self.month <= "2025-03" else ("2025-26", self.n - 11)
        grant, own = (480_000, 240_000) if year == "2024-25" else (520_000, 200_000)
        spent = 1000 * sum(random.Random(f"{SEED} spend {self.n - k}").randint(44, 62) for k in range(so_far))
        pressure = 1000 * sum(random.Random(f"{SEED} pressure {self.n - k}").randint(28, 47) for k in range(so_far))
        return [
            ("grant", "Improvement grant", "funding", year, grant, "no"),
            ("own", "The council’s own money", "funding", year, own, "no"),
            ("funding", "All money for the improvement programme", "funding", year, grant + own, "yes"),
            ("programme", "Improvement programme, year to date", "spend", year, spent, "no"),
            ("agency", "Agency staff above the pay of permanent staff, year to date", "pressure", year, pressure, "no"),
        ]

    def milestones(self) -> list[tuple]:
        rows = []
        for key, first, last, kind, title, known, expected in EVENTS:
            if known <= self.month:
                is_past = (last or first) <= self.received
                rows.append(
                    (
                        key,
                        *((first, last) if is_past else (expected, "")),
                        kind,
                        title,
                        "happened" if is_past else "expected",
                    )
                )
        for month in MONTHS[max(self.n - 1, 0) : self.n + 1]:
            which = "this report" if month == self.month else "the report before"
            day = self.meeting if month == self.month else Return(month, False).meeting
            if month == self.month or day <= self.received:
                rows.append(
                    (
                        f"board-{month}",
                        day,
                        "",
                        "meeting",
                        f"Improvement Board receives {which}",
                        "happened" if day <= self.received else "expected",
                    )
                )
        following = monthly_date(self.meeting[:7])
        rows.append(("board-next", following.isoformat(), "", "meeting", "Improvement Board meets again", "expected"))
        return sorted(rows, key=lambda r: r[1])

    def claims(self) -> list[tuple]:
        money = {key: amount for key, _, _, _, amount, _ in self.finance()}
        stated = (200 * money["programme"] + money["funding"]) // (2 * money["funding"]) + (
            6 if self.month == WRONG_CLAIM else 0
        )
        rows = []
        for key, measure, thing in (
            ("assessments", ASSESSMENTS, "assessments"),
            ("conferences", CONFERENCES, "conferences"),
            ("again", AGAIN, "referrals"),
        ):
            above, below = self.share(measure, self.month)
            rows.append(
                (
                    f"{key}-share",
                    f"{above} of {below} {thing} are {self.value(measure)}%.",
                    self.value(measure),
                    "percent",
                    0,
                    "percentage",
                    f"{measure}#numerator; {measure}#denominator",
                )
            )
        gap = abs(self.short_of(ASSESSMENTS))
        rows.append(
            (
                "assessments-distance",
                f"Assessments in time are {gap} percentage points away from their target.",
                gap,
                "percent",
                0,
                "difference",
                f"{ASSESSMENTS}; {ASSESSMENTS}#target",
            )
        )
        rows.append(
            (
                "spent-share",
                f"{stated}% of the money of the year is spent.",
                stated,
                "percent",
                0,
                "percentage",
                "£programme; £funding",
            )
        )
        return rows

    def notes(self) -> list[tuple]:
        rows = [
            (
                "definitions",
                "definition",
                "",
                "",
                (
                    "Assessments are counted within 45 working days, conferences within 15 working days, and the"
                    " numbers behind each percentage are stated, which the list of measures leaves open for other"
                    " councils."
                ),
            )
        ]
        if self.month in NOTES and not (self.is_first and self.month in (CORRECTED, REVISED)):
            rows.append(("of-the-month", *NOTES[self.month]))
        for key, text, *_ in STEPS:
            if DROPPED.get(key, ("",))[0] == self.month:
                rows.append(
                    (
                        f"dropped-{key}",
                        "gap",
                        key[0],
                        "",
                        f"The step “{text.rstrip('.')}” is no longer in the plan: {DROPPED[key][1]}.",
                    )
                )
        return rows

    def tables(self) -> dict[str, tuple[str, list[tuple]]]:
        """Header (without provenance) and rows of each table."""
        goals = [t for t in TARGETS if t[1] <= self.month]
        frame = [
            (
                t[0].replace("_", "-"),
                "Performance",
                "",
                PRIORITIES[next(k for k, p in PRIORITIES.items() if t[0] in p[2])][1],
                f"{t[3]}{'' if t[0] == CASELOAD else '%'} or better",
                t[0],
            )
            for t in goals
            if self.month <= (t[2] or "9999")
        ]
        made = {
            "targets": ("measure_id,valid_from,valid_to,target,tolerance,level", goals),
            "priorities": (
                "priority_id,parent_id,title,action_status,impact_status",
                [(k, "", p[0], *self.statuses(k)) for k, p in PRIORITIES.items()],
            ),
            "actions": (
                "action_id,priority_id,text,owner,due,done_on,status",
                [(s[0], s[0][0], s[1], s[2], *self.step(s)) for s in self.steps],
            ),
            "finance": ("line_id,line,kind,period,amount_gbp,is_total", self.finance()),
            "milestones": ("milestone_id,date,end_date,kind,title,status", self.milestones()),
            "claims": ("claim_id,text,stated_value,unit,decimals,method,operands", self.claims()),
            "notes": ("note_id,kind,priority_id,measure_id,text", self.notes()),
            "framework": ("item_id,theme,group,title,threshold,measure_id", frame),
        }
        if self.month == MONTHS[0]:
            key, first, last, published = INSPECTION
            made["inspections"] = (
                "inspection_id,kind,title,date,end_date,published,status,headline",
                [
                    (
                        key,
                        "full",
                        "Inspection of children’s services by Ofsted",
                        first,
                        last,
                        published,
                        "happened",
                        "Children wait too long to be seen, and too many workers leave.",
                    )
                ],
            )
            made["judgements"] = ("inspection_id,area,grade", [(key, "Overall effectiveness", "inadequate")])
            made["recommendations"] = (
                "recommendation_id,inspection_id,kind,number,title,name",
                [(r[0], key, "recommendation", n, r[1], r[2]) for n, r in enumerate(RECOMMENDATIONS, 1)],
            )
        if self.month == THREAD_RETURN:
            made["links"] = (
                "link_id,recommendation_id,priority_id,measure_id,basis,reason",
                [
                    (
                        f"{r[0]}-answer",
                        r[0],
                        r[3],
                        r[4],
                        "stated",
                        "The plan names the recommendation beside this priority and reports on it with this measure.",
                    )
                    for r in RECOMMENDATIONS
                ],
            )
        return {
            name: (head, [self.row(name, n, *r) for n, r in enumerate(rows, 2)]) for name, (head, rows) in made.items()
        }
