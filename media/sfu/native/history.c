#include "history.h"

#include <string.h>
#include <sys/mman.h>

/* Positions in the ring count all bytes ever written; the place of one is its remainder. */
struct entry {
    uint64_t position;
    struct media_packet packet; /* without payload: the entry was never used */
};

struct history {
    uint64_t written;
    int64_t turned_at_us; /* when the first of this turn's packets came */
    struct entry entries[HISTORY_CAPACITY];
    uint8_t bytes[HISTORY_BYTES];
};

struct history *history_new(void)
{
    void *memory = mmap(NULL, sizeof(struct history), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void history_free(struct history *history)
{
    if (history)
        munmap(history, sizeof *history);
}

/* Room for bytes that lie together: where the end of the ring is too near, or its beginning old enough, they
 * begin at its beginning. */
static uint64_t reserve(struct history *history, size_t size, int64_t now_us)
{
    size_t left = HISTORY_BYTES - history->written % HISTORY_BYTES;
    bool turns = size > left || now_us - history->turned_at_us > HISTORY_US;
    uint64_t position = turns ? history->written + left : history->written;
    if (turns)
        history->turned_at_us = now_us;
    history->written = position + size;
    return position;
}

void history_put(struct history *history, const struct media_packet *packet)
{
    struct entry *entry = &history->entries[packet->number % HISTORY_CAPACITY];
    if (entry->packet.rtp.payload && entry->packet.number > packet->number)
        return;
    size_t extensions = packet->rtp.extensions.size, payload = packet->rtp.payload_size;
    entry->position = reserve(history, extensions + payload, packet->received_at_us);
    entry->packet = *packet;
    uint8_t *data = history->bytes + entry->position % HISTORY_BYTES;
    memcpy(data, packet->rtp.extensions.data, extensions);
    memcpy(data + extensions, packet->rtp.payload, payload);
    entry->packet.rtp.extensions.data = data;
    entry->packet.rtp.payload = data + extensions;
}

const struct media_packet *history_get(const struct history *history, int64_t number)
{
    if (number < 0)
        return NULL;
    const struct entry *entry = &history->entries[number % HISTORY_CAPACITY];
    if (!entry->packet.rtp.payload || entry->packet.number != number)
        return NULL;
    return history->written - entry->position <= HISTORY_BYTES ? &entry->packet : NULL;
}
