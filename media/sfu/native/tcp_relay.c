#define _GNU_SOURCE

#include "tcp_relay.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "clock.h"
#include "socket_address.h"
#include "tcp_connection.h"

#define EVENTS_AT_ONCE 64
#define SWEEPS_PER_TIMEOUT 4

/* What an event belongs to: a connection's TCP socket by its address, its UDP socket by the address and one. */
#define STOP_EVENT 0u
#define LISTENER_EVENT 1u
#define UDP_SIDE 1u

struct tcp_relay {
    int listener, epoll, stop;
    struct address path;
    struct tcp_limits limits;
    struct tcp_counters counters;
    struct tcp_connection *connections;
    pthread_mutex_t connections_change; /* the thread holds it to change the list, others to read it */
    bool any_over, listening;
    int64_t next_sweep_us;
    pthread_t thread;
    uint8_t stream[TCP_STREAM_SIZE];
};

static bool watch(const struct tcp_relay *relay, int operation, int descriptor, uint32_t events, uint64_t owner)
{
    struct epoll_event event = {.events = events, .data.u64 = owner};
    return epoll_ctl(relay->epoll, operation, descriptor, &event) == 0;
}

static bool is_same_network(const struct address *a, const struct address *b)
{
    return memcmp(a->ip, b->ip, address_is_v4(a) ? 16 : 8) == 0;
}

static bool is_allowed(const struct tcp_relay *relay, const struct address *client)
{
    int all = 0, of_client = 0;
    for (const struct tcp_connection *other = relay->connections; other; other = other->next) {
        all++;
        of_client += is_same_network(&other->client, client);
    }
    return all < relay->limits.connections && of_client < relay->limits.connections_per_client;
}

static void add(struct tcp_relay *relay, struct tcp_connection *connection)
{
    uint64_t owner = (uintptr_t)connection;
    connection->over = !watch(relay, EPOLL_CTL_ADD, connection->tcp, EPOLLIN, owner) ||
                       !watch(relay, EPOLL_CTL_ADD, connection->udp, EPOLLIN, owner | UDP_SIDE);
    relay->any_over |= connection->over;
    pthread_mutex_lock(&relay->connections_change);
    connection->next = relay->connections;
    relay->connections = connection;
    pthread_mutex_unlock(&relay->connections_change);
    relay->counters.tcp_accepted++;
}

static void admit(struct tcp_relay *relay, int64_t now_us)
{
    union socket_address from;
    socklen_t size = sizeof from;
    int tcp = accept4(relay->listener, &from.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (tcp < 0) {
        /* Without descriptors it would be tried again at once and for ever: rest until the next sweep. */
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
            relay->listening = !watch(relay, EPOLL_CTL_DEL, relay->listener, 0, 0);
        return;
    }
    struct address client;
    address_read(&client, &from);
    struct tcp_connection *connection = NULL;
    if (is_allowed(relay, &client))
        connection = tcp_connection_new(tcp, &client, &relay->path);
    else
        close(tcp);
    if (!connection) {
        relay->counters.tcp_refused++;
        return;
    }
    connection->deadline_us = now_us + relay->limits.answer_timeout_us;
    add(relay, connection);
}

/* Lets epoll tell when the client takes more, exactly while something waits for it. */
static void send_waiting(struct tcp_relay *relay, struct tcp_connection *connection)
{
    connection->over = !tcp_connection_flush(connection);
    relay->any_over |= connection->over;
    bool awaits = connection->backlog_size > 0;
    if (awaits == connection->awaits_room)
        return;
    connection->awaits_room = awaits;
    watch(relay, EPOLL_CTL_MOD, connection->tcp, awaits ? EPOLLIN | EPOLLOUT : EPOLLIN, (uintptr_t)connection);
}

static void serve(struct tcp_relay *relay, struct tcp_connection *connection, const struct epoll_event *event,
                  int64_t now_us)
{
    if (connection->over)
        return;
    if (event->data.u64 & UDP_SIDE) {
        if (tcp_connection_collect(connection, &relay->counters)) {
            connection->answered = true;
            connection->deadline_us = now_us + relay->limits.idle_timeout_us;
        }
        send_waiting(relay, connection);
        return;
    }
    if (event->events & EPOLLOUT)
        send_waiting(relay, connection);
    if (event->events & ~(uint32_t)EPOLLOUT)
        connection->over |= !tcp_connection_receive(connection, relay->stream, &relay->counters);
    relay->any_over |= connection->over;
}

static void find_overdue(struct tcp_relay *relay, int64_t now_us)
{
    for (struct tcp_connection *connection = relay->connections; connection; connection = connection->next) {
        if (connection->over || now_us < connection->deadline_us)
            continue;
        connection->over = relay->any_over = true;
        if (connection->answered)
            relay->counters.tcp_idle++;
        else
            relay->counters.tcp_unanswered++;
    }
    if (!relay->listening)
        relay->listening = watch(relay, EPOLL_CTL_ADD, relay->listener, EPOLLIN, LISTENER_EVENT);
}

/* Frees what is over, after a batch of events of which none may name it any more. */
static void remove_over(struct tcp_relay *relay)
{
    struct tcp_connection *over = NULL;
    pthread_mutex_lock(&relay->connections_change);
    for (struct tcp_connection **link = &relay->connections; *link;) {
        struct tcp_connection *connection = *link;
        if (!connection->over) {
            link = &connection->next;
            continue;
        }
        *link = connection->next;
        connection->next = over;
        over = connection;
    }
    relay->any_over = false;
    pthread_mutex_unlock(&relay->connections_change);
    while (over) {
        struct tcp_connection *next = over->next;
        tcp_connection_free(over);
        over = next;
    }
}

/* Returns false when it is time to end. */
static bool handle(struct tcp_relay *relay, const struct epoll_event *event, int64_t now_us)
{
    if (event->data.u64 == STOP_EVENT)
        return false;
    if (event->data.u64 == LISTENER_EVENT)
        admit(relay, now_us);
    else
        serve(relay, (struct tcp_connection *)(uintptr_t)(event->data.u64 & ~(uint64_t)UDP_SIDE), event, now_us);
    return true;
}

static void *run(void *argument)
{
    struct tcp_relay *relay = argument;
    struct epoll_event events[EVENTS_AT_ONCE];
    int64_t sweep_us = relay->limits.answer_timeout_us / SWEEPS_PER_TIMEOUT;
    bool running = true;
    prctl(PR_SET_NAME, "sportello-tcp");
    while (running) {
        bool idle = !relay->connections && relay->listening;
        int count = epoll_wait(relay->epoll, events, EVENTS_AT_ONCE, idle ? -1 : (int)(sweep_us / 1000) + 1);
        int64_t now_us = clock_now_us();
        for (int i = 0; i < count; i++)
            running &= handle(relay, &events[i], now_us);
        if (now_us >= relay->next_sweep_us) {
            find_overdue(relay, now_us);
            relay->next_sweep_us = now_us + sweep_us;
        }
        if (relay->any_over)
            remove_over(relay);
    }
    return NULL;
}

static void close_all(struct tcp_relay *relay)
{
    for (struct tcp_connection *connection = relay->connections; connection; connection = connection->next)
        connection->over = true;
    remove_over(relay);
}

void tcp_relay_free(struct tcp_relay *relay)
{
    if (relay->epoll >= 0)
        close(relay->epoll);
    if (relay->stop >= 0)
        close(relay->stop);
    pthread_mutex_destroy(&relay->connections_change);
    free(relay);
}

struct tcp_relay *tcp_relay_start(int listener, const struct address *path, const struct tcp_limits *limits)
{
    struct tcp_relay *relay = calloc(1, sizeof *relay);
    if (!relay)
        return NULL;
    relay->listener = listener;
    relay->path = *path;
    relay->limits = *limits;
    pthread_mutex_init(&relay->connections_change, NULL);
    relay->epoll = epoll_create1(EPOLL_CLOEXEC);
    relay->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    relay->listening = watch(relay, EPOLL_CTL_ADD, listener, EPOLLIN, LISTENER_EVENT);
    if (relay->listening && watch(relay, EPOLL_CTL_ADD, relay->stop, EPOLLIN, STOP_EVENT) &&
        pthread_create(&relay->thread, NULL, run, relay) == 0)
        return relay;
    tcp_relay_free(relay);
    return NULL;
}

void tcp_relay_stop(struct tcp_relay *relay)
{
    eventfd_write(relay->stop, 1);
    pthread_join(relay->thread, NULL);
    close_all(relay);
}

bool tcp_relay_client(struct tcp_relay *relay, uint16_t udp_port, struct address *client)
{
    bool found = false;
    pthread_mutex_lock(&relay->connections_change);
    for (const struct tcp_connection *connection = relay->connections; connection && !found;
         connection = connection->next) {
        found = connection->udp_port == udp_port;
        if (found)
            *client = connection->client;
    }
    pthread_mutex_unlock(&relay->connections_change);
    return found;
}

void tcp_relay_counters(const struct tcp_relay *relay, struct counter_entry *entries)
{
#define COUNTER_ENTRY(name) *entries++ = (struct counter_entry){#name, relay->counters.name};
    TCP_COUNTERS(COUNTER_ENTRY)
#undef COUNTER_ENTRY
}
