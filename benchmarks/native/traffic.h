/* What the thread does with the transports: sending when it is due, and judging what comes.
 *
 * The caller holds the load's mutex. */
#ifndef LOAD_TRAFFIC_H
#define LOAD_TRAFFIC_H

#include <pthread.h>

#include "batch.h"
#include "load.h"
#include "schedule.h"

#define MAX_TRANSPORTS 4096
#define REPORT_INTERVAL_NS 1000000000
#define FEEDBACK_INTERVAL_NS 50000000 /* as often as Chromium, above 200 kbit/s */

struct load {
    pthread_t thread;
    int64_t started_ns;    /* of the wall clock */
    pthread_mutex_t mutex; /* over all that follows; the thread lets go of it while it sleeps */
    bool stopping;
    int epoll;
    int events[2]; /* the caller's end, the thread's end */
    uint32_t next_id;
    struct transport *transports[MAX_TRANSPORTS]; /* by number modulo the size */
    uint32_t handshakes;                          /* transports without keys */
    uint32_t windows;                             /* begun so far */
    bool measuring;
    int64_t next_receive_ns;
    struct schedule schedule;
    struct load_report report;
    struct batch batch;
};

struct transport *find_transport(struct load *load, uint32_t id);

/* A stream's number in stamps: that of its transport, and its index there. */
static inline uint32_t media_number(const struct transport *transport, uint32_t index)
{
    return transport->id * TRANSPORT_MAX_MEDIA + index;
}

static inline uint32_t seat_bit(struct seat seat) { return 1u << seat.member; }

/* Sends what is due by now. */
void send_all_due(struct load *load);

/* Reads what one socket has, or all of them. */
void read_socket(struct load *load, struct transport *transport);
void receive_all(struct load *load);

#endif
