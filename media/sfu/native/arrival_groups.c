#include "arrival_groups.h"

#define GROUP_US 5000
#define BURST_US 5000
#define LONGEST_BURST_US 100000
#define REORDERED_LIMIT 3

static bool is_burst(const struct arrival_group *group, int64_t sent_us, int64_t arrival_us)
{
    int64_t sent_distance = sent_us - group->last_sent_us, arrival_distance = arrival_us - group->last_arrival_us;
    if (sent_distance == 0)
        return true;
    return arrival_distance < sent_distance && arrival_distance <= BURST_US &&
           arrival_us - group->first_arrival_us < LONGEST_BURST_US;
}

static void extend(struct arrival_group *group, int64_t sent_us, int64_t arrival_us)
{
    if (sent_us > group->last_sent_us)
        group->last_sent_us = sent_us;
    if (arrival_us > group->last_arrival_us)
        group->last_arrival_us = arrival_us;
}

/* Compares the current group with the one before, unless arrivals are in disorder; forgets it if they stay so. */
static bool complete(struct arrival_groups *groups, struct group_distance *distance)
{
    bool comparable = groups->has_previous;
    *distance = (struct group_distance){
        groups->current.last_sent_us - groups->previous.last_sent_us,
        groups->current.last_arrival_us - groups->previous.last_arrival_us,
    };
    groups->previous = groups->current;
    groups->has_previous = true;
    if (!comparable)
        return false;
    if (distance->arrival_us >= 0) {
        groups->reordered = 0;
        return true;
    }
    if (++groups->reordered >= REORDERED_LIMIT) {
        groups->has_previous = false;
        groups->reordered = 0;
    }
    return false;
}

bool arrival_groups_take(struct arrival_groups *groups, int64_t sent_us, int64_t arrival_us,
                         struct group_distance *distance)
{
    struct arrival_group *group = &groups->current;
    bool completed = false;
    if (groups->has_current) {
        if (sent_us < group->first_sent_us)
            return false;
        if (is_burst(group, sent_us, arrival_us) || sent_us - group->first_sent_us <= GROUP_US) {
            extend(group, sent_us, arrival_us);
            return false;
        }
        completed = complete(groups, distance);
    }
    groups->has_current = true;
    *group = (struct arrival_group){sent_us, arrival_us, sent_us, arrival_us};
    return completed;
}
