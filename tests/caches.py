"""What this process remembers from tests before: a test that counts calls begins without it."""

import sys


def forget_everything() -> int:
    """Empty every cache of the package's modules that are loaded, and say how many there are."""
    caches = {
        id(value): value
        for name, module in list(sys.modules.items())
        if name.startswith("improvement_reports") and module is not None
        for value in list(vars(module).values())  # a module may name parts it loads when they are asked for
        if callable(getattr(value, "cache_clear", None))
    }
    for cached in caches.values():
        cached.cache_clear()
    return len(caches)
