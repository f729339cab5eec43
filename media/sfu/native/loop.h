/* The thread that runs a path on a UDP socket: the only place where a clock is read.
 *
 * It takes what has arrived in a batch, then rests until `batch_us` after that batch began, or somewhat longer
 * when many come (rest.h), so that packets which come a fraction of a millisecond apart cost one wake-up and
 * may leave together. After a pause the first packet is taken at once. STUN and DTLS go to a datagram socket pair as they are, preceded
 * by the sender's address: 16 bytes of IP and 2 of port, in network byte order. */
#ifndef SPORTELLO_LOOP_H
#define SPORTELLO_LOOP_H

#include <stdint.h>

#include "gate.h"
#include "path.h"

#define HANDOVER_HEADER_SIZE 18

struct loop;

/* Starts the thread and makes the path send through the socket. Path, gate and both file descriptors must
 * outlive it. The thread is bound to the core `cpu` unless that is negative. NULL if there is no memory, no
 * thread, or no such core for this process. */
struct loop *loop_start(struct path *path, struct gate *gate, int socket, int handover, int64_t batch_us,
                        int cpu);

/* Ends the thread, within 20 ms. */
void loop_stop(struct loop *loop);

#endif
