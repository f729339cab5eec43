"""Calls over bad networks: a seeded model of a link, an emulator for UDP, a benchmark with real browsers."""
