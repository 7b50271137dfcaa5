"""A council's own scorecard (wide by months, in blocks, or a long export) as rows of a return, each with its cell."""
