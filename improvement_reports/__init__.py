"""Monthly returns of an improvement programme in, published and traceable progress reports out."""

from pathlib import Path

from improvement_reports import late, moved

# The folder of this package, wherever a module of it stands.
HOME = Path(__file__).resolve().parent
moved.install()
late.install()
