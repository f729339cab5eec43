#include "history.h"

#include <stdlib.h>
#include <string.h>

/* One allocation holds the packet and what it points to. */
static struct media_packet *copy(const struct media_packet *packet)
{
    size_t extensions = packet->rtp.extensions.size, payload = packet->rtp.payload_size;
    struct media_packet *kept = malloc(sizeof *kept + extensions + payload);
    if (!kept)
        return NULL;
    uint8_t *data = (uint8_t *)(kept + 1);
    *kept = *packet;
    memcpy(data, packet->rtp.extensions.data, extensions);
    memcpy(data + extensions, packet->rtp.payload, payload);
    kept->rtp.extensions.data = data;
    kept->rtp.payload = data + extensions;
    return kept;
}

void history_put(struct history *history, const struct media_packet *packet)
{
    struct media_packet **place = &history->packets[packet->number % HISTORY_CAPACITY];
    if (*place && (*place)->number > packet->number)
        return;
    free(*place);
    *place = copy(packet);
}

const struct media_packet *history_get(const struct history *history, int64_t number)
{
    if (number < 0)
        return NULL;
    const struct media_packet *packet = history->packets[number % HISTORY_CAPACITY];
    return packet && packet->number == number ? packet : NULL;
}

void history_clear(struct history *history)
{
    for (size_t i = 0; i < HISTORY_CAPACITY; i++) {
        free(history->packets[i]);
        history->packets[i] = NULL;
    }
}
