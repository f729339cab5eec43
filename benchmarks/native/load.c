#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clocks.h"
#include "traffic.h"

/* --- The thread ------------------------------------------------------------------------------------- */

static void sleep_until(int64_t at_ns)
{
    struct timespec time = {at_ns / NS_PER_S, at_ns % NS_PER_S};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR)
        ;
}

static void *run(void *argument)
{
    struct load *load = argument;
    prctl(PR_SET_TIMERSLACK, 1);
    pthread_mutex_lock(&load->mutex);
    while (!load->stopping) {
        send_all_due(load);
        if (steady_ns() >= load->next_receive_ns)
            receive_all(load);
        int64_t next_ns = schedule_next_ns(&load->schedule);
        if (next_ns > load->next_receive_ns)
            next_ns = load->next_receive_ns;
        pthread_mutex_unlock(&load->mutex);
        sleep_until(next_ns);
        pthread_mutex_lock(&load->mutex);
    }
    pthread_mutex_unlock(&load->mutex);
    return NULL;
}

static void release(struct load *load)
{
    for (int i = 0; i < MAX_TRANSPORTS; i++)
        if (load->transports[i])
            transport_free(load->transports[i]);
    close(load->events[0]);
    close(load->events[1]);
    close(load->epoll);
    schedule_free(&load->schedule);
    pthread_mutex_destroy(&load->mutex);
    free(load);
}

struct load *load_new(void)
{
    struct load *load = calloc(1, sizeof *load);
    if (!load)
        return NULL;
    load->events[0] = load->events[1] = -1;
    load->next_id = 1;
    load->started_ns = wall_ns();
    load->epoll = epoll_create1(EPOLL_CLOEXEC);
    pthread_mutex_init(&load->mutex, NULL);
    if (load->epoll < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, load->events) < 0 ||
        pthread_create(&load->thread, NULL, run, load) != 0) {
        release(load);
        return NULL;
    }
    return load;
}

void load_free(struct load *load)
{
    pthread_mutex_lock(&load->mutex);
    load->stopping = true;
    pthread_mutex_unlock(&load->mutex);
    pthread_join(load->thread, NULL);
    release(load);
}

int load_event_fd(const struct load *load) { return load->events[0]; }

/* --- Commands --------------------------------------------------------------------------------------- */

static bool watch_socket(struct load *load, struct transport *transport)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = transport};
    return batch_prepare_socket(transport->fd) &&
           epoll_ctl(load->epoll, EPOLL_CTL_ADD, transport->fd, &event) == 0;
}

/* A number whose place is free; 0 if there is none. */
static uint32_t free_number(struct load *load)
{
    for (int tries = 0; tries < MAX_TRANSPORTS; tries++) {
        uint32_t id = load->next_id++ % (UINT32_MAX / TRANSPORT_MAX_MEDIA);
        if (id && !load->transports[id % MAX_TRANSPORTS])
            return id;
    }
    return 0;
}

uint32_t load_add(struct load *load, int fd, struct seat seat)
{
    struct transport *transport = calloc(1, sizeof *transport);
    if (!transport)
        return 0;
    *transport = (struct transport){.fd = fd, .seat = seat};
    pthread_mutex_lock(&load->mutex);
    uint32_t id = transport->id = free_number(load);
    if (id && watch_socket(load, transport)) {
        load->transports[id % MAX_TRANSPORTS] = transport;
        load->handshakes++;
    } else {
        transport_free(transport);
        id = 0;
    }
    pthread_mutex_unlock(&load->mutex);
    return id;
}

/* Spreads what begins together evenly over its interval: a fraction of 2^32 by the golden ratio. */
static int64_t phase_ns(uint32_t number, int64_t interval_ns)
{
    return (int64_t)((uint64_t)(number * 2654435769u) * (uint64_t)interval_ns >> 32);
}

static bool begin_tasks(struct load *load, const struct transport *transport)
{
    int64_t now_ns = steady_ns();
    struct due report = {now_ns + phase_ns(transport->id, REPORT_INTERVAL_NS), transport->id, TASK_REPORT};
    bool scheduled = schedule_push(&load->schedule, report);
    if (transport->transport_cc_id) {
        int64_t phase = phase_ns(transport->id, FEEDBACK_INTERVAL_NS);
        scheduled &= schedule_push(&load->schedule, (struct due){now_ns + phase, transport->id, TASK_FEEDBACK});
    }
    for (uint32_t i = 0; i < transport->media_count; i++) {
        int64_t phase = phase_ns(media_number(transport, i), media_interval_ns(transport->media + i));
        scheduled &= schedule_push(&load->schedule, (struct due){now_ns + phase, transport->id, i});
    }
    return scheduled;
}

bool load_connect(struct load *load, uint32_t id, const struct connection *connection)
{
    pthread_mutex_lock(&load->mutex);
    struct transport *transport = find_transport(load, id);
    bool connected = transport && !transport->in && transport_connect(transport, connection) &&
                     begin_tasks(load, transport);
    if (connected) {
        load->handshakes--;
        load->report.counters.connected++;
    }
    pthread_mutex_unlock(&load->mutex);
    return connected;
}

static void forget_hearing(struct load *load, struct seat seat)
{
    for (int i = 0; i < MAX_TRANSPORTS; i++) {
        struct transport *transport = load->transports[i];
        if (!transport || transport->seat.room != seat.room)
            continue;
        for (uint32_t m = 0; m < transport->media_count; m++)
            transport->media[m].hearers &= ~seat_bit(seat);
    }
}

void load_remove(struct load *load, uint32_t id)
{
    pthread_mutex_lock(&load->mutex);
    struct transport *transport = find_transport(load, id);
    if (transport) {
        read_socket(load, transport); /* what arrived before this moment counts */
        epoll_ctl(load->epoll, EPOLL_CTL_DEL, transport->fd, NULL);
        forget_hearing(load, transport->seat);
        if (transport->connected)
            load->report.counters.connected--;
        else
            load->handshakes--;
        load->transports[id % MAX_TRANSPORTS] = NULL;
        transport_free(transport);
    }
    pthread_mutex_unlock(&load->mutex);
}

void load_begin_window(struct load *load)
{
    pthread_mutex_lock(&load->mutex);
    load->windows++;
    load->measuring = true;
    pthread_mutex_unlock(&load->mutex);
}

void load_end_window(struct load *load)
{
    pthread_mutex_lock(&load->mutex);
    load->measuring = false;
    pthread_mutex_unlock(&load->mutex);
}

static uint64_t count_hearing(const struct load *load)
{
    uint64_t heard = 0;
    for (int i = 0; i < MAX_TRANSPORTS; i++)
        for (uint32_t m = 0; load->transports[i] && m < load->transports[i]->media_count; m++)
            heard += (uint64_t)__builtin_popcount(load->transports[i]->media[m].hearers);
    return heard;
}

void load_read(struct load *load, struct load_report *report)
{
    pthread_mutex_lock(&load->mutex);
    *report = load->report;
    report->counters.heard = count_hearing(load);
    pthread_mutex_unlock(&load->mutex);
}
