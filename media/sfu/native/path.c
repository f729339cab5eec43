#include "path.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "egress.h"
#include "ingress.h"
#include "pacing.h"

struct path *path_new(uint64_t uplink_bps, uint64_t secret, void (*send)(void *context, struct outbox *outbox),
                      void *context)
{
    struct path *path = calloc(1, sizeof *path);
    if (!path)
        return NULL;
    path->uplink_bps = uplink_bps;
    path->flood_byte_ns = flood_byte_ns(uplink_bps);
    path->strangers.secret = secret;
    path->next_release_us = INT64_MAX;
    path->outbox = outbox_new(send, context);
    if (path->outbox)
        return path;
    free(path);
    return NULL;
}

void path_free(struct path *path)
{
    if (!path)
        return;
    while (path->transports)
        path_remove_transport(path, path->transports->id);
    free(path->outbox);
    free(path);
}

/* What an index holds under an identifier; identifiers are unique. */
#define FIND(index, type, identifier)                                   \
    (index_first(index, identifier) ? CONTAINER(index_first(index, identifier), type, by_id) : NULL)

static struct transport *find_transport(const struct path *path, uint32_t id)
{
    return FIND(&path->transports_by_id, struct transport, id);
}

uint32_t path_add_transport(struct path *path, const struct transport_spec *spec)
{
    struct transport *transport = transport_new(path->latest_id + 1, spec);
    if (!transport)
        return 0;
    struct transport **link = &path->transports;
    while (*link)
        link = &(*link)->next;
    *link = transport;
    index_put(&path->transports_by_id, &transport->by_id, transport->id);
    return ++path->latest_id;
}

uint32_t path_add_source(struct path *path, uint32_t transport_id, const struct source_spec *spec)
{
    struct transport *transport = find_transport(path, transport_id);
    if (!transport || transport->source_count == MAX_SOURCES)
        return 0;
    struct source *source = source_new(path->latest_id + 1, transport, spec);
    if (!source)
        return 0;
    struct source *leader = transport_find_leader(transport, spec);
    if (leader)
        source->leader = leader;
    transport->sources[transport->source_count++] = source;
    if (spec->ssrc.known)
        transport_add_stream(transport, spec->ssrc.value, source, false);
    if (spec->rtx_ssrc.known)
        transport_add_stream(transport, spec->rtx_ssrc.value, source, true);
    index_put(&path->sources_by_id, &source->by_id, source->id);
    return ++path->latest_id;
}

uint32_t path_add_slot(struct path *path, uint32_t transport_id, const struct slot_spec *spec)
{
    struct transport *transport = find_transport(path, transport_id);
    if (!transport || transport->slot_count == MAX_SLOTS)
        return 0;
    struct slot *slot = slot_new(path->latest_id + 1, transport, spec);
    if (!slot)
        return 0;
    transport->slots[transport->slot_count++] = slot;
    index_put(&path->slots_by_id, &slot->by_id, slot->id);
    return ++path->latest_id;
}

bool path_set_address(struct path *path, uint32_t transport_id, const struct address *address, int64_t now_us)
{
    struct transport *transport = find_transport(path, transport_id);
    if (transport)
        follow(path, transport, address, now_us);
    outbox_flush(path->outbox);
    return transport != NULL;
}

/* Begins with a key frame that came while the receiver was connecting, or else asks for one. */
static void catch_up(struct path *path, struct slot *slot, int64_t now_us)
{
    struct source *source = slot->source;
    int64_t number;
    if (!source)
        return;
    if (source_recent_key_frame(source, now_us, slot->connected_at_us, &number))
        forward_from(path, slot, number, now_us);
    if (slot_is_waiting(slot))
        want_key_frame(path, source, now_us);
}

bool path_set_keys(struct path *path, uint32_t transport_id, enum srtp_profile profile, const uint8_t *receive,
                   const uint8_t *send, int64_t now_us)
{
    struct transport *transport = find_transport(path, transport_id);
    if (!transport || !transport_set_keys(transport, profile, receive, send))
        return false;
    for (int i = 0; i < transport->slot_count; i++)
        catch_up(path, transport->slots[i], now_us);
    outbox_flush(path->outbox);
    return true;
}

/* Forwards nothing into a slot from this moment on. */
static void cut(struct slot *slot)
{
    pacer_discard(&slot->transport->pacer, slot);
    slot_disconnect(slot);
}

static void remove_source(struct path *path, struct source *source)
{
    while (source->slots)
        cut(source->slots);
    while (source->candidates)
        slot_await(source->candidates, NULL);
    index_remove(&path->sources_by_id, &source->by_id);
}

static void remove_slot(struct path *path, struct slot *slot)
{
    cut(slot);
    index_remove(&path->slots_by_id, &slot->by_id);
}

bool path_remove_transport(struct path *path, uint32_t transport_id)
{
    struct transport *transport = find_transport(path, transport_id);
    if (!transport)
        return false;
    for (int i = 0; i < transport->slot_count; i++)
        remove_slot(path, transport->slots[i]);
    for (int i = 0; i < transport->source_count; i++)
        remove_source(path, transport->sources[i]);
    for (int i = 0; i < MAX_ADDRESSES; i++)
        if (transport->bindings[i].transport)
            index_remove(&path->bindings_by_address, &transport->bindings[i].by_address);
    for (int i = 0; i < transport->stream_count; i++)
        if (transport->streams[i].received)
            index_remove(&path->streams_by_ssrc, &transport->streams[i].by_ssrc);
    release_nothing(path, transport);
    index_remove(&path->transports_by_id, &transport->by_id);
    struct transport **link = &path->transports;
    while (*link != transport)
        link = &(*link)->next;
    *link = transport->next;
    transport_free(transport);
    return true;
}

static void connect_slot(struct path *path, struct slot *slot, struct source *source, int64_t now_us)
{
    cut(slot);
    transport_map_extensions(source->transport, slot->transport, slot->extension_ids);
    slot_connect(slot, source, now_us);
    want_key_frame(path, source, now_us);
    outbox_flush(path->outbox);
}

bool path_route(struct path *path, uint32_t slot_id, uint32_t source_id, int64_t now_us)
{
    struct slot *slot = FIND(&path->slots_by_id, struct slot, slot_id);
    struct source *source = FIND(&path->sources_by_id, struct source, source_id);
    if (!slot || (source_id && !source))
        return false;
    if (!source)
        cut(slot);
    else if (source != slot->source)
        connect_slot(path, slot, source, now_us);
    else
        slot_await(slot, NULL);
    return true;
}

bool path_select(struct path *path, uint32_t slot_id, uint32_t source_id, uint8_t max_temporal, int64_t now_us)
{
    struct slot *slot = FIND(&path->slots_by_id, struct slot, slot_id);
    struct source *source = FIND(&path->sources_by_id, struct source, source_id);
    if (!slot || !source)
        return false;
    slot->max_temporal = max_temporal;
    if (source == slot->source) {
        slot_await(slot, NULL);
    } else if (!slot->source || slot->spec.kind == MEDIA_AUDIO) {
        connect_slot(path, slot, source, now_us);
    } else if (source != slot->pending) {
        slot_await(slot, source);
        if (source_is_arriving(source, now_us))
            want_key_frame(path, source, now_us);
        outbox_flush(path->outbox);
    }
    return true;
}

bool path_request_key_frame(struct path *path, uint32_t source_id, int64_t now_us)
{
    struct source *source = FIND(&path->sources_by_id, struct source, source_id);
    if (source)
        want_key_frame(path, source, now_us);
    outbox_flush(path->outbox);
    return source != NULL;
}

bool path_set_pacing(struct path *path, uint32_t transport_id, uint64_t bps, int64_t now_us)
{
    struct transport *transport = find_transport(path, transport_id);
    if (!transport)
        return false;
    pacer_set_rate(&transport->pacer, bps);
    path_release(path, now_us);
    return true;
}

bool path_probe(struct path *path, uint32_t transport_id, uint64_t bps, int64_t duration_us, int64_t now_us,
                uint32_t *number)
{
    struct transport *transport = find_transport(path, transport_id);
    *number = transport ? begin_probe(path, transport, bps, duration_us, now_us) : 0;
    outbox_flush(path->outbox);
    return transport != NULL;
}

bool path_congestion(const struct path *path, uint32_t transport_id, int64_t now_us, struct congestion_report *report)
{
    const struct transport *transport = find_transport(path, transport_id);
    if (!transport)
        return false;
    if (transport->congestion)
        congestion_read(transport->congestion, now_us, report);
    else
        *report = (struct congestion_report){TIME_NEVER, .acked_bps = -1, .queue_us = -1, .round_trip_us = -1};
    return true;
}

static double greater(double a, double b) { return a > b ? a : b; }

bool path_statistics(const struct path *path, uint32_t transport_id, struct transport_statistics *statistics)
{
    const struct transport *transport = find_transport(path, transport_id);
    if (!transport)
        return false;
    *statistics = (struct transport_statistics){
        .packets_in = transport->packets_in, .bytes_in = transport->bytes_in,
        .packets_out = transport->packets_out, .bytes_out = transport->bytes_out,
        .uplink_loss = -1, .downlink_loss = -1,
        .round_trip_us = transport->round_trip_us,
        .last_received_us = transport->last_received_us,
    };
    for (int i = 0; i < transport->source_count; i++)
        if (transport->sources[i]->started)
            statistics->uplink_loss =
                greater(statistics->uplink_loss, reception_loss(&transport->sources[i]->reception));
    for (int i = 0; i < transport->slot_count; i++)
        if (transport->slots[i]->loss_reported)
            statistics->downlink_loss = greater(statistics->downlink_loss, transport->slots[i]->fraction_lost / 256.0);
    return true;
}

void path_take_audio_levels(struct path *path, void (*report)(void *context, uint32_t source_id, uint8_t level),
                            void *context)
{
    for (struct transport *transport = path->transports; transport; transport = transport->next) {
        for (int i = 0; i < transport->source_count; i++) {
            struct source *source = transport->sources[i];
            if (source->loudest < SILENCE)
                report(context, source->id, source->loudest);
            source->loudest = SILENCE;
        }
    }
}

void path_layers(const struct path *path, void (*report)(void *context, const struct layer_report *layer),
                 void *context)
{
    for (const struct transport *transport = path->transports; transport; transport = transport->next) {
        for (int i = 0; i < transport->source_count; i++) {
            const struct source *source = transport->sources[i];
            if (source->spec.kind != MEDIA_VIDEO || !source->started)
                continue;
            struct layer_report layer = {.source_id = source->id, .width = source->width, .height = source->height,
                                         .last_received_us = source->last_received_us};
            memcpy(layer.bytes, source->bytes, sizeof layer.bytes);
            report(context, &layer);
        }
    }
}

void path_release(struct path *path, int64_t now_us)
{
    release_due(path, now_us);
    outbox_flush(path->outbox);
}

void path_poll(struct path *path, int64_t now_us)
{
    release_due(path, now_us);
    for (struct transport *transport = path->transports; transport; transport = transport->next) {
        if (!transport->receive)
            continue;
        for (int i = 0; i < transport->source_count; i++) {
            struct source *source = transport->sources[i];
            repair(path, source, now_us);
            if (source_lacks_key_frame(source, now_us))
                source->key_frame_wish.wanted = true;
            request_due_key_frame(path, source, now_us);
        }
        if (now_us >= transport->next_feedback_us)
            send_transport_feedback(path, transport, now_us);
        if (now_us >= transport->next_report_us)
            send_reports(path, transport, now_us);
    }
}
