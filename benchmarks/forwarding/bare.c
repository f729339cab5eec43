#include "udp.h"

#include "bare.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

#include "bytes.h"
#include "clock.h"
#include "layout.h"
#include "rest.h"
#include "srtp.h"

#define IDLE_MS 20

struct member {
    struct srtp *opens, *seals;
    struct destination destination;
    uint16_t numbers[2 * ROOM_SIZE]; /* of its slots */
};

struct bare {
    struct udp *udp;
    struct outbox *outbox;
    struct counters counters;
    struct member members[MAX_CLIENTS];
    uint16_t member_at[1 << 16]; /* by port, one more than the number; 0: nobody */
    struct rest rest;
    atomic_ullong packets_out;
    atomic_bool stopping;
    pthread_t thread;
    int socket;
};

static int64_t clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * (int64_t)SECOND_US + now.tv_nsec / 1000;
}

static void forward(struct bare *bare, unsigned sender, unsigned receiver, const uint8_t *packet, size_t size)
{
    struct member *member = &bare->members[receiver];
    unsigned place = place_of(sender, receiver);
    int video = packet[1] == VIDEO_TYPE;
    uint8_t *out = outbox_room(bare->outbox);
    memcpy(out, packet, size);
    store16(out + 2, member->numbers[2 * place + video]++);
    store32(out + 8, video ? VIDEO_SLOT_SSRC(receiver, place) : AUDIO_SLOT_SSRC(receiver, place));
    if (srtp_protect_rtp(member->seals, out, &size) == SRTP_OK)
        outbox_put(bare->outbox, &member->destination, size);
    bare->packets_out++;
}

static void take(struct bare *bare, size_t number)
{
    struct address from;
    size_t size;
    uint8_t *packet = udp_datagram(bare->udp, number, &size, &from);
    unsigned sender = bare->member_at[from.port] - 1u;
    if (sender >= MAX_CLIENTS || srtp_unprotect_rtp(bare->members[sender].opens, packet, &size) != SRTP_OK)
        return;
    unsigned first = sender / ROOM_SIZE * ROOM_SIZE;
    for (unsigned receiver = first; receiver < first + ROOM_SIZE; receiver++)
        if (receiver != sender)
            forward(bare, sender, receiver, packet, size);
}

static void *run(void *argument)
{
    struct bare *bare = argument;
    struct pollfd descriptor = {.fd = bare->socket, .events = POLLIN};
    prctl(PR_SET_TIMERSLACK, 1);
    while (!atomic_load(&bare->stopping)) {
        int64_t began_us = clock_us();
        size_t count = udp_receive(bare->udp);
        for (size_t i = 0; i < count; i++)
            take(bare, i);
        outbox_flush(bare->outbox);
        int64_t rest_us = rest_until(&bare->rest, count, began_us) - clock_us();
        struct timespec rest = {.tv_nsec = rest_us * 1000};
        if (!count)
            poll(&descriptor, 1, IDLE_MS);
        else if (count < UDP_BATCH && rest_us > 0)
            nanosleep(&rest, NULL);
    }
    return NULL;
}

static void member_init(struct bare *bare, unsigned number, uint16_t port)
{
    struct member *member = &bare->members[number];
    uint8_t key[KEY_SIZE];
    client_key(number, 1, key);
    member->opens = srtp_new(SRTP_AEAD_AES_128_GCM, key);
    client_key(number, 0, key);
    member->seals = srtp_new(SRTP_AEAD_AES_128_GCM, key);
    member->destination.address =
        (struct address){{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 0, 0, 1}, port};
    bare->member_at[port] = (uint16_t)(number + 1);
}

struct bare *bare_start(int socket, const uint16_t *ports, unsigned clients, int64_t batch_us)
{
    struct bare *bare = clients <= MAX_CLIENTS ? calloc(1, sizeof *bare) : NULL;
    if (!bare)
        return NULL;
    bare->socket = socket;
    bare->rest = rest_new(batch_us);
    bare->udp = udp_new(socket, &bare->counters);
    bare->outbox = outbox_new(udp_send, bare->udp);
    for (unsigned i = 0; i < clients; i++)
        member_init(bare, i, ports[i]);
    pthread_create(&bare->thread, NULL, run, bare);
    return bare;
}

void bare_stop(struct bare *bare)
{
    atomic_store(&bare->stopping, true);
    pthread_join(bare->thread, NULL);
    for (unsigned i = 0; i < MAX_CLIENTS; i++) {
        srtp_free(bare->members[i].opens);
        srtp_free(bare->members[i].seals);
    }
    free(bare->outbox);
    free(bare->udp);
    free(bare);
}

uint64_t bare_packets_out(const struct bare *bare) { return bare->packets_out; }
