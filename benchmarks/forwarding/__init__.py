"""What forwarding a packet costs: the native path beside a loop that does only the least."""
