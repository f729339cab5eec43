/* Synthetic clients in rooms of four, on one thread: each sends one audio and one video stream of real SRTP
 * from a socket of its own, and receives the others'. */
#ifndef SPORTELLO_BENCHMARKS_CLIENTS_H
#define SPORTELLO_BENCHMARKS_CLIENTS_H

#include <stdint.h>

struct clients;

/* What each client sends a second, and the sizes of the payloads. `window` other than 0: not by the clock,
 * but as fast as it can with at most so many packets on their way. */
struct profile {
    int video_rate, video_size;
    int audio_rate, audio_size;
    int window;
};

struct result {
    uint64_t sent;
    uint64_t received;
    uint64_t expected; /* of what was sent, counted once for each receiver */
    double seconds;
    int64_t latency_p50_ns, latency_p99_ns; /* 0 where nothing was opened */
};

/* Clients with sockets on 127.0.0.1 that send to this port. NULL if that fails. */
struct clients *clients_new(unsigned clients, uint16_t server_port);
void clients_free(struct clients *all);

/* The port of a client's socket. */
uint16_t clients_port(const struct clients *all, unsigned client);

/* Sends and receives for so long, and then for what is still on its way. Latencies are the kernel's times of
 * arrival less those of sending. Can be called again and goes on where it ended. */
struct result clients_run(struct clients *all, const struct profile *profile, double seconds);

#endif
