"""The tests of Sportello."""
