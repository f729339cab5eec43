#include "udp.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103 /* linux/udp.h */
#endif

struct udp *udp_new(int socket, struct counters *counters)
{
    union socket_address bound;
    socklen_t size = sizeof bound;
    struct udp *udp = calloc(1, sizeof *udp);
    if (!udp || getsockname(socket, &bound.any, &size) < 0) {
        free(udp);
        return NULL;
    }
    udp->socket = socket;
    udp->is_v6 = bound.any.sa_family == AF_INET6;
    udp->counters = counters;
    for (size_t i = 0; i < UDP_BATCH; i++) {
        udp->incoming_parts[i] = (struct iovec){udp->buffers[i], sizeof udp->buffers[i]};
        udp->incoming[i].msg_hdr.msg_iov = &udp->incoming_parts[i];
        udp->incoming[i].msg_hdr.msg_iovlen = 1;
        udp->incoming[i].msg_hdr.msg_name = &udp->senders[i];
        udp->incoming[i].msg_hdr.msg_namelen = sizeof udp->senders[i];
    }
    return udp;
}

size_t udp_receive(struct udp *udp)
{
    for (size_t i = 0; i < udp->received; i++)
        udp->incoming[i].msg_hdr.msg_namelen = sizeof udp->senders[i];
    int received = recvmmsg(udp->socket, udp->incoming, UDP_BATCH, MSG_DONTWAIT, NULL);
    if (received < 0 && errno != EAGAIN && errno != EINTR)
        udp->counters->socket_errors++;
    udp->received = received > 0 ? (size_t)received : 0;
    return udp->received;
}

uint8_t *udp_datagram(struct udp *udp, size_t number, size_t *size, struct address *from)
{
    address_read(from, &udp->senders[number]);
    *size = udp->incoming[number].msg_len;
    return udp->buffers[number];
}

/* Tells the kernel to cut a message into datagrams of this size. */
static void cut_into(struct msghdr *message, char *control, size_t segment_size)
{
    uint16_t size = (uint16_t)segment_size;
    message->msg_control = control;
    message->msg_controllen = CMSG_SPACE(sizeof size);
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    header->cmsg_level = SOL_UDP;
    header->cmsg_type = UDP_SEGMENT;
    header->cmsg_len = CMSG_LEN(sizeof size);
    memcpy(CMSG_DATA(header), &size, sizeof size);
}

/* Fills in one message with packets of a chain from `number` on, as many as may go together: all of one
 * size but the last, which may be smaller. Returns the first packet that is left over. */
static uint16_t fill_message(struct udp *udp, const struct outbox *outbox, uint16_t number, struct msghdr *message)
{
    size_t segment = outbox->packets[number].size, total = 0, size;
    do {
        size = outbox->packets[number].size;
        message->msg_iov[message->msg_iovlen++] = (struct iovec){outbox->packets[number].data, size};
        total += size;
        number = outbox->packets[number].next;
    } while (number != OUTBOX_END && size == segment && outbox->packets[number].size <= segment &&
             message->msg_iovlen < UDP_SEGMENTS && total + segment <= UDP_MESSAGE_SIZE);
    if (message->msg_iovlen > 1)
        cut_into(message, udp->controls[message->msg_iov - udp->outgoing_parts], segment);
    return number;
}

/* Turns an outbox into messages; returns how many. */
static size_t fill_messages(struct udp *udp, const struct outbox *outbox)
{
    size_t count = 0;
    struct iovec *parts = udp->outgoing_parts;
    for (size_t i = 0; i < outbox->destination_count; i++) {
        const struct destination *destination = outbox->destinations[i];
        union socket_address *receiver = &udp->receivers[i];
        socklen_t receiver_size = address_write(&destination->address, udp->is_v6, receiver);
        for (uint16_t number = destination->first; number != OUTBOX_END;) {
            struct msghdr *message = &udp->outgoing[count++].msg_hdr;
            *message = (struct msghdr){.msg_name = receiver, .msg_namelen = receiver_size, .msg_iov = parts};
            number = fill_message(udp, outbox, number, message);
            parts += message->msg_iovlen;
        }
    }
    return count;
}

/* Sends a message's packets each by itself: no device or path takes every message that is to be cut. */
static void send_singly(struct udp *udp, const struct msghdr *message)
{
    for (size_t i = 0; i < message->msg_iovlen; i++) {
        struct msghdr single = *message;
        single.msg_iov = message->msg_iov + i;
        single.msg_iovlen = 1;
        single.msg_control = NULL;
        single.msg_controllen = 0;
        if (sendmsg(udp->socket, &single, MSG_DONTWAIT) < 0)
            udp->counters->socket_errors++;
    }
}

static uint64_t count_packets(const struct udp *udp, size_t first, size_t end)
{
    uint64_t packets = 0;
    for (; first < end; first++)
        packets += udp->outgoing[first].msg_hdr.msg_iovlen;
    return packets;
}

void udp_send(void *context, struct outbox *outbox)
{
    struct udp *udp = context;
    size_t sent = 0, count = fill_messages(udp, outbox);
    while (sent < count) {
        int done = sendmmsg(udp->socket, udp->outgoing + sent, (unsigned)(count - sent), MSG_DONTWAIT);
        if (done > 0) {
            sent += (size_t)done;
        } else if (errno == EAGAIN || errno == ENOBUFS) {
            udp->counters->dropped_socket_full += count_packets(udp, sent, count);
            return;
        } else if (errno != EINTR) {
            send_singly(udp, &udp->outgoing[sent++].msg_hdr);
        }
    }
}

uint64_t udp_receive_drops(const struct udp *udp)
{
    uint32_t memory[SK_MEMINFO_VARS];
    socklen_t size = sizeof memory;
    if (getsockopt(udp->socket, SOL_SOCKET, SO_MEMINFO, memory, &size) < 0)
        return 0;
    return memory[SK_MEMINFO_DROPS];
}
