"""Tests of the SFU."""
