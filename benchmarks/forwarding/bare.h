/* The least that a forwarder of SRTP can do: take, look up, open, patch SSRC and number, seal, send.
 *
 * It uses the same socket code, transform and batches as the packet path, and does nothing else: no parsing,
 * no repair, no reports, no statistics. What the path costs more is the price of being an SFU. */
#ifndef SPORTELLO_BENCHMARKS_BARE_H
#define SPORTELLO_BENCHMARKS_BARE_H

#include <stdint.h>

struct bare;

/* Starts a thread that forwards between the clients at these ports of 127.0.0.1, in rooms of four. */
struct bare *bare_start(int socket, const uint16_t *ports, unsigned clients, int64_t batch_us);
void bare_stop(struct bare *bare);

/* Packets sent so far. */
uint64_t bare_packets_out(const struct bare *bare);

#endif
