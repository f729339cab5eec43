#include "pacer.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"

void pacer_set_rate(struct pacer *pacer, uint64_t bps)
{
    pacer->byte_us_16 = bps ? ((uint64_t)8 * SECOND_US << 16) / bps : 0;
}

bool pacer_put(struct pacer *pacer, enum pacer_class class, struct slot *slot, const uint8_t *data, size_t size,
               int64_t now_us)
{
    struct waiting_packet *packet = malloc(sizeof *packet + size);
    if (!packet)
        return false;
    *packet = (struct waiting_packet){.slot = slot, .since_us = now_us, .size = size};
    memcpy(packet->data, data, size);
    if (pacer->queues[class].last)
        pacer->queues[class].last->next = packet;
    else
        pacer->queues[class].first = packet;
    pacer->queues[class].last = packet;
    pacer->count++;
    return true;
}

/* The class whose first packet has waited longest, or PACER_CLASSES. */
static int oldest(const struct pacer *pacer)
{
    int found = PACER_CLASSES;
    for (int class = 0; class < PACER_CLASSES; class++) {
        const struct waiting_packet *first = pacer->queues[class].first;
        if (first && (found == PACER_CLASSES || first->since_us < pacer->queues[found].first->since_us))
            found = class;
    }
    return found;
}

/* The class from which a packet may leave now, or PACER_CLASSES. */
static int ready(const struct pacer *pacer, int64_t now_us)
{
    if (!pacer->byte_us_16 || pacer->drained_us - now_us < PACER_BURST_US)
        return pacer->queues[PACER_RETRANSMISSION].first ? PACER_RETRANSMISSION : PACER_MEDIA;
    int class = oldest(pacer);
    bool late = now_us - pacer->queues[class].first->since_us >= PACER_LONGEST_US;
    return late || pacer->count > PACER_CAPACITY ? class : PACER_CLASSES;
}

struct waiting_packet *pacer_take(struct pacer *pacer, int64_t now_us)
{
    int class = pacer->count ? ready(pacer, now_us) : PACER_CLASSES;
    if (class == PACER_CLASSES)
        return NULL;
    struct waiting_packet *packet = pacer->queues[class].first;
    pacer->queues[class].first = packet->next;
    if (!packet->next)
        pacer->queues[class].last = NULL;
    pacer->count--;
    pacer_charge(pacer, packet->size, now_us);
    return packet;
}

int64_t pacer_due_us(const struct pacer *pacer)
{
    if (!pacer->count)
        return INT64_MAX;
    int64_t late_us = pacer->queues[oldest(pacer)].first->since_us + PACER_LONGEST_US;
    return pacer->drained_us < late_us ? pacer->drained_us : late_us;
}

void pacer_discard(struct pacer *pacer, const struct slot *slot)
{
    for (int class = 0; class < PACER_CLASSES; class++) {
        struct waiting_packet **link = &pacer->queues[class].first, *last = NULL;
        while (*link) {
            struct waiting_packet *packet = *link;
            if (!slot || packet->slot == slot) {
                *link = packet->next;
                free(packet);
                pacer->count--;
            } else {
                last = packet;
                link = &packet->next;
            }
        }
        pacer->queues[class].last = last;
    }
}
