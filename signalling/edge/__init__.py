"""What all requests and sockets go through: who asks, limits, headers, errors, counters."""
