#include "udp.h"

#include "loop.h"

#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/uio.h>

#include "bytes.h"
#include "clock.h"
#include "rest.h"

#define POLL_INTERVAL_US 20000

struct loop {
    struct path *path;
    struct gate *gate;
    struct udp *udp;
    int handover;
    struct rest rest;
    int64_t next_poll_us;
    int64_t next_release_us; /* as the latest batch left it */
    atomic_bool stopping;
    pthread_t thread;
};

static struct timespec to_timespec(int64_t us)
{
    return (struct timespec){.tv_sec = us / SECOND_US, .tv_nsec = us % SECOND_US * 1000};
}

static void hand_over(struct loop *loop, uint8_t *datagram, size_t size, const struct address *from)
{
    uint8_t header[HANDOVER_HEADER_SIZE];
    memcpy(header, from->ip, sizeof from->ip);
    store16(header + sizeof from->ip, from->port);
    struct iovec parts[] = {{header, sizeof header}, {datagram, size}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    if (sendmsg(loop->handover, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        loop->path->counters.dropped_handover_full++;
}

static void take(struct loop *loop, size_t number, int64_t now_us)
{
    size_t size;
    struct address from;
    uint8_t *datagram = udp_datagram(loop->udp, number, &size, &from);
    if (path_receive(loop->path, datagram, size, &from, now_us))
        hand_over(loop, datagram, size, &from);
}

/* Handles what has arrived and fallen due; returns how many datagrams that were. */
static size_t run_batch(struct loop *loop, int64_t now_us)
{
    size_t count = udp_receive(loop->udp);
    bool poll_due = now_us >= loop->next_poll_us, release_due = now_us >= loop->next_release_us;
    if (!count && !poll_due && !release_due)
        return 0;
    gate_begin_batch(loop->gate);
    loop->path->counters.receive_batches += count > 0;
    for (size_t number = 0; number < count; number++)
        take(loop, number, now_us);
    if (release_due)
        path_release(loop->path, now_us);
    if (poll_due) {
        path_poll(loop->path, now_us);
        loop->path->counters.dropped_receive_buffer_full = udp_receive_drops(loop->udp);
        loop->next_poll_us = now_us + POLL_INTERVAL_US;
    }
    outbox_flush(loop->path->outbox);
    loop->next_release_us = loop->path->next_release_us;
    gate_end_batch(loop->gate);
    return count;
}

static void wait_for_datagrams(const struct loop *loop, int64_t now_us)
{
    int64_t wake_us = loop->next_release_us < loop->next_poll_us ? loop->next_release_us : loop->next_poll_us;
    int64_t wait_us = wake_us - now_us;
    struct timespec timeout = to_timespec(wait_us > 0 ? wait_us : 0);
    struct pollfd descriptor = {.fd = loop->udp->socket, .events = POLLIN};
    ppoll(&descriptor, 1, &timeout, NULL);
}

static void *run(void *argument)
{
    struct loop *loop = argument;
    prctl(PR_SET_NAME, "sportello-media");
    prctl(PR_SET_TIMERSLACK, 1); /* or each rest would take 50 µs longer */
    while (!atomic_load(&loop->stopping)) {
        int64_t began_us = clock_now_us();
        size_t count = run_batch(loop, began_us);
        int64_t next_us = rest_until(&loop->rest, count, began_us), now_us = clock_now_us();
        if (!count) {
            wait_for_datagrams(loop, now_us);
        } else if (count < UDP_BATCH && next_us > now_us) {
            struct timespec rest = to_timespec(next_us - now_us);
            nanosleep(&rest, NULL);
        }
    }
    return NULL;
}

static void discard(void *context, struct outbox *outbox)
{
    (void)context;
    (void)outbox;
}

static void loop_free(struct loop *loop)
{
    loop->path->outbox->send = discard; /* its last words find no socket */
    free(loop->udp);
    free(loop);
}

/* Starts `run` on a core, or on any if `cpu` is negative. */
static bool start_thread(struct loop *loop, int cpu)
{
    pthread_attr_t attributes;
    if (cpu >= CPU_SETSIZE || pthread_attr_init(&attributes) != 0)
        return false;
    cpu_set_t cores;
    CPU_ZERO(&cores);
    if (cpu >= 0)
        CPU_SET(cpu, &cores);
    bool bound = cpu < 0 || pthread_attr_setaffinity_np(&attributes, sizeof cores, &cores) == 0;
    bool started = bound && pthread_create(&loop->thread, &attributes, run, loop) == 0;
    pthread_attr_destroy(&attributes);
    return started;
}

struct loop *loop_start(struct path *path, struct gate *gate, int socket, int handover, int64_t batch_us, int cpu)
{
    struct loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        return NULL;
    loop->path = path;
    loop->gate = gate;
    loop->handover = handover;
    loop->rest = rest_new(batch_us);
    loop->next_release_us = INT64_MAX;
    loop->udp = udp_new(socket, &path->counters);
    if (loop->udp) {
        path->outbox->context = loop->udp;
        path->outbox->send = udp_send;
    }
    if (loop->udp && start_thread(loop, cpu))
        return loop;
    loop_free(loop);
    return NULL;
}

void loop_stop(struct loop *loop)
{
    atomic_store(&loop->stopping, true);
    pthread_join(loop->thread, NULL);
    loop_free(loop);
}
