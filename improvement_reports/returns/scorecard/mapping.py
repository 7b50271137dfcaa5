"""``params/<authority>/import.yml``: what the headings of a scorecard mean, and which of its rows is which measure."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from improvement_reports.domain.errors import Fault, InvalidInput, shown
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.sameness import normal_key
from improvement_reports.domain.vocabulary import PeriodType, ValueStatus
from improvement_reports.returns.scorecard.roles import LEAVE_OUT, ROLES, plain
from improvement_reports.workspace.fields import Identifier, MonthText, Strict, Text, Words
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.yaml_files import load_yaml, validated

UNDECIDED = "undecided"
WITHOUT_MEASURE = (LEAVE_OUT, UNDECIDED)
COLUMN = r"^[A-Za-z]{1,3}$"


def _role(text: str) -> str:
    if text not in (*ROLES, LEAVE_OUT):
        raise ValueError(
            f"is not what a column can be{suggestion(text, ROLES)}; allowed are {', '.join(ROLES)}, {LEAVE_OUT}"
        )
    return text


def _missing(status: ValueStatus) -> ValueStatus:
    if status is ValueStatus.PUBLISHED:
        raise ValueError("is no reason why a value is missing; write not_available, suppressed or another one")
    return status


class SheetMapping(Strict):
    """A sheet that is read; ``months``: by column the month that its heading does not say; ``area``: the area that it
    is of, if not of the whole authority.
    """

    name: Words
    area: Identifier | None = None
    header_row: Annotated[int, Field(ge=1)] | None = None
    months: dict[Annotated[str, Field(pattern=COLUMN)], MonthText] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _months_have_a_row(self):
        if self.months and self.header_row is None:
            raise ValueError("names months and no header_row; say in which row the headings stand")
        return self


class SourceMapping(Strict):
    """What return.yml says of the scorecard; ``{month}`` in the title is the month in words."""

    id: Identifier
    title: Text
    publisher: Text
    licence: Text
    keep_copy: bool = True


class TargetMapping(Strict):
    """Whether targets are read, who set them, and from which month on they hold (none: the first one imported)."""

    read: bool = True
    level: Literal["local", "national"] = "local"
    valid_from: MonthText | None = None


class MeasureMapping(Strict):
    """A row of the scorecard and the measure that it is; ``section`` only where the name stands in several."""

    name: Text
    section: Words = ""
    measure: Identifier
    period_type: PeriodType | None = None
    scale: Literal["fraction", "percent"] | None = None

    @property
    def is_read(self) -> bool:
        return self.measure not in WITHOUT_MEASURE


class Mapping(Strict):
    """The whole file. ``columns``: by heading the role of a column; ``only``: by heading the word whose rows count.
    ``areas``: by the word of the scorecard the area below the authority that it means.
    ``arrows``: whether an arrow says which way the number goes, or whether performance gets better or worse.
    """

    sheets: list[SheetMapping] = Field(min_length=1)
    columns: dict[Words, Annotated[str, AfterValidator(_role)]] = Field(default_factory=dict)
    values: Literal["stored", "shown"] = "stored"
    arrows: Literal["number", "performance", "leave_out"] = "number"
    missing: dict[Words, Annotated[ValueStatus, AfterValidator(_missing)]] = Field(default_factory=dict)
    only: dict[Words, Words] = Field(default_factory=dict)
    areas: dict[Words, Identifier] = Field(default_factory=dict)
    targets: TargetMapping = TargetMapping()
    source: SourceMapping
    measures: list[MeasureMapping] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_name_once(self):
        keys = [(normal_key(m.name), normal_key(m.section)) for m in self.measures]
        for one, key in zip(self.measures, keys, strict=True):
            if keys.count(key) > 1:
                raise ValueError(f"the measure {shown(one.name)} stands twice under measures; keep one of them")
        taken = [m.measure for m in self.measures if m.is_read]
        if twice := next((m for m in taken if taken.count(m) > 1), None):
            rows = " and ".join(shown(m.name) for m in self.measures if m.measure == twice)
            raise ValueError(f"{rows} are both the measure {twice}; give one of them another measure, or {LEAVE_OUT}")
        return self

    @property
    def roles(self) -> dict[str, str] | None:
        """Roles by plain heading, or None where the mapping leaves them to the words of the headings."""
        return {plain(h): r for h, r in self.columns.items()} or None

    @property
    def known_areas(self) -> dict[str, str]:
        """The areas by the words of the scorecard as they are compared."""
        return {normal_key(word): key for word, key in self.areas.items()}

    @property
    def area_keys(self) -> list[str]:
        """Every area that the mapping names."""
        return [*self.areas.values(), *(s.area for s in self.sheets if s.area)]

    @property
    def marks(self) -> dict[str, ValueStatus]:
        """The marks for missing values as cells are compared."""
        return {normal_key(mark): status for mark, status in self.missing.items()}

    def of(self, name: str, section: str) -> MeasureMapping | None:
        """The entry of a row: by name and section, else by name alone where the entry names no section."""
        names = [m for m in self.measures if normal_key(m.name) == normal_key(name)]
        exact = [m for m in names if normal_key(m.section) == normal_key(section)]
        return next(iter(exact or [m for m in names if not m.section]), None)


def load_mapping(path: Path, name: str, measures: dict[str, Measure]) -> Mapping:
    """The mapping in a file; `InvalidInput` with one sentence for each fault, unknown measures among them.

    ``measures``: the council's own and those of the library.
    """
    mapping = validated(Mapping, load_yaml(path, name, "sheets, source and measures"), name)
    faults = [
        Fault(
            f"{name}, measures, {shown(m.name)}",
            f"{shown(m.measure)} is not in params/measures.yml{suggestion(m.measure, measures, 3)}; correct it, add the"
            f" measure (python3 make.py add-measure), or write {LEAVE_OUT}",
        )
        for m in mapping.measures
        if m.is_read and m.measure not in measures
    ]
    if faults:
        raise InvalidInput(name, faults)
    return mapping
