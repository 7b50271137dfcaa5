"""Monthly returns of an improvement programme in, published and traceable progress reports out."""

__version__ = "0.1.0"
