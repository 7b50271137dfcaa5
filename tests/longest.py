"""The test modules that take longest, longest first: begun in this order, all workers of a run end at about the same time.

The first one makes the site of the real project. The next ones do not need it: a worker that begins with one that does
waits a minute for the other.
"""

LONGEST = (
    "browser/test_browser.py",
    "integration/test_editions.py",
    "integration/test_verify.py",
    "site/test_site.py",
    "integration/test_processes.py",
    "integration/test_tampering.py",
    "site/test_hostile.py",
    "integration/test_cluster.py",
    "site/test_preview.py",
    "integration/test_forked_kernels.py",
    "browser/test_widths.py",
    "integration/test_kept_code.py",
    "site/test_search.py",
    "integration/test_official.py",
    "integration/test_bad_returns.py",
    "site/test_served.py",
    "unit/test_overlapping_totals.py",
    "site/test_cross_pages.py",
    "integration/test_interrupted.py",
    "integration/test_exampleshire.py",
    "integration/test_published.py",
    "site/test_unchanged.py",
    "unit/test_spans.py",
    "integration/test_machine_faults.py",
    "integration/test_troubles.py",
    "integration/test_nbval.py",
    "integration/test_locks.py",
    "site/test_incremental.py",
    "site/test_figures.py",
    "integration/test_house.py",
    "integration/test_figure_again.py",
)


def place_of(module: str) -> int:
    """When a module, by its path below tests/, is begun: those that are not named come after all that are."""
    return LONGEST.index(module) if module in LONGEST else len(LONGEST)
