"""What lies in a project's folder beside its data: places, parameters, templates, files, keys and work."""
