#define _GNU_SOURCE
#include "clients.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bytes.h"
#include "layout.h"
#include "srtp.h"

#define BATCH 64
#define PACKET_SIZE 1500
#define HEADER_SIZE 12
#define KEY_FRAME_EVERY 300
#define REST_NS 100000
#define STALL_NS 20000000
#define SETTLE_NS 50000000
#define SECOND_NS 1000000000LL
#define BUFFER_SIZE (1 << 20)

/* A VP8 descriptor with all its fields, then the first byte of the frame; the time of sending follows. */
#define DESCRIPTOR_SIZE 6
#define STAMP_AT (HEADER_SIZE + DESCRIPTOR_SIZE + 1)

#define LATENCY_STEP_NS 5000
#define LATENCY_STEPS 20000

struct client {
    int socket;
    struct srtp *seals, *opens;
    uint32_t video_number, audio_number;
    int64_t video_due, audio_due;
};

struct clients {
    unsigned count;
    int poll;
    struct client clients[MAX_CLIENTS];
    uint64_t sent, received;
    bool opens;
    uint64_t latencies[LATENCY_STEPS];
    uint64_t latency_count;
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    uint8_t buffers[BATCH][PACKET_SIZE];
    char controls[BATCH][CMSG_SPACE(sizeof(struct timespec))];
};

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * SECOND_NS + now.tv_nsec;
}

static int open_socket(uint16_t server_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int size = BUFFER_SIZE, on = 1, fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0)
        return -1;
    address.sin_port = htons(server_port);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    return connect(fd, (struct sockaddr *)&address, sizeof address) < 0 ? -1 : fd;
}

static bool client_init(struct clients *all, unsigned number, uint16_t server_port)
{
    struct client *client = &all->clients[number];
    uint8_t key[KEY_SIZE];
    client->socket = open_socket(server_port);
    client_key(number, 1, key);
    client->seals = srtp_new(SRTP_AEAD_AES_128_GCM, key);
    client_key(number, 0, key);
    client->opens = srtp_new(SRTP_AEAD_AES_128_GCM, key);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = number};
    return client->socket >= 0 && client->seals && client->opens &&
           epoll_ctl(all->poll, EPOLL_CTL_ADD, client->socket, &event) == 0;
}

struct clients *clients_new(unsigned clients, uint16_t server_port)
{
    struct clients *all = clients <= MAX_CLIENTS ? calloc(1, sizeof *all) : NULL;
    if (!all)
        return NULL;
    all->poll = epoll_create1(0);
    for (; all->count < clients; all->count++) {
        if (!client_init(all, all->count, server_port)) {
            all->count++;
            clients_free(all);
            return NULL;
        }
    }
    for (int i = 0; i < BATCH; i++) {
        all->parts[i] = (struct iovec){all->buffers[i], PACKET_SIZE};
        all->messages[i].msg_hdr = (struct msghdr){.msg_iov = &all->parts[i], .msg_iovlen = 1,
                                                    .msg_control = all->controls[i]};
    }
    return all;
}

void clients_free(struct clients *all)
{
    for (unsigned i = 0; i < all->count; i++) {
        close(all->clients[i].socket);
        srtp_free(all->clients[i].seals);
        srtp_free(all->clients[i].opens);
    }
    close(all->poll);
    free(all);
}

uint16_t clients_port(const struct clients *all, unsigned client)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    getsockname(all->clients[client].socket, (struct sockaddr *)&address, &size);
    return ntohs(address.sin_port);
}

static void send_packet(struct clients *all, unsigned number, bool video, int payload)
{
    struct client *client = &all->clients[number];
    uint8_t packet[PACKET_SIZE] = {0x80, video ? VIDEO_TYPE : AUDIO_TYPE};
    uint32_t sequence = video ? client->video_number++ : client->audio_number++;
    size_t size = HEADER_SIZE + (size_t)payload;
    store16(packet + 2, (uint16_t)sequence);
    store32(packet + 4, sequence * (video ? 600 : 960));
    store32(packet + 8, video ? VIDEO_SSRC(number) : AUDIO_SSRC(number));
    if (video) {
        memcpy(packet + HEADER_SIZE, (uint8_t[]){0x90, 0xF0}, 2);
        store16(packet + HEADER_SIZE + 2, (uint16_t)(0x8000 | sequence));
        packet[HEADER_SIZE + 4] = (uint8_t)sequence;
        packet[HEADER_SIZE + DESCRIPTOR_SIZE] = sequence % KEY_FRAME_EVERY != 0;
    }
    store64(packet + STAMP_AT, (uint64_t)now_ns());
    if (srtp_protect_rtp(client->seals, packet, &size) == SRTP_OK && send(client->socket, packet, size, 0) > 0)
        all->sent++;
}

static int64_t arrival_ns(struct msghdr *message)
{
    struct timespec at;
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    if (!header || header->cmsg_type != SCM_TIMESTAMPNS)
        return now_ns();
    memcpy(&at, CMSG_DATA(header), sizeof at);
    return at.tv_sec * SECOND_NS + at.tv_nsec;
}

static void note_latency(struct clients *all, struct client *client, struct msghdr *message, size_t size)
{
    uint8_t *packet = message->msg_iov->iov_base;
    if (srtp_unprotect_rtp(client->opens, packet, &size) != SRTP_OK)
        return;
    int64_t step = (arrival_ns(message) - (int64_t)load64(packet + STAMP_AT)) / LATENCY_STEP_NS;
    all->latencies[step < 0 ? 0 : step >= LATENCY_STEPS ? LATENCY_STEPS - 1 : step]++;
    all->latency_count++;
}

static bool is_media(const uint8_t *packet) { return packet[1] < 192 || packet[1] > 223; }

static void receive(struct clients *all, struct client *client)
{
    for (int i = 0; i < BATCH; i++)
        all->messages[i].msg_hdr.msg_controllen = sizeof all->controls[i];
    int count = recvmmsg(client->socket, all->messages, BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < count; i++) {
        if (!is_media(all->buffers[i]))
            continue;
        all->received++;
        if (all->opens)
            note_latency(all, client, &all->messages[i].msg_hdr, all->messages[i].msg_len);
    }
}

static void receive_all(struct clients *all, int timeout_ms)
{
    struct epoll_event events[MAX_CLIENTS];
    int ready = epoll_wait(all->poll, events, MAX_CLIENTS, timeout_ms);
    for (int i = 0; i < ready; i++)
        receive(all, &all->clients[events[i].data.u32]);
}

/* Sends what has fallen due by the clock. */
static void send_due(struct clients *all, const struct profile *profile, int64_t now)
{
    for (unsigned i = 0; i < all->count; i++) {
        struct client *client = &all->clients[i];
        for (; profile->video_rate && client->video_due <= now; client->video_due += SECOND_NS / profile->video_rate)
            send_packet(all, i, true, profile->video_size);
        for (; profile->audio_rate && client->audio_due <= now; client->audio_due += SECOND_NS / profile->audio_rate)
            send_packet(all, i, false, profile->audio_size);
    }
}

static void run_paced(struct clients *all, const struct profile *profile, int64_t end)
{
    struct timespec rest = {.tv_nsec = REST_NS};
    for (int64_t now = now_ns(); now < end; now = now_ns()) {
        send_due(all, profile, now);
        receive_all(all, 0);
        nanosleep(&rest, NULL);
    }
}

/* Keeps `window` packets on their way, video by turns; starts anew when some were lost. */
static void run_saturated(struct clients *all, const struct profile *profile, int64_t end)
{
    uint64_t base_sent = all->sent, base_received = all->received, last = 0;
    unsigned next = 0;
    int64_t progressed = now_ns();
    for (int64_t now = progressed; now < end; now = now_ns()) {
        uint64_t back = (all->received - base_received) / (ROOM_SIZE - 1);
        while (all->sent - base_sent < back + (uint64_t)profile->window)
            send_packet(all, next++ % all->count, true, profile->video_size);
        receive_all(all, 1);
        if (all->received != last) {
            last = all->received;
            progressed = now;
        } else if (now - progressed > STALL_NS) {
            base_sent = all->sent;
            base_received = all->received;
            progressed = now;
        }
    }
}

static int64_t percentile(const struct clients *all, double share)
{
    uint64_t wanted = (uint64_t)(share * (double)all->latency_count), passed = 0;
    for (int step = 0; step < LATENCY_STEPS && all->latency_count; step++)
        if ((passed += all->latencies[step]) > wanted)
            return (int64_t)step * LATENCY_STEP_NS + LATENCY_STEP_NS / 2;
    return 0;
}

struct result clients_run(struct clients *all, const struct profile *profile, double seconds)
{
    int64_t began = now_ns();
    all->sent = all->received = all->latency_count = 0;
    memset(all->latencies, 0, sizeof all->latencies);
    all->opens = !profile->window;
    for (unsigned i = 0; i < all->count; i++) { /* spread evenly, so that no two come at the same moment */
        all->clients[i].video_due = began + SECOND_NS / 150 * i / all->count;
        all->clients[i].audio_due = began + SECOND_NS / 50 * i / all->count;
    }
    if (profile->window)
        run_saturated(all, profile, began + (int64_t)(seconds * 1e9));
    else
        run_paced(all, profile, began + (int64_t)(seconds * 1e9));
    double took = (double)(now_ns() - began) / 1e9;
    for (int64_t end = now_ns() + SETTLE_NS; now_ns() < end;)
        receive_all(all, 5);
    return (struct result){
        .sent = all->sent, .received = all->received, .expected = all->sent * (ROOM_SIZE - 1), .seconds = took,
        .latency_p50_ns = percentile(all, 0.5), .latency_p99_ns = percentile(all, 0.99),
    };
}
