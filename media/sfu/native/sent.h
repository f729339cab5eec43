/* What was sent to a client, by transport-wide number, and what the client has told of it. */
#ifndef SPORTELLO_SENT_H
#define SPORTELLO_SENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Packets kept: at 2.5 Mbit/s some eight seconds. */
#define SENT_CAPACITY 2048

enum fate { FATE_UNKNOWN, FATE_ARRIVED, FATE_LOST };

struct sent_packet {
    int64_t at_us;
    int64_t arrival_us; /* of the client's clock, if it arrived */
    uint32_t total;     /* bytes sent on the transport up to this packet, modulo 2^32 */
    uint16_t size;      /* on the wire, with the headers of IP and UDP */
    uint8_t fate;
    bool is_probe; /* of a cluster */
};

/* All zero before the first packet. */
struct sent {
    int64_t next; /* number of the next packet; wraps at 16 bits on the wire */
    uint32_t total;
    struct sent_packet packets[SENT_CAPACITY]; /* number n: n modulo SENT_CAPACITY */
};

/* The number for the next packet to be sent. */
static inline uint16_t sent_number(const struct sent *sent) { return (uint16_t)sent->next; }

/* Takes note that it was sent, with this size on the wire. */
void sent_note(struct sent *sent, uint16_t size, bool is_probe, int64_t now_us);

/* The number of a packet that was sent, of which the client names 16 bits: the latest that it may be. Negative
 * if no such packet was sent. */
int64_t sent_extend(const struct sent *sent, uint16_t number);

/* A packet that is kept, else NULL. */
const struct sent_packet *sent_packet(const struct sent *sent, int64_t number);

/* The number of the oldest packet that is kept, or of the next one. */
int64_t sent_oldest(const struct sent *sent);

/* Takes the client's word that a packet came; NULL if it is not kept, or if its fate was known before. */
const struct sent_packet *sent_arrived(struct sent *sent, int64_t number, int64_t arrival_us);

/* Takes the client's word that so many packets from a number on did not come (so far); returns of how many that
 * was news. What comes later all the same counts as lost. */
uint32_t sent_lost(struct sent *sent, int64_t first, uint16_t count);

/* Bytes of the packets from a number on, as far as they are kept. */
uint32_t sent_bytes_from(const struct sent *sent, int64_t number);

/* The number of the first packet that was sent after a time. */
int64_t sent_first_after(const struct sent *sent, int64_t time_us);

#endif
