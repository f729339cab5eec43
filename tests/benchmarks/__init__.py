"""Tests of the load generator and of its reports."""
