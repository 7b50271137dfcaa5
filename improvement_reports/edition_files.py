"""The downloads of an edition that are made when it is published, and frozen with it."""

from pathlib import Path

from improvement_reports.editions import Manifest


def add_downloads(folder: Path, manifest: Manifest, figures: list[dict]) -> None:
    """Write the workbook, the descriptions of the data and of the folder beside the frozen files."""


def lay_archive(folder: Path) -> None:
    """``edition.zip`` of a frozen folder, if it is not there: the same bytes whenever it is made."""
