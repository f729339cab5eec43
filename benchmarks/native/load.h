/* The load: a thread that sends what every participant sends, on time, and judges what each receives.
 *
 * All functions may be called from any thread. Media are the thread's business from `load_connect` on;
 * datagrams that are not media (STUN, DTLS) are handed out on an event socket. */
#ifndef LOAD_LOAD_H
#define LOAD_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "histogram.h"
#include "transport.h"

/* Records on the event socket: this head in host order, then the datagram, or for EVENT_FIRST_PACKET the
 * int64_t moment (ns of the wall clock) at which the first packet of another participant arrived. */
enum event_kind { EVENT_DATAGRAM, EVENT_FIRST_PACKET };

struct event_head {
    uint32_t transport;
    uint32_t kind;
};

/* Totals since the start. `expected` counts a packet once for each member that hears its stream already, and
 * only within measurements; `measured` are those of them that arrived. */
struct load_counters {
    uint64_t sent;
    uint64_t received;
    uint64_t expected;
    uint64_t measured;
    uint64_t not_sent;       /* refused by the kernel */
    uint64_t refused;        /* not authentic or malformed */
    uint64_t events_dropped; /* the event socket was full */
    uint64_t key_frames_wanted;
    uint64_t packets_wanted; /* by NACK */
    uint64_t connected;
    uint64_t heard; /* pairs of a stream and a member that hears it */
};

/* `latency`: from sending to arrival, of measured packets. `lag`: how late the thread was in sending. */
struct load_report {
    struct load_counters counters;
    struct histogram latency;
    struct histogram lag;
};

struct load;

/* Starts the thread; NULL if the system refuses. */
struct load *load_new(void);

/* Stops the thread. The transports' sockets stay open. */
void load_free(struct load *load);

/* The caller's end of the event socket. */
int load_event_fd(const struct load *load);

/* Reads from a connected UDP socket from now on; returns the transport's number, 0 if the system refuses. */
uint32_t load_add(struct load *load, int fd, struct seat seat);

/* Begins to send, and to decrypt. False if there is no such transport or the keys cannot be used. */
bool load_connect(struct load *load, uint32_t transport, const struct connection *connection);

/* Forgets a transport, and that its member heard others. */
void load_remove(struct load *load, uint32_t transport);

/* Between these two calls packets are measured as they are sent; the last of them may arrive later. */
void load_begin_window(struct load *load);
void load_end_window(struct load *load);

void load_read(struct load *load, struct load_report *report);

#endif
