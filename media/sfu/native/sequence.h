/* Sequence-number arithmetic (RFC 3550 appendix A.1, RFC 1982).
 *
 * On the wire a number has 16 bits and wraps. Inside, every stream counts in extended numbers that never
 * wrap; only the first and the last step of a packet's way see 16 bits. */
#ifndef SPORTELLO_SEQUENCE_H
#define SPORTELLO_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

/* How far `number` is ahead of `reference` modulo 2^16. */
static inline int16_t signed_distance(uint16_t reference, uint16_t number) { return (int16_t)(number - reference); }

/* Turns one stream's numbers into extended ones; all zero before the first. The first number is lifted by
 * one cycle, so that packets that precede it stay positive. */
struct unwrapper {
    bool started;
    int64_t highest;
};

int64_t unwrap(struct unwrapper *unwrapper, uint16_t number);

/* How many removals a map remembers; packets from before the oldest one are no longer mapped. */
#define MAP_SEGMENTS 128

/* Maps a source's extended numbers onto a slot's, and back. Removing a packet shifts all later ones down by
 * one, so that the receiver sees no hole: segments of (first incoming number, offset). As many numbers as the
 * offset falls by from one segment to the next were removed, those right before the later one. The map also
 * counts the pictures that went with them, because pictures have running numbers too. */
struct sequence_map {
    struct segment {
        int64_t start;
        int64_t offset;
        uint32_t pictures; /* removed before it */
    } segments[MAP_SEGMENTS];
    int count;
    int64_t highest;
};

void map_begin(struct sequence_map *map, int64_t first_incoming, int64_t first_outgoing);

/* Where a packet has come to, and how many pictures were removed before it. */
struct mapped {
    int64_t number;
    uint32_t pictures;
};

/* False if the packet precedes the map or was removed. */
bool map_forward(struct sequence_map *map, int64_t incoming, struct mapped *mapped);

/* Takes a packet out, and a picture with it if it is the `first_of_picture` taken out. False if a later packet
 * was mapped already: the hole can no longer be closed. */
bool map_remove(struct sequence_map *map, int64_t incoming, bool first_of_picture);

/* Which packet of the source has this number in the slot; false if none. */
bool map_backward(const struct sequence_map *map, int64_t outgoing, int64_t *incoming);

#endif
