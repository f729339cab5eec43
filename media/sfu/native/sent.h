/* What was sent to a client, by transport-wide number, until the client has told what became of it. */
#ifndef SPORTELLO_SENT_H
#define SPORTELLO_SENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Packets kept: at 2.5 Mbit/s some eight seconds. */
#define SENT_CAPACITY 2048

struct sent_packet {
    int64_t at_us;
    uint32_t total; /* bytes sent on the transport up to this packet, modulo 2^32 */
    uint16_t size;  /* of the datagram */
    bool pending;   /* its fate is not known */
};

/* All zero before the first packet. */
struct sent {
    int64_t next; /* number of the next packet; wraps at 16 bits on the wire */
    uint32_t total;
    struct sent_packet packets[SENT_CAPACITY]; /* number n: n modulo SENT_CAPACITY */
};

/* The number for the next packet to be sent. */
static inline uint16_t sent_number(const struct sent *sent) { return (uint16_t)sent->next; }

/* Takes note that it was sent, in a datagram of this size. */
void sent_note(struct sent *sent, uint16_t size, int64_t now_us);

/* The number of a packet that was sent, of which the client names 16 bits: the latest that it may be. Negative
 * if no such packet was sent. */
int64_t sent_extend(const struct sent *sent, uint16_t number);

/* Takes the client's word that a packet came; NULL if it is not kept, or if its fate was known before. */
const struct sent_packet *sent_arrived(struct sent *sent, int64_t number);

/* Takes the client's word that so many packets from a number on did not come (so far); returns of how many that
 * was news. What comes later all the same counts as lost. */
uint32_t sent_lost(struct sent *sent, int64_t first, uint16_t count);

#endif
