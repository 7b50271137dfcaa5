"""All that a return must not publish: small numbers, what gives them away, and the claims that are made of them."""

from collections.abc import Sequence

import pandas as pd

from improvement_reports.domain.lookup import Rows
from improvement_reports.domain.references import Reference, find_observation, parse_operands
from improvement_reports.domain.vocabulary import ValueStatus
from improvement_reports.method.area_suppression import withhold_areas
from improvement_reports.method.disclosure import withhold_more
from improvement_reports.method.suppression import suppress
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.own_areas import Parts


def withhold(
    tables: dict, earlier: list, measures: dict[str, Measure], authority: str, month: str, groups: Sequence[Parts] = ()
) -> dict:
    """The tables of a return without what must not be published; ``earlier``: those of the earlier returns, oldest
    first; ``groups``: the areas below the authority.
    """
    before, stated = [t["observations"] for t in earlier], tables["observations"]
    observations = withhold_more(suppress(stated, measures, before), before, measures)
    if groups:
        observations = withhold_areas(observations, stated, before, measures, groups)
    claims = withhold_claims(tables["claims"], observations, authority, month)
    return {**tables, "observations": observations, "claims": claims}


def withhold_claims(claims: pd.DataFrame, observations: pd.DataFrame, authority: str, month: str) -> pd.DataFrame:
    """A new frame in which a claim about a suppressed number states neither the number nor its words."""
    result, known = claims.copy(), Rows(observations)
    for index, claim in claims.iterrows():
        rows = [
            find_observation(known, ref, authority, month)
            for ref in parse_operands(claim["operands"])
            if isinstance(ref, Reference) and ref.part != "target"
        ]
        if any(row["value_status"] == ValueStatus.SUPPRESSED for row in rows):
            result.loc[index, ["text", "row_cells", "row_sha256"]] = [
                "Withheld: it would give a small number away",
                "",
                "",
            ]
            result.loc[index, "stated_value"] = float("nan")
    return result
