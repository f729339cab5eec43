/* One client over TCP: a stream of frames on its side, a UDP socket of its own on the path's side. */
#ifndef SPORTELLO_TCP_CONNECTION_H
#define SPORTELLO_TCP_CONNECTION_H

#include <stdbool.h>

#include "address.h"
#include "framing.h"
#include "outbox.h"
#include "tcp_counters.h"

/* What may wait for a client that reads too slowly: at 1 Mbit/s that is half a second of media. */
#define TCP_BACKLOG_SIZE 65536

/* What is taken from a client in one system call. */
#define TCP_STREAM_SIZE 65536

struct tcp_connection {
    int tcp, udp;
    struct address client;
    uint16_t udp_port;
    bool checked;        /* the first frame has come, and was a connectivity check */
    bool answered;       /* the server has sent something */
    bool awaits_room;    /* whether epoll tells when the client takes more */
    bool over;
    int64_t deadline_us; /* when it ends, unless the server sends something before */
    struct tcp_connection *next;
    size_t rest_size, backlog_size;
    uint8_t rest[FRAME_HEADER_SIZE + DATAGRAM_SIZE]; /* the beginning of a frame */
    uint8_t backlog[TCP_BACKLOG_SIZE];               /* frames that the kernel did not take yet */
};

/* Takes a TCP socket over and opens a UDP socket towards the path. NULL without memory or descriptor; then
 * the TCP socket is closed. */
struct tcp_connection *tcp_connection_new(int tcp, const struct address *client, const struct address *path);
void tcp_connection_free(struct tcp_connection *connection);

/* Passes on what the client has sent; `stream` is TCP_STREAM_SIZE bytes of work space. Returns false if
 * the connection is over. */
bool tcp_connection_receive(struct tcp_connection *connection, uint8_t *stream, struct tcp_counters *counters);

/* Frames what the path has sent, as far as there is room. A packet without room is dropped whole and
 * counted: half a frame would spoil the stream. Returns false if there was none. */
bool tcp_connection_collect(struct tcp_connection *connection, struct tcp_counters *counters);

/* Sends what waits, as far as the client takes it. Returns false if the connection is over. */
bool tcp_connection_flush(struct tcp_connection *connection);

#endif
