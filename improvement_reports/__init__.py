"""Monthly returns of an improvement programme in, published and traceable progress reports out."""
