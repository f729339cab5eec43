/* Redundant audio (RFC 2198): a packet that carries what was said just before once more.
 *
 * Four bytes head each redundant block: a bit that says that more follow, the payload type, how far the block lies
 * before the packet's timestamp (14 bits) and its length (10 bits). One byte, bit and payload type, heads the
 * primary block, which is the packet's own. Then come the blocks in the same order; the primary one, whose length is
 * not told, takes the rest. A receiver that lost a packet finds its sound in the next one. */
#ifndef SPORTELLO_RED_H
#define SPORTELLO_RED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RED_MAX_BLOCKS 32 /* redundant ones; as many as browsers take */

/* What forwarding needs of a packet's blocks. */
struct red {
    uint16_t primary_at; /* where the primary block begins in the payload */
    uint16_t reach;      /* how far the oldest block lies before the packet's timestamp */
};

/* Reads the heads. False if one has another payload type than this one, if there are more than RED_MAX_BLOCKS, or
 * if nothing is left for the primary block. `size` is that of a datagram's part. */
bool red_parse(const uint8_t *payload, size_t size, uint8_t payload_type, struct red *red);

/* Gives all blocks of a payload that red_parse accepted another payload type. */
void red_rename(uint8_t *payload, uint8_t payload_type);

#endif
