"""The administrator's use cases."""
