/* A bounded store of a source's latest packets, from which losses are repaired. */
#ifndef SPORTELLO_HISTORY_H
#define SPORTELLO_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rtp.h"
#include "vp8.h"

/* Packets kept per source: about two seconds of a camera. */
#define HISTORY_CAPACITY 256

/* A source's packet with its extended number. The pointers in `rtp` reach into the datagram it came in, or,
 * once stored, into the store. */
struct media_packet {
    int64_t number;
    bool is_vp8; /* has a descriptor */
    struct vp8_descriptor descriptor;
    struct rtp_packet rtp;
};

/* A ring addressed by extended number; all zero is empty. */
struct history {
    struct media_packet *packets[HISTORY_CAPACITY];
};

/* Stores a copy, unless a newer packet has its place. Without memory the packet is just not stored. */
void history_put(struct history *history, const struct media_packet *packet);

/* The packet with this number if it is still there, else NULL. */
const struct media_packet *history_get(const struct history *history, int64_t number);

/* Forgets all packets. */
void history_clear(struct history *history);

#endif
