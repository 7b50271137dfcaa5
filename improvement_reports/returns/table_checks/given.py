"""What a check of a table is given: the return, and what it is checked against."""

from dataclasses import dataclass

import pandas as pd

from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.returns.reading import RawReturn
from improvement_reports.workspace.authorities import Authority
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.places import Project


@dataclass(frozen=True)
class Given:
    """A return as received, with the measures and authorities of its project.

    ``is_sound``: nothing was found wrong before this check. Only then can be looked up what a claim names.
    """

    raw: RawReturn
    measures: dict[str, Measure]
    authorities: dict[str, Authority]
    project: Project
    is_sound: bool = True

    def has(self, table: str) -> bool:
        """Whether the table is there with just the columns it must have."""
        tables = self.raw.tables
        return table in tables and sorted(tables[table].columns) == sorted(RETURN_TABLES[table].column_names)

    @property
    def unread(self) -> set[str]:
        """Tables that are there but could not be read: others must not be blamed for what they would hold."""
        tables = self.raw.tables
        return {name for name in RETURN_TABLES if name in self.raw.unread or (name in tables and not self.has(name))}

    def table(self, name: str) -> pd.DataFrame:
        """The table, or one without rows where the return has none."""
        return self.raw.tables.get(name, pd.DataFrame(columns=RETURN_TABLES[name].column_names))
