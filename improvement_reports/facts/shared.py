"""What all parts of `Facts` stand on: the tables of one reporting month, how a row of them is found and named, and the
figures that were shown.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, TypedDict, Unpack

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import UserError, shown
from improvement_reports.domain.fold import Fold
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.joined_frames import joined
from improvement_reports.domain.lookup import Rows
from improvement_reports.domain.markup import distinct_slugs, mark_html, slug
from improvement_reports.domain.references import Reference, find_observation
from improvement_reports.domain.sameness import normal_keys
from improvement_reports.domain.tables import OBSERVATIONS, RETURN_TABLES, TARGETS
from improvement_reports.domain.vocabulary import AREA_NAMES, Area, Mark, PeriodType, ValueStatus
from improvement_reports.domain.wording import period_words, priorities_in_doubt
from improvement_reports.facts.figures import Figure, SomeRow, inputs_of, link
from improvement_reports.facts.worked_out import worked_out
from improvement_reports.method.progress import Position
from improvement_reports.official.statistics import OfficialStatistics
from improvement_reports.workspace.authorities import Authority
from improvement_reports.workspace.measures import Measure


class Where(TypedDict, total=False):
    """Which observation of a measure is meant; without anything the authority's own for the reporting month."""

    period: str
    category: str
    area: str
    period_type: str


SUPPRESSED = ValueStatus.SUPPRESSED


class Held(NamedTuple):
    """Rows of one or several returns of which no two say the same thing, newest return first, and their keys."""

    rows: pd.DataFrame
    keys: list[tuple[str, ...]]


def with_earlier(current: pd.DataFrame, earlier: list[pd.DataFrame], key: tuple[str, ...]) -> pd.DataFrame:
    """The rows of this return and of earlier ones; where two say the same thing the newer return holds.

    A number that one of the returns suppresses stays suppressed: another month's report must not give it away.
    """
    before = _EARLIER[key](earlier, key) if key in _EARLIER else _all_held(earlier, key)
    if (known := _last_held.get(key)) is not None and known[0] is current and known[1] is before:
        return known[2]
    held = _held([*_with_keys([current], key), *([before] if before else [])])
    _last_held[key] = current, before, held.rows if held else current
    return _last_held[key][2]


# By key, of which return and earlier ones it was asked last, and the rows: the same rows are the same table.
_last_held: dict[tuple[str, ...], tuple[pd.DataFrame, "Held | None", pd.DataFrame]] = {}


def _with_keys(tables: Iterable[pd.DataFrame], key: tuple[str, ...]) -> list[Held]:
    """Each table that has rows with the keys of its rows."""
    return [Held(t, normal_keys(t, key)) for t in tables if not t.empty]


def _held(parts: list[Held]) -> Held | None:
    """Of parts, newest first, the rows that hold."""
    if not parts:
        return None
    rows, keys = pd.concat([p.rows for p in parts], ignore_index=True), [k for p in parts for k in p.keys]
    return _holding(Held(rows, keys), range(len(keys)))


def _holding(all_rows: Held, order: Sequence[int]) -> Held:
    """The rows that hold, taken in an order, newest first: of each key the first that is suppressed, else the first."""
    rows, keys = all_rows
    status = rows["value_status"].tolist() if "value_status" in rows else [""] * len(keys)
    chosen: dict[tuple[str, ...], int] = {}
    for at in order:
        if (known := chosen.setdefault(keys[at], at)) != at and status[at] == SUPPRESSED != status[known]:
            chosen[keys[at]] = at
    if len(chosen) == len(keys) and isinstance(order, range):
        return all_rows
    hold = set(chosen.values())
    kept = [at for at in order if at in hold]
    return Held(rows.iloc[kept].reset_index(drop=True), [keys[at] for at in kept])


def _all_held(earlier: Sequence[pd.DataFrame], key: tuple[str, ...]) -> Held | None:
    tables = [table for table in earlier if not table.empty]
    if not tables:
        return None
    ends = list(accumulate(map(len, tables)))
    places = [range(end - len(table), end) for table, end in zip(tables, ends, strict=True)]
    rows = joined(tables)
    return _holding(Held(rows, normal_keys(rows, key)), [at for part in reversed(places) for at in part])


def _with_held(before: Held | None, table: pd.DataFrame, key: object) -> Held | None:
    """What holds with one return more, which is newer than all before it."""
    assert isinstance(key, tuple)
    return _held([*_with_keys([table], key), *([before] if before else [])])


# What holds of the earlier returns of a series, for the tables that are asked for every month.
_EARLIER: dict[tuple[str, ...], Fold[Held | None]] = {
    key: Fold(None, _with_held, _all_held) for key in (OBSERVATIONS.key, TARGETS.key)
}


class Shared:
    """The prepared tables of one return (and of earlier ones of the authority) with their measures.

    ``tables``: processed tables by name. ``earlier``: the same for earlier months, oldest first. ``official``: the
    official statistics as at the meeting, or what opens them, or None.
    """

    def __init__(
        self,
        authority_id: str,
        month: str,
        authority: Authority,
        measures: dict[str, Measure],
        tables: Mapping[str, pd.DataFrame],
        earlier: Sequence[Mapping[str, pd.DataFrame]] = (),
        official: OfficialStatistics | Callable[[], OfficialStatistics | None] | None = None,
    ):
        self.authority_id, self.month, self.authority, self.measures = authority_id, month, authority, measures
        self.tables, self.earlier, self._official = tables, list(earlier), official
        self.observations = with_earlier(tables["observations"], [t["observations"] for t in earlier], OBSERVATIONS.key)
        self.targets = with_earlier(tables["targets"], [t["targets"] for t in earlier], TARGETS.key)
        rated = next((t for t in reversed(self.earlier) if (t["priorities"]["action_status"] != "").any()), None)
        self.previous_priorities: pd.DataFrame | None = None if rated is None else rated["priorities"]
        self.previously_doubted = (
            set() if rated is None or "notes" not in rated else priorities_in_doubt(rated["notes"])
        )
        self._every: dict[str, pd.DataFrame] = {}
        self._rows: dict[str, Rows] = {}
        self._figures: list[Figure] = []
        self._claims: pd.DataFrame | None = None

    @cached_property
    def official(self) -> OfficialStatistics | None:
        """The official statistics; opened now if how to open them was given."""
        return self._official() if callable(self._official) else self._official

    @property
    def picture_source(self) -> str:
        """Whose figures a picture shows, for a picture that has left its page."""
        return f"{self._made_up}Source: {self.authority.name}, return of {nb.format_day(self.month)}."

    @property
    def official_picture_source(self) -> str:
        """The same for a picture of official statistics."""
        return f"{self._made_up}Source: Department for Education, official statistics."

    @property
    def _made_up(self) -> str:
        return "Illustrative: all figures are made up. " if self.authority.illustrative else ""

    @property
    def observations_by_key(self) -> Rows:
        """The observations, to be looked up."""
        return worked_out(self.observations, self.targets).observations

    @property
    def targets_by_key(self) -> Rows:
        """The targets, to be looked up."""
        return worked_out(self.observations, self.targets).targets

    def every(self, table: str) -> pd.DataFrame:
        """The rows of one table in this and the earlier returns; of rows with the same key its own holds, else the
        first.
        """
        if table not in self._every:
            frames = [t[table] for t in (self.tables, *self.earlier) if table in t and not t[table].empty]
            rows = pd.concat(frames, ignore_index=True) if frames else self.tables[table]
            self._every[table] = rows.drop_duplicates(list(RETURN_TABLES[table].key)) if frames else rows
        return self._every[table]

    def rows_of(self, table: str) -> Rows:
        """The rows of a table of this return, to be looked up."""
        if table not in self._rows or self._rows[table].frame is not self.tables[table]:
            self._rows[table] = Rows(self.tables[table])
        return self._rows[table]

    def take_figures(self, shown_in: str | None = None) -> list[Figure]:
        """The figures noted since the last call, each once; the same id twice with different content is a bug.

        With ``shown_in`` only those that this text links to: a table may leave out a column that it computed.
        """
        taken = self._figures
        by_id: dict[str, Figure] = {}
        if shown_in is not None:
            taken = [f for f in taken if f'data-figure="{f.id}"' in shown_in]
        self._figures = []
        for figure in taken:
            if by_id.setdefault(figure.id, figure) != figure:
                raise RuntimeError(f"two different figures have the id {figure.id}")
        return list(by_id.values())

    def noted_figures(self) -> dict[str, Figure]:
        """The figures noted since they were last taken, by their id."""
        return {f.id: f for f in self._figures}

    def show(self, figure: Figure, content: str | None = None, css_class: str = "n") -> Markup:
        """Note a figure and return it as it stands on the page; ``content`` is text or markup in place of its published
        text.
        """
        self._figures.append(figure)
        return link(figure, content, css_class)

    def show_mark(self, figure: Figure, mark: Mark) -> Markup:
        """A status as symbol, word and colour, linked to its provenance."""
        return self.show(figure, mark_html(mark), "n state-link")

    def measure(self, measure_id: str) -> Measure:
        if measure_id not in self.measures:
            raise UserError(
                f"{shown(measure_id)} is not a measure of params/measures.yml{suggestion(measure_id, self.measures)}"
            )
        return self.measures[measure_id]

    def row(
        self,
        measure_id: str,
        period: str | None = None,
        category: str = "",
        area: str | None = None,
        period_type: str | None = None,
    ) -> pd.Series:
        self.measure(measure_id)
        ref = Reference(measure_id, str(category), period, area, period_type=period_type)
        return find_observation(self.observations_by_key, ref, self.authority_id, self.month)

    def position(self, measure_id: str, **where: Unpack[Where]) -> Position:
        """Where a measure stands; ``where`` as for `value`."""
        asked = ("position", self.authority_id, self.month, measure_id, repr(sorted(where.items())))
        measure = self.measure(measure_id)
        known = worked_out(self.observations, self.targets)
        return known.once(asked, (measure,), lambda: known.assessed(self.row(measure_id, **where), measure))

    def area_name(self, area: str) -> str:
        if area in (own := self.authority.area_names):
            return own[area]
        return self.authority.name if area == self.authority_id else AREA_NAMES[Area(area)]

    def label(self, row: pd.Series) -> str:
        """Measure, category, place (where not the authority) and period of an observation, in words."""
        words = self.measures[row["measure_id"]].label
        words += f" ({row['category']})" if row["category"] else ""
        words += f", {self.area_name(row['area'])}" if row["area"] != self.authority_id else ""
        return f"{words}, {period_words(row['period'], row['period_type'])}"

    def row_id(self, row: pd.Series, part: str = "") -> str:
        """The id of a figure that stands for one part of one observation."""
        area = "" if row["area"] == self.authority_id else row["area"]
        period_type = "" if row["period_type"] == PeriodType.MONTH else row["period_type"]
        category = self._category_slugs.get(row["category"], "")
        return slug(row["measure_id"], category, row["period"], period_type, area, part)

    @cached_property
    def _category_slugs(self) -> dict[str, str]:
        return distinct_slugs(c for c in self.observations["category"] if c)

    def count_figure(self, name: str, label: str, rows: Sequence[pd.Series]) -> Figure:
        """How many rows there are; ``name`` makes the id, its parts apart by dots."""
        return self._count_figure(slug("count", *name.split(".")), label, rows, "number of rows", len(rows))

    def number_of(self, figure_id: str, label: str, rows: Sequence[pd.Series], number: int, words: str = "") -> Markup:
        """A number of measures that several rows each stand for, as it stands on the page; ``words`` in its place."""
        figure = self._count_figure(figure_id, label, rows, f"number of measures ({number})", number)
        return self.show(figure, words or None)

    def _count(
        self, figure_id: str, label: str, rows: Sequence[SomeRow], formula: str, number: int | None = None
    ) -> Markup:
        return self.show(self._count_figure(figure_id, label, rows, formula, len(rows) if number is None else number))

    def _count_figure(self, figure_id: str, label: str, rows: Sequence[SomeRow], formula: str, number: int) -> Figure:
        return Figure(
            figure_id,
            "number",
            label,
            nb.format_number(number),
            str(number),
            "count",
            "",
            self.authority_id,
            self.month,
            formula,
            inputs_of(rows),
        )
