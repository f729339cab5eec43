"""The packet path in plain Python: the executable specification of the native one."""
