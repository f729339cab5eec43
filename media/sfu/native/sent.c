#include "sent.h"

static struct sent_packet *place(struct sent *sent, int64_t number)
{
    return &sent->packets[number & (SENT_CAPACITY - 1)];
}

void sent_note(struct sent *sent, uint16_t size, int64_t now_us)
{
    sent->total += size;
    *place(sent, sent->next++) = (struct sent_packet){now_us, sent->total, size, true};
}

int64_t sent_extend(const struct sent *sent, uint16_t number)
{
    int64_t latest = sent->next - 1;
    return latest - (uint16_t)(latest - number);
}

static bool is_kept(const struct sent *sent, int64_t number)
{
    return number >= 0 && number < sent->next && number >= sent->next - SENT_CAPACITY;
}

const struct sent_packet *sent_arrived(struct sent *sent, int64_t number)
{
    struct sent_packet *packet = place(sent, number);
    if (!is_kept(sent, number) || !packet->pending)
        return NULL;
    packet->pending = false;
    return packet;
}

uint32_t sent_lost(struct sent *sent, int64_t first, uint16_t count)
{
    int64_t end = first + count, oldest = sent->next - SENT_CAPACITY;
    uint32_t news = 0;
    if (oldest < 0)
        oldest = 0;
    if (end > sent->next)
        end = sent->next;
    for (int64_t number = first > oldest ? first : oldest; number < end; number++) {
        news += place(sent, number)->pending;
        place(sent, number)->pending = false;
    }
    return news;
}
