"""The program: command line, configuration, wiring and life-cycle."""
