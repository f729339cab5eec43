/* When a client's packets arrived, by their transport-wide numbers, until the client has been told.
 *
 * The ring holds the latest ARRIVALS_WINDOW numbers. A report begins where the one before ended, so that what
 * stayed away is reported as lost; a packet that comes late makes the next report begin with it. After a
 * leap over the whole window, in either direction, the record begins anew. */
#ifndef SPORTELLO_ARRIVALS_H
#define SPORTELLO_ARRIVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRIVALS_WINDOW 1024
#define ARRIVALS_REPORT_INTERVAL_US 100000

/* All zero before the first packet. */
struct arrivals {
    bool started;
    uint8_t feedback_count;
    uint32_t media_ssrc; /* of the latest packet: senders take feedback on one of their streams only */
    int64_t next;        /* the first number that the next report is about */
    int64_t highest;
    int64_t at_us[ARRIVALS_WINDOW]; /* number n: n modulo ARRIVALS_WINDOW; TIME_NEVER: it did not come */
};

/* Takes note of a packet. */
void arrivals_note(struct arrivals *arrivals, uint16_t number, uint32_t ssrc, int64_t now_us);

/* Whether there is something to report. */
static inline bool arrivals_pending(const struct arrivals *arrivals)
{
    return arrivals->started && arrivals->next <= arrivals->highest;
}

/* Writes a report on what is pending, or on as much of it as fits (TRANSPORT_CC_MAX_SIZE); returns its size. */
size_t arrivals_write(struct arrivals *arrivals, uint32_t sender_ssrc, uint8_t *out);

#endif
