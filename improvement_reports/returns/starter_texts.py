"""Texts that `init` wrote for a return without figures, and that stand there still although it has some now."""

from collections.abc import Iterator, Mapping
from importlib.resources import files

import pandas as pd


def texts_as_begun(raw, tables: Mapping[str, pd.DataFrame], authority: str) -> Iterator[str]:
    """One sentence for each text of the narrative that is as `init` wrote it; none while no value is there."""
    rows = tables["observations"]
    if not (rows.loc[rows["area"] == authority, "value"].notna()).any():
        return
    for section, text in raw.narrative.items():
        starter = files("improvement_reports") / "starter" / f"{section}.md"
        if starter.is_file() and text.split() == starter.read_text(encoding="utf-8").split():
            yield f"narrative/{section}.md is as init wrote it, before there were figures; say what they mean"
