"""The libraries that shape a report, in the versions that are installed here."""

from importlib.metadata import PackageNotFoundError, version

LIBRARIES = (
    "pandas",
    "numpy",
    "matplotlib",
    "seaborn",
    "afcharts",
    "jinja2",
    "babel",
    "pandera",
    "pydantic",
    "papermill",
    "nbformat",
)


def library_versions() -> dict[str, str]:
    """Name and version of each that is installed."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
