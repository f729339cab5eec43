#define _GNU_SOURCE

#include "tcp_connection.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "socket_address.h"

/* What the kernel may hold unsent: what is late should wait here, where it can be dropped. */
#define KERNEL_UNSENT 16384

#define COLLECTED_AT_ONCE 64

static int open_udp(const struct address *path, uint16_t *port)
{
    bool is_v6 = !address_is_v4(path);
    union socket_address address;
    socklen_t size = address_write(path, is_v6, &address);
    int udp = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (udp < 0)
        return -1;
    if (connect(udp, &address.any, size) == 0 && getsockname(udp, &address.any, &size) == 0) {
        *port = ntohs(is_v6 ? address.v6.sin6_port : address.v4.sin_port);
        return udp;
    }
    close(udp);
    return -1;
}

struct tcp_connection *tcp_connection_new(int tcp, const struct address *client, const struct address *path)
{
    const int yes = 1, unsent = KERNEL_UNSENT;
    struct tcp_connection *connection = calloc(1, sizeof *connection);
    if (connection) {
        connection->tcp = tcp;
        connection->client = *client;
        connection->udp = open_udp(path, &connection->udp_port);
        if (connection->udp >= 0) {
            setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
            setsockopt(tcp, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
            return connection;
        }
    }
    free(connection);
    close(tcp);
    return NULL;
}

void tcp_connection_free(struct tcp_connection *connection)
{
    close(connection->tcp);
    close(connection->udp);
    free(connection);
}

/* Whether a system call failed for good, and not just for now. */
static bool failed(ssize_t result) { return result < 0 && errno != EAGAIN && errno != EINTR; }

/* Passes on one packet. What the path cannot take is lost, as on any way; an empty frame means nothing
 * (RFC 4571 section 2). Returns false if the first packet is no check. */
static bool pass_on(struct tcp_connection *connection, const uint8_t *packet, size_t size)
{
    if (!connection->checked && !is_binding_request(packet, size))
        return false;
    connection->checked = true;
    if (size)
        send(connection->udp, packet, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    return true;
}

bool tcp_connection_receive(struct tcp_connection *connection, uint8_t *stream, struct tcp_counters *counters)
{
    size_t available = connection->rest_size, at = 0, size = 0;
    memcpy(stream, connection->rest, available);
    ssize_t received = recv(connection->tcp, stream + available, TCP_STREAM_SIZE - available, MSG_DONTWAIT);
    if (received <= 0)
        return received < 0 && !failed(received);
    available += (size_t)received;
    enum frame_status status;
    while ((status = frame_parse(stream + at, available - at, &size)) == FRAME_COMPLETE) {
        if (!pass_on(connection, stream + at + FRAME_HEADER_SIZE, size))
            break;
        at += FRAME_HEADER_SIZE + size;
    }
    if (status != FRAME_INCOMPLETE) {
        counters->tcp_malformed++;
        return false;
    }
    connection->rest_size = available - at;
    memcpy(connection->rest, stream + at, connection->rest_size);
    return true;
}

bool tcp_connection_collect(struct tcp_connection *connection, struct tcp_counters *counters)
{
    bool any = false;
    for (int i = 0; i < COLLECTED_AT_ONCE; i++) {
        uint8_t spare[FRAME_HEADER_SIZE + DATAGRAM_SIZE];
        bool room = sizeof connection->backlog - connection->backlog_size >= sizeof spare;
        uint8_t *frame = room ? connection->backlog + connection->backlog_size : spare;
        ssize_t size = recv(connection->udp, frame + FRAME_HEADER_SIZE, DATAGRAM_SIZE, MSG_DONTWAIT);
        if (size < 0)
            break;
        store16(frame, (uint16_t)size);
        if (room)
            connection->backlog_size += FRAME_HEADER_SIZE + (size_t)size;
        else
            counters->tcp_dropped_backlog_full++;
        any = true;
    }
    return any;
}

bool tcp_connection_flush(struct tcp_connection *connection)
{
    if (!connection->backlog_size)
        return true;
    ssize_t sent = send(connection->tcp, connection->backlog, connection->backlog_size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0)
        return !failed(sent);
    connection->backlog_size -= (size_t)sent;
    memmove(connection->backlog, connection->backlog + sent, connection->backlog_size);
    return true;
}
