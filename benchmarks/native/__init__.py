"""The load generator's client thread: C, without the interpreter's lock."""
