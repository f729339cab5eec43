#include "sequence.h"

#include <string.h>

int64_t unwrap(struct unwrapper *unwrapper, uint16_t number)
{
    if (!unwrapper->started) {
        unwrapper->started = true;
        return unwrapper->highest = number + (1 << 16);
    }
    int64_t extended = unwrapper->highest + signed_distance((uint16_t)unwrapper->highest, number);
    if (extended > unwrapper->highest)
        unwrapper->highest = extended;
    return extended;
}

void map_begin(struct sequence_map *map, int64_t first_incoming, int64_t first_outgoing)
{
    map->segments[0] = (struct segment){.start = first_incoming, .offset = first_outgoing - first_incoming};
    map->count = 1;
    map->highest = first_incoming - 1;
}

/* The first of the numbers that were removed before the segment that follows this one. */
static int64_t end_of(const struct segment *segment)
{
    return segment[1].start - (segment[0].offset - segment[1].offset);
}

static bool is_before_end(const struct sequence_map *map, int index, int64_t incoming)
{
    return index + 1 == map->count || incoming < end_of(&map->segments[index]);
}

bool map_forward(struct sequence_map *map, int64_t incoming, struct mapped *mapped)
{
    int index = map->count - 1;
    while (index >= 0 && incoming < map->segments[index].start)
        index--;
    if (index < 0 || !is_before_end(map, index, incoming))
        return false;
    if (incoming > map->highest)
        map->highest = incoming;
    mapped->number = incoming + map->segments[index].offset;
    mapped->pictures = map->segments[index].pictures;
    return true;
}

bool map_remove(struct sequence_map *map, int64_t incoming, bool first_of_picture)
{
    if (incoming <= map->highest)
        return false;
    struct segment next = map->segments[map->count - 1];
    bool extends = next.start == incoming; /* nothing lies between it and what was removed last */
    next.start = incoming + 1;
    next.offset--;
    next.pictures += first_of_picture;
    if (!extends && map->count == MAP_SEGMENTS)
        memmove(map->segments, map->segments + 1, sizeof map->segments - sizeof map->segments[0]);
    else if (!extends)
        map->count++;
    map->segments[map->count - 1] = next;
    map->highest = incoming;
    return true;
}

bool map_backward(const struct sequence_map *map, int64_t outgoing, int64_t *incoming)
{
    for (int index = map->count - 1; index >= 0; index--) {
        *incoming = outgoing - map->segments[index].offset;
        if (*incoming >= map->segments[index].start && is_before_end(map, index, *incoming))
            return true;
    }
    return false;
}
