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
    map->segments[0] = (struct segment){first_incoming, first_outgoing - first_incoming};
    map->count = 1;
    map->highest = first_incoming - 1;
}

/* Whether the number before segment `index` + 1, which was removed, is `incoming`. */
static bool ends_before(const struct sequence_map *map, int index, int64_t incoming)
{
    return index + 1 < map->count && incoming == map->segments[index + 1].start - 1;
}

bool map_forward(struct sequence_map *map, int64_t incoming, int64_t *outgoing)
{
    int index = map->count - 1;
    while (index >= 0 && incoming < map->segments[index].start)
        index--;
    if (index < 0 || ends_before(map, index, incoming))
        return false;
    if (incoming > map->highest)
        map->highest = incoming;
    *outgoing = incoming + map->segments[index].offset;
    return true;
}

bool map_remove(struct sequence_map *map, int64_t incoming)
{
    if (incoming <= map->highest)
        return false;
    int64_t offset = map->segments[map->count - 1].offset - 1;
    if (map->count == MAP_SEGMENTS) {
        memmove(map->segments, map->segments + 1, sizeof map->segments - sizeof map->segments[0]);
        map->count--;
    }
    map->segments[map->count++] = (struct segment){incoming + 1, offset};
    map->highest = incoming;
    return true;
}

bool map_backward(const struct sequence_map *map, int64_t outgoing, int64_t *incoming)
{
    for (int index = map->count - 1; index >= 0; index--) {
        *incoming = outgoing - map->segments[index].offset;
        bool precedes = index + 1 == map->count || *incoming < map->segments[index + 1].start - 1;
        if (*incoming >= map->segments[index].start && precedes)
            return true;
    }
    return false;
}
