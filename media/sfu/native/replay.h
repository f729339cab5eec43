/* A replay window over packet indices (RFC 3711 section 3.3.2), and the guess of an index from the 16 bits
 * that a packet carries (section 3.3.1). */
#ifndef SPORTELLO_REPLAY_H
#define SPORTELLO_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#define REPLAY_WINDOW 1024

/* All zero is an empty window. */
struct replay {
    bool started;
    uint64_t highest;
    uint64_t seen[REPLAY_WINDOW / 64]; /* bit of index i: i modulo REPLAY_WINDOW */
};

/* The 48-bit index nearest to the highest one that has this sequence number. */
uint64_t replay_guess(const struct replay *replay, uint16_t sequence_number);

/* Whether an index is neither marked nor older than the window. */
bool replay_is_new(const struct replay *replay, uint64_t index);

/* Takes note of an index for which replay_is_new holds. */
void replay_mark(struct replay *replay, uint64_t index);

#endif
