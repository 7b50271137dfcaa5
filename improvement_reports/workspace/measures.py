"""The measures that returns speak of, from params/measures.yml."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from improvement_reports.domain.errors import Fault, InvalidInput, shown
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.people import Counted, counted
from improvement_reports.domain.vocabulary import OF_PEOPLE, BetterWhen, PeriodType, Unit
from improvement_reports.workspace.fields import DayText, Identifier, MonthText, Strict, Text, Words, seen_words
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_entries

# The threshold below which counts of children and other protected people are suppressed unless a measure says otherwise
# (1 to this number).
SMALL_NUMBER_THRESHOLD = 5


# The smallest change that is called a change where a measure names none, in the measure's unit.
MEANINGFUL_CHANGE = {Unit.PERCENT: 1.0}


class OfficialCounterpart(Strict):
    """The measure of the Department for Education nearest to one of a return, and how the two differ."""

    measure: Identifier
    difference: Text


class NewStart(Strict):
    """From when on the average and the limits of an authority's control chart start anew, and who decided it why.

    It counts in reports on a time that ends on ``date`` or later, so that no earlier report is judged by it.
    ``approver``: a role or a body.
    """

    authority: Identifier
    since: Annotated[MonthText, Field(alias="from")]
    period_type: PeriodType = PeriodType.MONTH
    date: DayText
    reason: Text
    approver: Text


class Measure(Strict):
    """A measure (KPI). ``of`` says what is counted; by it the list of people decides whether small numbers are
    withheld.

    ``baseline``: how many first values average and limits of a control chart are of; ``new_starts``: where they start
    anew. ``per``: the base of a rate. ``follows``: the measure with the same counts; ``part_of``: the measure that it
    is a part of.
    """

    title: Text
    label: Annotated[str, Field(min_length=1, max_length=48), AfterValidator(seen_words)]
    unit: Unit
    of: Text
    decimals: Annotated[int, Field(ge=0, le=4)] = 0
    better_when: BetterWhen
    definition: Text
    question: Annotated[str, Field(pattern=r"\?$"), AfterValidator(seen_words)]
    method: Literal["previous_value", "same_period_last_year"] = "previous_value"
    meaningful_change: Annotated[float, Field(ge=0)] | None = None
    baseline: Annotated[int, Field(ge=12, le=24)] = 12
    new_starts: tuple[NewStart, ...] = ()
    small_number_threshold: Annotated[int, Field(ge=0)] | None = None
    small_number_reason: Words | None = None
    small_numbers_shown_because: Annotated[str, Field(pattern=r"\w"), AfterValidator(seen_words)] | None = None
    per: Annotated[int, Field(ge=1)] = 10_000
    follows: Identifier | None = None
    part_of: Identifier | None = None
    short: Words | None = None
    official: OfficialCounterpart | None = None

    @model_validator(mode="after")
    def _lower_threshold_needs_reason(self):
        if (
            counted(self.of) is Counted.PROTECTED
            and self.small_number_threshold is not None
            and not self.small_number_reason
        ):
            if self.small_number_threshold < SMALL_NUMBER_THRESHOLD and not self.small_numbers_shown_because:
                raise ValueError(
                    f"a small_number_threshold under {SMALL_NUMBER_THRESHOLD} for {self.of} needs a small_number_reason"
                )
        if self.small_number_threshold == 1:
            raise ValueError(
                "a small_number_threshold of 1 hides only the number 1, so whoever sees a gap knows it; write 2 or"
                " more, or 0"
            )
        if self.small_numbers_shown_because and self.small_number_threshold:
            raise ValueError(
                "has both a small_number_threshold and small_numbers_shown_because; keep the one that is meant"
            )
        return self

    @property
    def is_undecided(self) -> bool:
        """Whether a number of people, or of what might be people, neither withholds small numbers nor says why it shows
        them.
        """
        if self.unit not in OF_PEOPLE or counted(self.of) in (Counted.PROTECTED, Counted.THINGS):
            return False
        return self.small_number_threshold is None and not self.small_numbers_shown_because

    @property
    def change_threshold(self) -> float:
        """The smallest change that counts, in the measure's unit."""
        return self.meaningful_change if self.meaningful_change is not None else MEANINGFUL_CHANGE.get(self.unit, 0.0)

    @property
    def suppress_up_to(self) -> int:
        """Counts from 1 to this number are suppressed; 0 suppresses nothing."""
        if self.small_number_threshold is not None:
            return self.small_number_threshold
        if self.small_numbers_shown_because:
            return 0
        return SMALL_NUMBER_THRESHOLD if counted(self.of) is Counted.PROTECTED else 0


def load_measures(project: Project) -> dict[str, Measure]:
    """All measures by id; a measure may only follow another one that is there."""
    name = "params/measures.yml"
    measures = load_entries(project.params / "measures.yml", Measure, name)
    if faults := measure_faults(measures, name):
        raise InvalidInput(name, faults)
    return measures


def measure_faults(measures: dict[str, Measure], name: str = "params/measures.yml") -> list[Fault]:
    """What is wrong with measures beside each other: who follows whom, and whose small numbers nothing is said of."""
    faults = [
        Fault(
            f"{name}, {key}",
            f"{word} “{other}”, which is {'the measure itself' if other == key else 'not in the file'}; name another"
            f" measure{suggestion(other, [k for k in measures if k != key])}",
        )
        for key, m in measures.items()
        for word, other in (("follows", m.follows), ("is part_of", m.part_of))
        if other is not None and (other not in measures or other == key)
    ]
    faults += [
        Fault(
            f"{name}, {key}",
            f"“of” is {shown(m.of)}, which {'are people' if counted(m.of) is Counted.WORKERS else 'may be people'}, and"
            " nothing says whether small numbers are withheld; set small_number_threshold (usual is"
            f" {SMALL_NUMBER_THRESHOLD}), or say in small_numbers_shown_because why they may be shown, as in “staff,"
            " not children”",
        )
        for key, m in measures.items()
        if m.is_undecided
    ]
    return faults
