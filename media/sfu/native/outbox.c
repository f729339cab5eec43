#include "outbox.h"

#include <stdlib.h>

struct outbox *outbox_new(void (*send)(void *context, struct outbox *outbox), void *context)
{
    struct outbox *outbox = malloc(sizeof *outbox);
    if (!outbox)
        return NULL;
    outbox->count = outbox->destination_count = 0;
    outbox->batch = 1;
    outbox->send = send;
    outbox->context = context;
    for (size_t i = 0; i < OUTBOX_CAPACITY; i++)
        outbox->packets[i].data = outbox->buffers[i];
    return outbox;
}

uint8_t *outbox_room(struct outbox *outbox)
{
    if (outbox->count == OUTBOX_CAPACITY)
        outbox_flush(outbox);
    return outbox->buffers[outbox->count];
}

void outbox_put(struct outbox *outbox, struct destination *destination, size_t size)
{
    uint16_t number = (uint16_t)outbox->count++;
    outbox->packets[number].size = size;
    outbox->packets[number].next = OUTBOX_END;
    if (destination->batch != outbox->batch) {
        destination->batch = outbox->batch;
        destination->first = number;
        outbox->destinations[outbox->destination_count++] = destination;
    } else {
        outbox->packets[destination->last].next = number;
    }
    destination->last = number;
}

void outbox_flush(struct outbox *outbox)
{
    if (outbox->count)
        outbox->send(outbox->context, outbox);
    outbox->count = outbox->destination_count = 0;
    outbox->batch++;
}
