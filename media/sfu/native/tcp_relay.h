/* ICE-TCP (RFC 6544) beside the packet path: a thread that takes TCP connections on the number of the media
 * port and gives each a UDP socket towards that port. For the path it is one more client with an address.
 *
 * Clients decide nothing here: what keeps a connection open is that the server sends to it, which it does only
 * once ICE has authenticated it, and as long as its session lasts. A connection that is not answered, or no
 * longer, is closed. Where the path sees the address of a UDP socket, `tcp_relay_client` tells the client's own. */
#ifndef SPORTELLO_TCP_RELAY_H
#define SPORTELLO_TCP_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "counters.h"
#include "tcp_counters.h"

struct tcp_limits {
    int64_t answer_timeout_us; /* until the server first sends something */
    int64_t idle_timeout_us;   /* since it last did */
    int connections;           /* in all */
    int connections_per_client; /* per address of IPv4, and per /64 network of IPv6 */
};

struct tcp_relay;

/* Starts the thread on a listening, non-blocking socket, which must outlive it. `path` is where the media
 * port can be reached. NULL if there is no memory, no descriptor or no thread. */
struct tcp_relay *tcp_relay_start(int listener, const struct address *path, const struct tcp_limits *limits);

/* Closes all connections and ends the thread; the counters stay. */
void tcp_relay_stop(struct tcp_relay *relay);

/* Frees a relay that was stopped. */
void tcp_relay_free(struct tcp_relay *relay);

/* Finds the client whose packets come from this UDP port. Returns false if there is none. */
bool tcp_relay_client(struct tcp_relay *relay, uint16_t udp_port, struct address *client);

/* Fills in all TCP_COUNTER_COUNT names and values. */
void tcp_relay_counters(const struct tcp_relay *relay, struct counter_entry *entries);

#endif
