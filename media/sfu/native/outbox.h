/* What a batch sends, until it is handed to the socket.
 *
 * Packets to one destination are chained, so that they can leave together (UDP GSO). Their order is kept;
 * between destinations there is none. */
#ifndef SPORTELLO_OUTBOX_H
#define SPORTELLO_OUTBOX_H

#include <stddef.h>
#include <stdint.h>

#include "address.h"

#define OUTBOX_CAPACITY 512

/* No datagram may be longer, coming or going: paths with a smaller MTU than Ethernet's are rare. */
#define DATAGRAM_SIZE 1472

#define OUTBOX_END UINT16_MAX

/* Where packets go. It lives in its owner, which must flush the outbox before it ends. */
struct destination {
    struct address address;
    uint32_t batch; /* in which `first` and `last` mean anything */
    uint16_t first;
    uint16_t last;
};

struct outgoing {
    size_t size;
    uint16_t next; /* to the same destination; OUTBOX_END at the end */
    uint8_t *data;
};

struct outbox {
    struct outgoing packets[OUTBOX_CAPACITY];
    size_t count;
    struct destination *destinations[OUTBOX_CAPACITY]; /* each once, in the order of first use */
    size_t destination_count;
    uint32_t batch;
    /* Sends all packets, or drops what cannot be sent; called when the outbox is full or the batch over. */
    void (*send)(void *context, struct outbox *outbox);
    void *context;
    uint8_t buffers[OUTBOX_CAPACITY][DATAGRAM_SIZE];
};

/* NULL without memory. */
struct outbox *outbox_new(void (*send)(void *context, struct outbox *outbox), void *context);

/* Room for one more datagram of up to DATAGRAM_SIZE bytes. */
uint8_t *outbox_room(struct outbox *outbox);

/* Queues what was written into the room. */
void outbox_put(struct outbox *outbox, struct destination *destination, size_t size);

/* Sends what is queued. */
void outbox_flush(struct outbox *outbox);

#endif
