/* The UDP socket: many datagrams per system call, both ways. */
#ifndef SPORTELLO_UDP_H
#define SPORTELLO_UDP_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "counters.h"
#include "outbox.h"
#include "socket_address.h"

#define UDP_BATCH 128

/* The kernel's limit of segments in one message (UDP_MAX_SEGMENTS), and of a datagram's length. */
#define UDP_SEGMENTS 64
#define UDP_MESSAGE_SIZE 65000

/* Socket and buffers of one thread. */
struct udp {
    int socket;
    bool is_v6;
    struct counters *counters;
    size_t received; /* by the last call, which has overwritten the lengths of so many addresses */
    struct mmsghdr incoming[UDP_BATCH];
    struct iovec incoming_parts[UDP_BATCH];
    union socket_address senders[UDP_BATCH];
    uint8_t buffers[UDP_BATCH][DATAGRAM_SIZE + 1]; /* a byte more tells that a datagram is too long */
    struct mmsghdr outgoing[OUTBOX_CAPACITY];
    struct iovec outgoing_parts[OUTBOX_CAPACITY];
    union socket_address receivers[OUTBOX_CAPACITY];
    char controls[OUTBOX_CAPACITY][CMSG_SPACE(sizeof(uint16_t))];
};

/* Uses a bound socket, which stays the caller's. NULL without memory. */
struct udp *udp_new(int socket, struct counters *counters);

/* Takes what has arrived, without waiting; returns how many datagrams, at most UDP_BATCH. */
size_t udp_receive(struct udp *udp);

/* One of the datagrams taken, and where it came from. One that was too long has more than
 * DATAGRAM_SIZE bytes. */
uint8_t *udp_datagram(struct udp *udp, size_t number, size_t *size, struct address *from);

/* Sends what is in an outbox, without waiting; equal-sized packets to one destination go as one (UDP GSO).
 * What the kernel does not take is dropped and counted. Fits `outbox.send`, the context being a udp. */
void udp_send(void *udp, struct outbox *outbox);

/* How many datagrams the kernel has dropped because the receive buffer was full. */
uint64_t udp_receive_drops(const struct udp *udp);

#endif
