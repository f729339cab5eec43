/* A bounded store of a source's latest packets, from which losses are repaired.
 *
 * What the packets point to lies in a ring of bytes, where the newest overwrites the oldest: nothing is
 * allocated for a packet. The ring turns early when what it would overwrite is old enough, so that a layer of
 * a low rate touches little memory. The store is mapped by itself and goes back to the system as a whole, because
 * so many bytes that come and go with each client would leave holes in the heap. */
#ifndef SPORTELLO_HISTORY_H
#define SPORTELLO_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "red.h"
#include "rtp.h"
#include "vp8.h"

/* Packets and bytes kept per source: a good second of a camera. */
#define HISTORY_CAPACITY 256
#define HISTORY_BYTES (256 << 10)
#define HISTORY_US 1500000 /* old enough: browsers ask again for a second */

/* A source's packet with its extended number. The pointers in `rtp` reach into the datagram it came in, or,
 * once stored, into the store. */
struct media_packet {
    int64_t number;
    int64_t received_at_us;
    bool is_vp8; /* has a descriptor */
    bool is_red; /* has blocks */
    union {
        struct vp8_descriptor descriptor;
        struct red red;
    };
    struct rtp_packet rtp;
};

struct history;

/* NULL without memory. */
struct history *history_new(void);

/* Takes NULL too. */
void history_free(struct history *history);

/* Stores a copy, unless a packet with a greater number has its place. */
void history_put(struct history *history, const struct media_packet *packet);

/* The packet with this number if it is still there, else NULL. */
const struct media_packet *history_get(const struct history *history, int64_t number);

#endif
