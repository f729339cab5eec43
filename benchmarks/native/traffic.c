#define _GNU_SOURCE
#include "traffic.h"

#include <sys/epoll.h>

#include "clocks.h"
#include "rtcp.h"
#include "rtp.h"
#include "transport_cc.h"

#define NTP_EPOCH_S 2208988800LL

/* Arrival times are the kernel's, so receiving may be late; but a handshake should not wait for it. */
#define RECEIVE_INTERVAL_NS 2000000
#define HANDSHAKE_INTERVAL_NS 200000

/* Who was held up for longer goes on from now: a flood of what was missed would measure the flood. */
#define MAX_LAG_NS 50000000

/* For the reports, which need no more than intervals. */
static int64_t since_start_us(const struct load *load, int64_t at_wall_ns)
{
    return (at_wall_ns - load->started_ns) / 1000;
}

struct transport *find_transport(struct load *load, uint32_t id)
{
    struct transport *transport = load->transports[id % MAX_TRANSPORTS];
    return transport && transport->id == id ? transport : NULL;
}

static struct media *find_media(struct load *load, uint32_t number, struct transport **owner)
{
    struct transport *transport = find_transport(load, number / TRANSPORT_MAX_MEDIA);
    if (!transport || number % TRANSPORT_MAX_MEDIA >= transport->media_count)
        return NULL;
    *owner = transport;
    return transport->media + number % TRANSPORT_MAX_MEDIA;
}

/* --- Sending ---------------------------------------------------------------------------------------- */

static void send_datagram(struct load *load, const struct transport *transport, const uint8_t *data, size_t size)
{
    if (send(transport->fd, data, size, MSG_DONTWAIT) < 0)
        load->report.counters.not_sent++;
}

static void send_media(struct load *load, struct transport *transport, uint32_t index)
{
    struct load_counters *counters = &load->report.counters;
    struct media *media = transport->media + index;
    uint8_t packet[MEDIA_MAX_PACKET + SRTP_MAX_GROWTH];
    const struct stamp stamp = {
        .media = media_number(transport, index),
        .window = load->measuring ? load->windows : 0,
        .hearers = media->hearers,
        .sent_ns = wall_ns(),
    };
    size_t size = media_write(media, &stamp, transport->transport_cc_id, packet);
    if (transport->transport_cc_id)
        rtp_set_transport_number(packet, transport->transport_number++);
    if (srtp_protect_rtp(transport->out, packet, &size) != SRTP_OK)
        return;
    if (load->measuring)
        counters->expected += (uint64_t)__builtin_popcount(media->hearers);
    counters->sent++;
    send_datagram(load, transport, packet, size);
}

static void send_report(struct load *load, struct transport *transport)
{
    uint8_t packet[TRANSPORT_MAX_REPORT + SRTP_MAX_GROWTH];
    int64_t wall = wall_ns();
    uint64_t fraction = ((uint64_t)(wall % NS_PER_S) << 32) / NS_PER_S;
    uint64_t ntp_time = (uint64_t)(wall / NS_PER_S + NTP_EPOCH_S) << 32 | fraction;
    size_t size = transport_write_report(transport, ntp_time, since_start_us(load, wall), packet);
    if (srtp_protect_rtcp(transport->out, packet, &size) == SRTP_OK)
        send_datagram(load, transport, packet, size);
}

static void send_feedback(struct load *load, struct transport *transport)
{
    uint8_t packet[TRANSPORT_CC_MAX_SIZE + SRTP_MAX_GROWTH];
    while (arrivals_pending(&transport->arrivals)) {
        size_t size = arrivals_write(&transport->arrivals, transport->ssrc, packet);
        if (srtp_protect_rtcp(transport->out, packet, &size) == SRTP_OK)
            send_datagram(load, transport, packet, size);
    }
}

/* Returns how long it is until the task is due again. */
static int64_t run_task(struct load *load, struct transport *transport, const struct due *due, int64_t now_ns)
{
    if (due->task == TASK_REPORT) {
        send_report(load, transport);
        return REPORT_INTERVAL_NS;
    }
    if (due->task == TASK_FEEDBACK) {
        send_feedback(load, transport);
        return FEEDBACK_INTERVAL_NS;
    }
    if (load->measuring)
        histogram_add(&load->report.lag, (now_ns - due->at_ns) / 1000);
    send_media(load, transport, due->task);
    return media_interval_ns(transport->media + due->task);
}

void send_all_due(struct load *load)
{
    struct due due;
    int64_t now_ns = steady_ns();
    while (schedule_pop(&load->schedule, now_ns, &due)) {
        struct transport *transport = find_transport(load, due.transport);
        if (!transport)
            continue; /* it was removed */
        int64_t interval_ns = run_task(load, transport, &due, now_ns);
        due.at_ns = (now_ns - due.at_ns > MAX_LAG_NS ? now_ns : due.at_ns) + interval_ns;
        schedule_push(&load->schedule, due); /* takes the place that has just become free */
    }
}

/* --- Receiving -------------------------------------------------------------------------------------- */

static void tell(struct load *load, uint32_t transport, enum event_kind kind, const void *data, size_t size)
{
    struct event_head head = {transport, kind};
    struct iovec parts[2] = {{&head, sizeof head}, {(void *)data, size}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    if (sendmsg(load->events[1], &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        load->report.counters.events_dropped++;
}

/* Who hears one size of a camera no longer hears the others. */
static void hear(struct transport *owner, struct media *media, uint32_t hearer)
{
    if (media->hearers & hearer)
        return;
    for (uint32_t i = 0; i < owner->media_count; i++)
        if (media_is_same_camera(owner->media + i, media))
            owner->media[i].hearers &= ~hearer;
    media->hearers |= hearer;
}

static void take_rtp(struct load *load, struct transport *transport, const struct rtp_packet *packet, int64_t arrived_ns)
{
    struct load_counters *counters = &load->report.counters;
    struct stamp stamp;
    struct transport *owner;
    transport_count(transport, packet, since_start_us(load, arrived_ns));
    if (packet->payload_type == transport->rtx_payload_type ||
        !stamp_read(packet->payload, packet->payload_size, &stamp))
        return;
    counters->received++;
    if (load->windows && stamp.window == load->windows && stamp.hearers & seat_bit(transport->seat)) {
        counters->measured++;
        histogram_add(&load->report.latency, (arrived_ns - stamp.sent_ns) / 1000);
    }
    if (!transport->has_heard) {
        transport->has_heard = true;
        tell(load, transport->id, EVENT_FIRST_PACKET, &arrived_ns, sizeof arrived_ns);
    }
    struct media *media = find_media(load, stamp.media, &owner);
    if (media && owner->seat.room == transport->seat.room)
        hear(owner, media, seat_bit(transport->seat));
}

static void take_rtcp(struct load *load, struct transport *transport, const uint8_t *data, size_t size, int64_t arrived_ns)
{
    struct feedback feedback = transport_take_rtcp(transport, data, size, since_start_us(load, arrived_ns));
    load->report.counters.key_frames_wanted += feedback.key_frames;
    load->report.counters.packets_wanted += feedback.packets;
}

static void take_srtp(struct load *load, struct transport *transport, uint8_t *data, size_t size, int64_t arrived_ns)
{
    struct rtp_packet packet;
    if (is_rtcp(data, size)) {
        if (srtp_unprotect_rtcp(transport->in, data, &size) == SRTP_OK && rtcp_is_well_formed(data, size))
            take_rtcp(load, transport, data, size, arrived_ns);
        else
            load->report.counters.refused++;
    } else if (srtp_unprotect_rtp(transport->in, data, &size) == SRTP_OK && rtp_parse(data, size, &packet)) {
        take_rtp(load, transport, &packet, arrived_ns);
    } else {
        load->report.counters.refused++;
    }
}

/* Media are told from STUN and DTLS by the first byte (RFC 7983). */
static void take_datagram(struct load *load, struct transport *transport, uint8_t *data, size_t size, int64_t arrived_ns)
{
    if (size && data[0] < 128)
        tell(load, transport->id, EVENT_DATAGRAM, data, size);
    else if (transport->connected)
        take_srtp(load, transport, data, size, arrived_ns);
}

void read_socket(struct load *load, struct transport *transport)
{
    struct batch *batch = &load->batch;
    int count;
    do {
        count = batch_read(batch, transport->fd);
        for (int i = 0; i < count; i++)
            take_datagram(load, transport, batch->data[i], batch->messages[i].msg_len, batch_arrival_ns(batch, i));
    } while (count == BATCH_SIZE);
}

void receive_all(struct load *load)
{
    struct epoll_event ready[64];
    int count;
    do {
        count = epoll_wait(load->epoll, ready, 64, 0);
        for (int i = 0; i < count; i++)
            read_socket(load, ready[i].data.ptr);
    } while (count == 64);
    load->next_receive_ns = steady_ns() + (load->handshakes ? HANDSHAKE_INTERVAL_NS : RECEIVE_INTERVAL_NS);
}
