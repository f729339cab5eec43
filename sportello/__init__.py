"""The composition: command line, configuration, wiring and life-cycle."""
