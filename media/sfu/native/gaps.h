/* Finding the holes in an incoming stream and deciding what to ask for again (RFC 4585 section 6.2.1). */
#ifndef SPORTELLO_GAPS_H
#define SPORTELLO_GAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A packet further behind than this is useless, and a jump further ahead cannot be repaired. */
#define GAP_WINDOW 500
#define GAP_RING 512
#define GAP_TRIES 6

/* Which packets of one stream are missing, and when to ask for each; all zero before the first. */
struct gaps {
    bool started;
    bool unrecoverable;
    int64_t highest;
    int count;           /* of the missing */
    int64_t earliest_us; /* no request falls due before */
    struct missing {
        bool is_missing;
        uint8_t tries;
        int64_t due_us;
    } ring[GAP_RING]; /* number n: n modulo GAP_RING */
};

/* Takes note of a packet; false for a copy or one that was already given up. */
bool gaps_received(struct gaps *gaps, int64_t number, int64_t now_us);

/* Fills in the packets to ask for now (room for GAP_RING), in the order of the stream, each again after a
 * growing pause; one that stayed away after several requests is given up. Returns how many. */
size_t gaps_due(struct gaps *gaps, int64_t now_us, int64_t *numbers);

/* Whether packets were given up since the last call: the decoder needs a key frame. */
bool gaps_take_unrecoverable(struct gaps *gaps);

/* Forgets holes before a key frame, and what was given up: nothing that follows refers to them. */
void gaps_key_frame_received(struct gaps *gaps, int64_t number);

#endif
