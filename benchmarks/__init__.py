"""What load testers run: each benchmark is a module with a command line, `python -m benchmarks.NAME`."""
