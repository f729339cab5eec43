"""Pages, files, health and the API description."""
