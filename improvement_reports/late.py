"""A library that is loaded when it is asked something, not when another one names it.

jsonschema, which nbformat loads to check notebooks, names a check of internationalised addresses: ``rfc3987_syntax``
compiles forty grammars when it is loaded, which takes every command a second. No notebook has such addresses to check.
Whoever asks all the same is answered by the library itself.
"""

import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType

LATE = "rfc3987_syntax"


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the library, where it is installed, and leaves it unloaded until somebody calls it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        found = importlib.machinery.PathFinder.find_spec(fullname, path) if fullname == LATE else None
        if found is None:
            return None
        late = importlib.machinery.ModuleSpec(fullname, self, origin=found.origin, is_package=True)
        late.submodule_search_locations, late.has_location = found.submodule_search_locations, True
        return late

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["is_valid_syntax"] = lambda term, value: loaded().is_valid_syntax(term, value)
        vars(module)["__getattr__"] = _attribute


def _attribute(name: str) -> object:
    """Any other name of it; whoever goes through all modules only looks for those with two underscores."""
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(loaded(), name)


def loaded() -> ModuleType:
    """The library itself."""
    uninstall()
    if isinstance(getattr(sys.modules.get(LATE), "__loader__", None), Finder):
        del sys.modules[LATE]
    return importlib.import_module(LATE)


def install() -> None:
    """Before all other finders; once, however often it is called."""
    if LATE not in sys.modules and not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder())


def uninstall() -> None:
    """Let the library be found as any other."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, Finder)]
