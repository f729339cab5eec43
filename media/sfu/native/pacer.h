/* Spreads what goes to a client over time, so that a key frame does not fill a router's queue.
 *
 * A leaky bucket drains at the pacing rate; a packet may leave while less than PACER_BURST_US of it is left. Then
 * video waits, retransmissions before what is new; audio and RTCP never do. Nothing is dropped, for a hole costs
 * more than it saves: with more than PACER_CAPACITY packets, or one that has waited for PACER_LONGEST_US, the oldest
 * leave at once. */
#ifndef SPORTELLO_PACER_H
#define SPORTELLO_PACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACER_BURST_US 5000
#define PACER_CAPACITY 256
#define PACER_LONGEST_US 500000

struct slot;

/* In the order in which they leave. */
enum pacer_class { PACER_RETRANSMISSION, PACER_MEDIA, PACER_CLASSES };

/* A packet that is written but not yet numbered and protected. */
struct waiting_packet {
    struct waiting_packet *next;
    struct slot *slot;
    int64_t since_us;
    size_t size;
    uint8_t data[];
};

/* All zero: nothing waits, and nothing needs to. */
struct pacer {
    uint64_t byte_us_16; /* how long a byte takes to drain, in 1/65536 µs; 0: no pacing */
    int64_t drained_us;  /* when the bucket is empty */
    int count;
    struct {
        struct waiting_packet *first;
        struct waiting_packet *last;
    } queues[PACER_CLASSES];
};

/* Drains at this rate from now on; 0: whatever comes leaves. */
void pacer_set_rate(struct pacer *pacer, uint64_t bps);

/* Whether a packet that comes now need not wait. */
static inline bool pacer_is_open(const struct pacer *pacer, int64_t now_us)
{
    return !pacer->count && pacer->drained_us - now_us < PACER_BURST_US;
}

/* Fills a packet of this size into the bucket. */
static inline void pacer_charge(struct pacer *pacer, size_t size, int64_t now_us)
{
    int64_t from_us = pacer->drained_us > now_us ? pacer->drained_us : now_us;
    pacer->drained_us = from_us + (int64_t)(size * pacer->byte_us_16 >> 16);
}

/* Lets a packet wait; false without memory. */
bool pacer_put(struct pacer *pacer, enum pacer_class class, struct slot *slot, const uint8_t *data, size_t size,
               int64_t now_us);

/* Takes out the next packet that may leave now, or NULL; the caller frees it. */
struct waiting_packet *pacer_take(struct pacer *pacer, int64_t now_us);

/* When it is worth to look again; INT64_MAX if nothing waits. */
int64_t pacer_due_us(const struct pacer *pacer);

/* Forgets the waiting packets of a slot, or all (NULL). */
void pacer_discard(struct pacer *pacer, const struct slot *slot);

#endif
