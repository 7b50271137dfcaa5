"""Before Quarto renders (``pre-render`` in ``_quarto.yml``, through theme/quarto_step.py): what would make a site with
faults stops it.

`site` looks for dead links before it calls a renderer; plain ``quarto render`` gets the same answer here.
"""

import sys

from improvement_reports.domain.errors import UserError
from improvement_reports.pages.links import check_links
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.troubles import in_words

NOTHING = "Nothing was rendered: {}"


def main() -> int:
    """The exit code; what is wrong is said in one sentence."""
    try:
        project = Project.find()
        check_links(project)
    except UserError as error:
        print(NOTHING.format(error), file=sys.stderr)
        return error.exit_code
    except (OSError, MemoryError) as error:
        if (said := in_words(error)) is None:
            raise
        print(NOTHING.format(said), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
