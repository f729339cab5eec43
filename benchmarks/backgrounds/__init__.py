"""What a background costs, beside the straightforward way to make one."""
