/* The whole path under commands and authentic packets of any content, drawn from the input.
 *
 * Each step is a byte that chooses what happens, and what it needs. The clock only moves forward. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "path.h"

#define CLIENTS 3
#define PACKET_SIZE 200

struct input {
    const uint8_t *data;
    size_t size;
};

struct client {
    uint32_t transport, video, audio, small, large, video_slot, audio_slot;
    struct srtp *seals;
    struct address address;
};

static uint8_t next(struct input *input)
{
    if (!input->size)
        return 0;
    input->size--;
    return *input->data++;
}

static void check(void *context, struct outbox *outbox)
{
    (void)context;
    size_t reached = 0;
    for (size_t i = 0; i < outbox->destination_count; i++)
        for (uint16_t at = outbox->destinations[i]->first; at != OUTBOX_END; at = outbox->packets[at].next) {
            assert(outbox->packets[at].size <= DATAGRAM_SIZE);
            reached++;
        }
    assert(reached == outbox->count);
}

static void ignore_layer(void *context, const struct layer_report *layer)
{
    (void)context;
    assert(layer->source_id);
}

static uint32_t add_layer(struct path *path, uint32_t transport, struct source_spec layer, uint8_t rid)
{
    layer.mid[0] = 'c';
    layer.rid[0] = rid;
    layer.rid_size = 1;
    return path_add_source(path, transport, &layer);
}

static void add_client(struct path *path, struct client *client, uint8_t number, struct input *input)
{
    uint8_t up[30] = {number}, down[30] = {0x80 | number};
    enum srtp_profile profile = next(input) & 1 ? SRTP_AEAD_AES_128_GCM : SRTP_AES128_CM_SHA1_80;
    struct transport_spec transport = {.ssrc = 9, .extension_ids = {1, 2, 3, next(input) & 16, 4, 5},
                                       .reduced_size_rtcp = next(input) & 1};
    struct source_spec video = {.kind = MEDIA_VIDEO, .mid = "v", .mid_size = 1, .payload_type = 96,
                                .rtx_payload_type = 97, .red_payload_type = -1, .nack = true, .pli = true,
                                .remb = true};
    struct source_spec audio = {.kind = MEDIA_AUDIO, .mid = "a", .mid_size = 1, .payload_type = 111,
                                .rtx_payload_type = -1, .red_payload_type = 63, .ssrc = {true, 5}};
    struct slot_spec video_slot = {.kind = MEDIA_VIDEO, .payload_type = 96, .rtx_payload_type = 97,
                                   .red_payload_type = -1, .ssrc = 31, .rtx_ssrc = {true, 32}, .transport_cc_id = 16};
    struct slot_spec audio_slot = {.kind = MEDIA_AUDIO, .payload_type = 109,
                                   .red_payload_type = number ? 62 + number : -1, .ssrc = 41};
    client->transport = path_add_transport(path, &transport);
    client->video = path_add_source(path, client->transport, &video);
    client->audio = path_add_source(path, client->transport, &audio);
    client->small = add_layer(path, client->transport, video, 'q');
    client->large = add_layer(path, client->transport, video, 'f');
    client->video_slot = path_add_slot(path, client->transport, &video_slot);
    client->audio_slot = path_add_slot(path, client->transport, &audio_slot);
    client->address = (struct address){{0x20, number}, 1000};
    client->seals = srtp_new(profile, up);
    path_set_address(path, client->transport, &client->address, 0);
    path_set_keys(path, client->transport, profile, up, down, 0);
}

/* The extensions by which a layer of the camera is learned. */
static size_t write_layer(uint8_t *packet, uint8_t rid)
{
    const uint8_t extensions[] = {0xBE, 0xDE, 0, 2, 0x10, 'c', 0x20, rid, 0x30, rid, 0, 0};
    packet[0] = 0x90;
    memcpy(packet + 12, extensions, sizeof extensions);
    return sizeof extensions;
}

/* An authentic packet: a header that makes it likely to be taken, the rest from the input. */
static void send_packet(struct path *path, struct client *client, struct input *input, bool report, int64_t now_us)
{
    uint8_t packet[PACKET_SIZE + SRTP_MAX_GROWTH] = {0x80 | (next(input) & 0x3F)};
    size_t size = 12;
    if (report) {
        packet[1] = 200 + next(input) % 8;
        packet[3] = next(input);
        packet[7] = next(input);
        size = 8;
    } else {
        static const uint8_t TYPES[] = {96, 97, 111, 0x80 | 96, 63};
        packet[1] = TYPES[next(input) % 5];
        packet[2] = next(input);
        packet[3] = next(input);
        packet[11] = next(input) % 8;
        if (next(input) & 1)
            size += write_layer(packet, next(input) & 1 ? 'q' : 'f');
    }
    for (size_t rest = next(input); rest && size < PACKET_SIZE; rest--)
        packet[size++] = next(input);
    if ((report ? srtp_protect_rtcp : srtp_protect_rtp)(client->seals, packet, &size) == SRTP_OK)
        path_receive(path, packet, size, &client->address, now_us);
}

static void step(struct path *path, struct client *clients, struct input *input, int64_t now_us)
{
    uint8_t choice = next(input);
    struct client *client = &clients[choice % CLIENTS], *other = &clients[next(input) % CLIENTS];
    const uint32_t layers[] = {other->video, other->small, other->large};
    struct transport_statistics statistics;
    struct congestion_report congestion;
    uint32_t probe;
    uint8_t junk[40];
    switch (choice / CLIENTS % 20) {
    case 0:
        path_route(path, client->video_slot, choice & 1 ? layers[next(input) % 3] : 0, now_us);
        break;
    case 1:
        path_route(path, client->audio_slot, other->audio, now_us);
        break;
    case 2:
        path_poll(path, now_us);
        break;
    case 3:
        client->address.port = next(input);
        break;
    case 4:
        path_request_key_frame(path, layers[next(input) % 3], now_us);
        break;
    case 5:
        path_statistics(path, client->transport, &statistics);
        path_congestion(path, client->transport, now_us, &congestion);
        break;
    case 6:
        for (size_t i = 0; i < sizeof junk; i++)
            junk[i] = next(input);
        client->address.ip[15] = next(input) & 1; /* now and then a stranger's */
        path_receive(path, junk, next(input) % sizeof junk, &client->address, now_us);
        client->address.ip[15] = 0;
        break;
    case 7:
        if (next(input) == 7) {
            path_remove_transport(path, client->transport);
            srtp_free(client->seals);
            add_client(path, client, (uint8_t)(client - clients), input);
        }
        break;
    case 8:
    case 9:
        path_select(path, client->video_slot, layers[next(input) % 3], next(input) % TEMPORAL_LAYERS, now_us);
        break;
    case 10:
        path_layers(path, ignore_layer, NULL);
        break;
    case 16:
        path_set_pacing(path, client->transport, (uint64_t)next(input) * 10000, now_us);
        break;
    case 17:
        path_probe(path, client->transport, 1 + (uint64_t)next(input) * 100000, 1 + next(input) * 390, now_us, &probe);
        break;
    case 18:
        path_release(path, now_us);
        break;
    default:
        send_packet(path, client, input, choice / CLIENTS % 4 == 3, now_us);
    }
    outbox_flush(path->outbox);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    struct client clients[CLIENTS];
    struct path *path = path_new(1000000, 1, check, NULL);
    int64_t now_us = 1000000;
    for (uint8_t i = 0; i < CLIENTS; i++)
        add_client(path, &clients[i], i, &input);
    while (input.size) {
        now_us += next(&input) * 500;
        step(path, clients, &input, now_us);
    }
    for (int i = 0; i < CLIENTS; i++)
        srtp_free(clients[i].seals);
    path_free(path);
    return 0;
}
