#include "sent.h"

static struct sent_packet *place(struct sent *sent, int64_t number)
{
    return &sent->packets[number & (SENT_CAPACITY - 1)];
}

void sent_note(struct sent *sent, uint16_t size, bool is_probe, int64_t now_us)
{
    sent->total += size;
    *place(sent, sent->next++) =
        (struct sent_packet){.at_us = now_us, .total = sent->total, .size = size, .is_probe = is_probe};
}

int64_t sent_extend(const struct sent *sent, uint16_t number)
{
    int64_t latest = sent->next - 1;
    return latest - (uint16_t)(latest - number);
}

int64_t sent_oldest(const struct sent *sent) { return sent->next < SENT_CAPACITY ? 0 : sent->next - SENT_CAPACITY; }

const struct sent_packet *sent_packet(const struct sent *sent, int64_t number)
{
    bool kept = number >= sent_oldest(sent) && number < sent->next;
    return kept ? &sent->packets[number & (SENT_CAPACITY - 1)] : NULL;
}

const struct sent_packet *sent_arrived(struct sent *sent, int64_t number, int64_t arrival_us)
{
    struct sent_packet *packet = place(sent, number);
    if (!sent_packet(sent, number) || packet->fate != FATE_UNKNOWN)
        return NULL;
    packet->fate = FATE_ARRIVED;
    packet->arrival_us = arrival_us;
    return packet;
}

uint32_t sent_lost(struct sent *sent, int64_t first, uint16_t count)
{
    int64_t end = first + count, oldest = sent_oldest(sent);
    uint32_t news = 0;
    if (end > sent->next)
        end = sent->next;
    for (int64_t number = first > oldest ? first : oldest; number < end; number++) {
        struct sent_packet *packet = place(sent, number);
        news += packet->fate == FATE_UNKNOWN;
        if (packet->fate == FATE_UNKNOWN)
            packet->fate = FATE_LOST;
    }
    return news;
}

uint32_t sent_bytes_from(const struct sent *sent, int64_t number)
{
    int64_t oldest = sent_oldest(sent);
    const struct sent_packet *first = sent_packet(sent, number > oldest ? number : oldest);
    return first ? sent->total - first->total + first->size : 0;
}

int64_t sent_first_after(const struct sent *sent, int64_t time_us)
{
    int64_t number = sent->next, oldest = sent_oldest(sent);
    while (number > oldest && sent_packet(sent, number - 1)->at_us > time_us)
        number--;
    return number;
}
