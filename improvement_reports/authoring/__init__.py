"""For whoever writes reports: JupyterLab, the preview and measurements."""
