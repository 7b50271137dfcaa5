"""From frozen files to page sources, the same for both renderers."""
