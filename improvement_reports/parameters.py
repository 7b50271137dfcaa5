"""Parameters: authorities, measures and one file per report, validated before anything runs."""

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from improvement_reports.areas import authority_faults, read_areas
from improvement_reports.domain.errors import Fault, InvalidInput, UserError, listed, shown
from improvement_reports.domain.hints import date_problem, suggestion
from improvement_reports.domain.numbers import parse_date
from improvement_reports.domain.people import Counted, counted
from improvement_reports.domain.vocabulary import BetterWhen, PeriodType, ReportKind, Unit
from improvement_reports.files import is_left_behind
from improvement_reports.project import KEY, MONTH, RESERVED, Project
from improvement_reports.prose import code_point, is_hidden
from improvement_reports.yaml_reading import load_yaml

# The threshold below which counts of children and other protected people are suppressed unless a measure says otherwise (1 to this number).
SMALL_NUMBER_THRESHOLD = 5
# The smallest change that is called a change where a measure names none, in the measure's unit.
MEANINGFUL_CHANGE = {Unit.PERCENT: 1.0}

ID = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")


def _as_text(value):
    """YAML turns 2021-05-26 into a date and 2021 into a number; both are meant as text."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _real_date(text: str) -> str:
    try:
        parse_date(text)
    except ValueError:
        raise ValueError(date_problem(text).removeprefix("is ")) from None
    return text


def _real_day(text: str) -> str:
    """A whole day: what was known by it could not be told from a month or a year."""
    if len(_real_date(text)) != 10:
        raise ValueError("not a day; write year, month and day as in 2021-05-26")
    return text


def _month(text: str) -> str:
    if not MONTH.fullmatch(text):
        raise ValueError("not a month; write year and month as in 2021-04")
    return text


def _identifier(text: str) -> str:
    if not ID.fullmatch(text):
        raise ValueError("not an id; use lower-case letters, digits, hyphens and underscores")
    return text


DateText = Annotated[str, BeforeValidator(_as_text), AfterValidator(_real_date)]
DayText = Annotated[str, BeforeValidator(_as_text), AfterValidator(_real_day)]
MonthText = Annotated[str, BeforeValidator(_as_text), AfterValidator(_month)]
Identifier = Annotated[str, AfterValidator(_identifier)]


def _seen(text: str) -> str:
    """Text as a reader sees it: nothing in it has an effect that nobody sees."""
    hidden = next((c for c in text if c not in "\n\t" and is_hidden(c)), None)
    if hidden is not None:
        raise ValueError(f"holds a character that cannot be seen ({code_point(hidden)}); remove it")
    return text


Words = Annotated[str, AfterValidator(_seen)]
Text = Annotated[str, Field(min_length=1), AfterValidator(_seen)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, allow_inf_nan=False)


class Meeting(Strict):
    """The body that receives a report, and when; the report shows only what was known by then."""

    body: Text
    date: DayText


class Source(Strict):
    title: Text
    publisher: Text
    date: DateText
    licence: Text
    file: Words | None = None
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")
    url: str | None = Field(None, pattern=r'^https://[^\s"<>\\`]+$')
    meeting: Meeting | None = None


class ReturnInfo(Strict):
    """``return.yml``: what the return is, when it was received, and its source documents."""

    authority: Identifier
    month: MonthText
    illustrative: bool = False
    received: DayText
    sources: dict[Identifier, Source] = Field(min_length=1)


class Authority(Strict):
    name: Text
    short_name: Text
    la_code: Annotated[str, BeforeValidator(_as_text), Field(pattern=r"^[0-9]{3}$")]
    ons_code: Annotated[str, Field(pattern=r"^[A-Z][0-9]{8}$")] | None = None
    region: Text
    illustrative: bool = False


class OfficialCounterpart(Strict):
    """The measure of the Department for Education nearest to one of a return, and how the two differ."""

    measure: Identifier
    difference: Text


class Measure(Strict):
    """A measure (KPI). ``of`` says what is counted; by it the list of people decides whether small numbers are withheld.

    ``per``: the base of a rate. ``follows``: the measure with the same counts; ``part_of``: the measure that it is a part of.
    """

    title: Text
    label: Annotated[str, Field(min_length=1, max_length=48), AfterValidator(_seen)]
    unit: Unit
    of: Text
    decimals: Annotated[int, Field(ge=0, le=4)] = 0
    better_when: BetterWhen
    definition: Text
    question: Annotated[str, Field(pattern=r"\?$"), AfterValidator(_seen)]
    method: Literal["previous_value", "same_period_last_year"] = "previous_value"
    meaningful_change: Annotated[float, Field(ge=0)] | None = None
    small_number_threshold: Annotated[int, Field(ge=0)] | None = None
    small_number_reason: Words | None = None
    small_numbers_shown_because: Annotated[str, Field(pattern=r"\w"), AfterValidator(_seen)] | None = None
    per: Annotated[int, Field(ge=1)] = 10_000
    follows: Identifier | None = None
    part_of: Identifier | None = None
    short: Words | None = None
    official: OfficialCounterpart | None = None

    @model_validator(mode="after")
    def _lower_threshold_needs_reason(self):
        if counted(self.of) is Counted.PROTECTED and self.small_number_threshold is not None and not self.small_number_reason:
            if self.small_number_threshold < SMALL_NUMBER_THRESHOLD and not self.small_numbers_shown_because:
                raise ValueError(
                    f"a small_number_threshold under {SMALL_NUMBER_THRESHOLD} for {self.of} needs a small_number_reason"
                )
        if self.small_number_threshold == 1:
            raise ValueError("a small_number_threshold of 1 hides only the number 1, so whoever sees a gap knows it; write 2 or more, or 0")
        if self.small_numbers_shown_because and self.small_number_threshold:
            raise ValueError("has both a small_number_threshold and small_numbers_shown_because; keep the one that is meant")
        return self

    @property
    def is_undecided(self) -> bool:
        """Whether a number of people, or of what might be people, neither withholds small numbers nor says why it shows them."""
        if self.unit not in (Unit.COUNT, Unit.PERCENT, Unit.RATE) or counted(self.of) in (Counted.PROTECTED, Counted.THINGS):
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


# Parameters that a kind of chart has no use for.
NOT_FOR = {"trend": ("period", "unit_label", "category_labels"), "bars": ("period_type",), "against_target": ("period_type",)}


class ChartParameters(Strict):
    """One chart of a section. ``finding`` is its headline, a narrative sentence with traced numbers.

    ``period``: of bars that are not of the newest period. ``period_type``: of a trend of a measure with several kinds of period.
    """

    id: Identifier
    chart: Literal["against_target", "trend", "bars"]
    measures: list[Identifier] = Field(min_length=1)
    finding: Text
    period: DateText | None = None
    period_type: PeriodType | None = None
    unit_label: Words | None = None
    category_labels: dict[Words, Words] | None = None

    @model_validator(mode="after")
    def _says_nothing_in_vain(self):
        """What a chart of the kind does not show is refused, for it would be left out without a word."""
        if self.chart == "trend" and len(self.measures) > 1:
            raise ValueError(f"the trend “{self.id}” names {len(self.measures)} measures; a trend shows one, so make a chart of each")
        given = [name for name in NOT_FOR[self.chart] if getattr(self, name) is not None]
        if given:
            raise ValueError(f"the {self.chart} chart “{self.id}” does not use {listed(given)}; leave it out")
        return self


class SectionParameters(Strict):
    """A section of the page for one priority (its key): a short name, and what it shows."""

    name: Text
    measures: list[Identifier] = []
    charts: list[ChartParameters] = []


class ReportParameters(Strict):
    """``params/<authority>/<month>-<kind>.yml``: what one report is called, who receives it, what it shows."""

    authority: Identifier
    month: MonthText
    kind: ReportKind
    title: Text
    summary: Text
    meeting: Meeting
    headline_measures: list[Identifier] = []
    sections: dict[str, SectionParameters] = {}

    @model_validator(mode="after")
    def _chart_ids_are_unique(self):
        ids = [chart.id for section in self.sections.values() for chart in section.charts]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise ValueError(f"the chart id {twice[0]} is used twice; each chart needs its own")
        return self

    @property
    def measures(self) -> list[str]:
        """All measures that the report names, each once, in order."""
        named = list(self.headline_measures)
        for section in self.sections.values():
            named += section.measures + [m for chart in section.charts for m in chart.measures]
        return list(dict.fromkeys(named))


def _fields_at(model: type[BaseModel], location: tuple) -> list[str]:
    """The parameter names allowed where an unknown one was found, for the message."""
    schema = model.model_json_schema()
    node = schema
    for part in location:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node
        choices = node.get("anyOf", [node])
        node = next((c for c in choices if c.get("type") != "null"), node)
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node
        if isinstance(part, int):
            node = node.get("items", {})
        else:
            node = node.get("properties", {}).get(part) or node.get("additionalProperties") or {}
    node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]] if isinstance(node, dict) and "$ref" in node else node
    return sorted(node.get("properties", {})) if isinstance(node, dict) else []


def validated(model: type[BaseModel], content: dict, name: str):
    """``content`` as a ``model``; `InvalidInput` with one sentence per fault, naming the parameter and what is allowed."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise InvalidInput(name, [_fault(model, e, name) for e in error.errors()]) from None


# What to write instead, by the kind of mistake; the names of the kinds are pydantic's.
TYPE_SENTENCES = {
    "string_type": "write a text, in quotation marks if it looks like a number",
    "string_too_short": "write a text",
    "string_too_long": "write at most {max_length} characters",
    "string_pattern_mismatch": "write it in the form that the template shows",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "greater_than_equal": "write a number of at least {ge}",
    "less_than_equal": "write a number of at most {le}",
    "list_type": "write a list, one entry to a line with a hyphen before it",
    "dict_type": "write names with a colon and their values below it",
    "model_type": "write names with a colon and their values below it",
    "model_attributes_type": "write names with a colon and their values below it",
    "too_short": "add at least {min_length} entry",
}
PATTERN_SENTENCES = {
    "la_code": "write three digits",
    "ons_code": "write a letter and eight digits",
    "question": "write a question that ends with a question mark",
    "sha256": "write 64 hexadecimal digits",
    "url": "write an address that begins with https:// and holds no spaces, quotation marks, angle brackets or backslashes",
}


def _fault(model, error, name) -> Fault:
    location = error["loc"]
    path = shown(" → ".join(str(p) for p in location if p != "[key]") or "the file", 120)[1:-1]
    last = location[-1] if location else ""
    match error["type"]:
        case "missing":
            return Fault(name, f"the parameter “{path}” is missing; add it")
        case "extra_forbidden":
            allowed = _fields_at(model, location[:-1])
            hint = suggestion(last, allowed) or f"; allowed are {', '.join(allowed)}"
            return Fault(name, f"“{path}” is not a known parameter{hint}")
        case "enum" | "literal_error":
            return Fault(name, f"“{path}” is {shown(error['input'])}; allowed are {error['ctx']['expected']}")
        case "value_error":
            problem = str(error["ctx"]["error"])
            if location and not isinstance(error["input"], dict):
                problem = f"“{path}” is {shown(error['input'])}: {problem}"
            return Fault(name, f"“{path}”: {problem}" if location and isinstance(error["input"], dict) else problem)
        case other:
            wanted = TYPE_SENTENCES.get(other, "write what the template has there")
            wanted = PATTERN_SENTENCES.get(last, wanted) if other == "string_pattern_mismatch" else wanted
            wanted = wanted.format(**error.get("ctx", {}))
            return Fault(name, f"“{path}” is {shown(error['input'])}, which is not allowed; {wanted}")


@cache
def _mapping_cached(path: Path, model: type[BaseModel], name: str, stamp: tuple) -> dict:
    content = load_yaml(path, name)
    faults, result = [], {}
    for key, value in content.items():
        try:
            entry = f"{name}, {key}"
            if not isinstance(key, str) or not ID.fullmatch(key):
                raise InvalidInput(
                    name, [Fault(entry, "not an id; use lower-case letters, digits, hyphens and underscores")]
                )
            result[key] = validated(model, value if isinstance(value, dict) else {"": value}, entry)
        except InvalidInput as error:
            faults += error.faults
    if faults:
        raise InvalidInput(name, faults)
    return result


def _mapping(path: Path, model: type[BaseModel], name: str) -> dict:
    """A file of ``id: {...}`` entries, each as a ``model``; read once for each state of the file."""
    try:
        stat = path.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
    except FileNotFoundError:
        stamp = ()
    return _mapping_cached(path, model, name, stamp)


def load_measures(project: Project) -> dict[str, Measure]:
    """All measures by id; a measure may only follow another one that is there."""
    name = "params/measures.yml"
    measures = _mapping(project.params / "measures.yml", Measure, name)
    faults = [
        Fault(
            f"{name}, {key}",
            f"{word} “{other}”, which is {'the measure itself' if other == key else 'not in the file'}; name another measure{suggestion(other, [k for k in measures if k != key])}",
        )
        for key, m in measures.items()
        for word, other in (("follows", m.follows), ("is part_of", m.part_of))
        if other is not None and (other not in measures or other == key)
    ]
    faults += [
        Fault(
            f"{name}, {key}",
            f"“of” is {shown(m.of)}, which {'are people' if counted(m.of) is Counted.WORKERS else 'may be people'}, and nothing says whether small numbers are withheld; "
            f"set small_number_threshold (usual is {SMALL_NUMBER_THRESHOLD}), or say in small_numbers_shown_because why they may be shown, as in “staff, not children”",
        )
        for key, m in measures.items()
        if m.is_undecided
    ]
    if faults:
        raise InvalidInput(name, faults)
    return measures


def load_authorities(project: Project) -> dict[str, Authority]:
    """The authorities of params/authorities.yml, and every other English one that the official statistics name.

    Their keys are their names in lower case with hyphens; of two with one name the one that has ended gets its code after it.
    """
    name = "params/authorities.yml"
    own = _mapping(project.params / "authorities.yml", Authority, name)
    faults = [Fault(f"{name}, {key}", problem) for key in own if (problem := _no_folder(key))]
    if faults:
        raise InvalidInput(name, faults)
    path = project.raw / "official-statistics" / "areas.csv"
    if not path.exists():
        return own
    stat = path.stat()
    others, faults = _of_areas(path, (stat.st_mtime_ns, stat.st_size), tuple(own.items()))
    if faults:
        raise InvalidInput(name, [Fault(f"{name}, {where}", problem) for where, problem in faults])
    return {**others, **own}


def _no_folder(key: str) -> str:
    """Why an authority's key cannot be the name of its folders, or nothing."""
    if not KEY.fullmatch(key):
        return "cannot be the name of a folder; use lower-case letters, digits and single hyphens"
    if key in RESERVED:
        return f"is the name of a page of all authorities together, as are {', '.join(r for r in RESERVED if r != key)}; choose another key"
    return ""


@cache
def _of_areas(path: Path, stamp: tuple, own: tuple) -> tuple[dict[str, Authority], tuple]:
    """The other authorities of ``areas.csv``, and where the project's own ones do not fit it; read once for each state of both."""
    rows = read_areas(path)
    return _other_authorities(rows, dict(own)), tuple(authority_faults(dict(own), rows))


def _other_authorities(rows: list[dict], own: dict[str, Authority]) -> dict[str, Authority]:
    codes, found = {a.la_code for a in own.values()}, {}
    for row in sorted(rows, key=lambda r: r["la_code"], reverse=True):
        if row["la_code"] in codes or not row["area_name"]:
            continue
        name = row["area_name"]
        key = re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "").replace("&", " and ")).strip("-")
        key = key if key not in found and key not in own else f"{key}-{row['la_code']}"
        if _no_folder(key):
            key = f"area-{row['la_code']}"
        found[key] = Authority(name=name, short_name=name, la_code=row["la_code"], region=row["region"] or "not known")
    return dict(sorted(found.items()))


class ProfileParameters(Strict):
    """``params/profiles.yml``: the reporting year of all profiles, the day they are as at, and who is on the default site."""

    month: MonthText
    known_by: DayText
    authorities: list[Identifier] = []


PROFILES_FILE = "profiles.yml"


def load_profiles(project: Project) -> ProfileParameters | None:
    """The parameters of profiles, or None for a project without them."""
    path, name = project.params / PROFILES_FILE, f"params/{PROFILES_FILE}"
    if not path.is_file():
        return None
    found = validated(ProfileParameters, load_yaml(path, name), name)
    known = load_authorities(project)
    from improvement_reports.councils import ended_sentence  # which reads authorities and YAML with this module

    faults = [Fault(name, f"the authority “{a}” is not known{suggestion(a, known)}") for a in found.authorities if a not in known]
    faults += [Fault(name, f"the authority “{a}” stands twice; name it once") for a in sorted(set(found.authorities)) if found.authorities.count(a) > 1]
    faults += [Fault(name, said) for a in found.authorities if a in known and (said := ended_sentence(project, a, found.month))]
    if faults:
        raise InvalidInput(name, faults)
    return found


def profile_parameters(project: Project, authority: str, month: str) -> ReportParameters:
    """The parameters of one authority's profile, from those of all profiles; a `UserError` for another month or authority."""
    from improvement_reports.councils import ended_sentence

    profiles, authorities = load_profiles(project), load_authorities(project)
    if profiles is None:
        raise UserError("There is no params/profiles.yml, which says for which year profiles are; add it.")
    if month != profiles.month:
        raise UserError(f"Profiles are for {profiles.month}, as params/profiles.yml says, not for {month}.")
    if authority not in authorities:
        raise UserError(f"{shown(authority)} is not an authority{suggestion(authority, authorities)}.")
    if said := ended_sentence(project, authority, month):
        raise UserError(f"{said}.")
    return ReportParameters(
        authority=authority, month=month, kind=ReportKind.PROFILE, title="Where it stands in official statistics", summary=PROFILE_SUMMARY,
        meeting=Meeting(body="Official statistics published", date=profiles.known_by),
    )  # fmt: skip


PROFILE_SUMMARY = (
    'Of {{ count_standings("ranked") }} official measures with a better side, {{ authority_name() }} is in the best quarter of authorities on '
    '{{ count_standings("best") }} and in the worst quarter on {{ count_standings("worst") }}; since the year before '
    '{{ count_standings("improving") }} improved and {{ count_standings("worsening") }} worsened.'
)


def load_report(project: Project, path: Path) -> ReportParameters:
    """One report's parameters; the file's name and folder must say the same authority, month and kind."""
    if path.stem.endswith(f"-{ReportKind.PROFILE}") and not path.is_file():
        return profile_parameters(project, path.parent.name, path.stem[:7])
    from improvement_reports.councils import ended_sentence

    name = project.relative(path)
    report = validated(ReportParameters, load_yaml(path, name), name)
    expected = f"{report.authority}/{report.month}-{report.kind}.yml"
    faults = []
    if path.relative_to(project.params).as_posix() != expected:
        faults.append(Fault(name, f"the parameters say {expected}; rename the file or correct the parameters"))
    measures = load_measures(project)
    for measure in report.measures:
        if measure not in measures:
            faults.append(
                Fault(name, f"the measure “{measure}” is not in params/measures.yml{suggestion(measure, measures)}")
            )
    if report.authority not in (authorities := load_authorities(project)):
        faults.append(
            Fault(
                name,
                f"the authority “{report.authority}” is not in params/authorities.yml{suggestion(report.authority, authorities)}",
            )
        )
    elif said := ended_sentence(project, report.authority, report.month):
        faults.append(Fault(name, said))
    if faults:
        raise InvalidInput(name, faults)
    return report


class Contact(Strict):
    """How readers reach the publisher; it stands in the accessibility statement."""

    email: str = Field(pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
    telephone: str = Field("", pattern=r"^[0-9+ ()]*$", max_length=40)
    answer_days: int = Field(ge=1, le=60)
    # One more line, such as the hours of the telephone.
    note: Words = Field("", max_length=200)


class SiteSettings(Strict):
    """``params/site.yml``: what the site shows. A project without the file has these values."""

    publisher: Text = "improvement-reports"
    # Authorities that are made up, for demonstration: false leaves them out.
    demonstration: bool = True
    # Reports that are not published, or differ from their edition, each page marked DRAFT.
    drafts: bool = False
    # Where the site is published, as https://…/, for the feed; without it the feed's links are relative.
    url: str = Field("", pattern=r'^(https://[^\s"<>\\`]+/)?$')
    # Without it a site is not published, for its accessibility statement would name nobody.
    contact: Contact | None = None


SETTINGS_FILE = "site.yml"


def load_settings(project: Project) -> SiteSettings:
    path, name = project.params / SETTINGS_FILE, f"params/{SETTINGS_FILE}"
    return validated(SiteSettings, load_yaml(path, name), name) if path.is_file() else SiteSettings()


def no_report(authority: str | None, month: str | None, kind: str | None) -> str:
    """That there is no such report: where its parameter file belongs, and what must stand in it."""
    fields = [name for name, field in ReportParameters.model_fields.items() if field.is_required()]
    asked = "/".join(f or "*" for f in (authority, month, kind))
    path = f"params/{authority or '<authority>'}/{month or '<month>'}-{kind or '<kind>'}.yml"
    return f"There is no report {asked} in params/; add {path} with {', '.join(fields[:-1])} and {fields[-1]}, as the files of other reports have them."


def report_files(project: Project) -> list[Path]:
    """Every report's parameter file, sorted; `strays` names the files beside them that are not read."""
    return sorted(p for p in project.params.glob("*/*.yml") if MONTH.match(p.name) and not is_left_behind(p.name))
