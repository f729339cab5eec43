"""Other servers under the same load as ours."""
