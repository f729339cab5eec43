/* A stream from a stranger, cut anywhere: what comes out are its frames, until one is refused. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bytes.h"
#include "tcp_connection.h"

static const uint8_t CHECK[] = {0, 20, 0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

/* Reads the datagrams that came out, and compares them with the frames at `at` in the stream; returns where
 * the frames end that they were. */
static size_t compare(int path, const uint8_t *stream, size_t size, size_t at)
{
    uint8_t packet[DATAGRAM_SIZE + 1];
    ssize_t received;
    while ((received = recv(path, packet, sizeof packet, MSG_DONTWAIT)) > 0) {
        while (load16(stream + at) == 0)
            at += FRAME_HEADER_SIZE;
        assert(at + FRAME_HEADER_SIZE + (size_t)received <= size);
        assert(received == load16(stream + at));
        assert(memcmp(packet, stream + at + FRAME_HEADER_SIZE, (size_t)received) == 0);
        at += FRAME_HEADER_SIZE + (size_t)received;
    }
    return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t stream[TCP_STREAM_SIZE];
    int tcp[2], udp[2];
    if (!size)
        return 0;
    size_t cut = data[0] + 1u, total = sizeof CHECK + size - 1, at = 0;
    uint8_t *sent = malloc(total);
    memcpy(sent, CHECK, sizeof CHECK);
    memcpy(sent + sizeof CHECK, data + 1, size - 1);
    assert(socketpair(AF_UNIX, SOCK_STREAM, 0, tcp) == 0 && socketpair(AF_UNIX, SOCK_SEQPACKET, 0, udp) == 0);
    struct tcp_connection *connection = calloc(1, sizeof *connection);
    struct tcp_counters counters = {0};
    connection->tcp = tcp[0];
    connection->udp = udp[0];
    bool open = true;
    for (size_t begin = 0; begin < total && open; begin += cut) {
        size_t part = total - begin < cut ? total - begin : cut;
        assert(send(tcp[1], sent + begin, part, 0) == (ssize_t)part);
        open = tcp_connection_receive(connection, stream, &counters);
        at = compare(udp[1], sent, total, at);
    }
    assert(open == !counters.tcp_malformed);
    while (!open && load16(sent + at) == 0)
        at += FRAME_HEADER_SIZE;
    assert(open || load16(sent + at) > DATAGRAM_SIZE);
    tcp_connection_free(connection);
    close(tcp[1]);
    close(udp[1]);
    free(sent);
    return 0;
}
