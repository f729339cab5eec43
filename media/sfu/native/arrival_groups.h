/* Packets put together as they left and came (draft-ietf-rmcat-gcc-02 section 5.2).
 *
 * Packets sent within 5 ms are one group, and so are packets that a radio link held back and let go at once.
 * How much farther apart two groups came than they were sent is how much the queue between has grown. Sending
 * and arrival times may be of different clocks. */
#ifndef SPORTELLO_ARRIVAL_GROUPS_H
#define SPORTELLO_ARRIVAL_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

struct arrival_group {
    int64_t first_sent_us;
    int64_t first_arrival_us;
    int64_t last_sent_us;
    int64_t last_arrival_us;
};

/* All zero before the first packet. */
struct arrival_groups {
    bool has_previous;
    bool has_current;
    struct arrival_group previous;
    struct arrival_group current;
    int reordered; /* in succession */
};

/* The distances from one group to the next. */
struct group_distance {
    int64_t sent_us;
    int64_t arrival_us;
};

/* Takes the next packet in the order of sending; true if it completes a group, whose distance from the one before
 * is then filled in. */
bool arrival_groups_take(struct arrival_groups *groups, int64_t sent_us, int64_t arrival_us,
                         struct group_distance *distance);

#endif
