/* Many datagrams out of one socket at once, each with the moment of its arrival. */
#ifndef LOAD_BATCH_H
#define LOAD_BATCH_H


#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH_SIZE 32
#define BATCH_MAX_DATAGRAM 2048

struct batch {
    struct mmsghdr messages[BATCH_SIZE];
    struct iovec vectors[BATCH_SIZE];
    uint8_t data[BATCH_SIZE][BATCH_MAX_DATAGRAM];
    uint8_t control[BATCH_SIZE][CMSG_SPACE(sizeof(struct timespec))];
};

/* Makes a socket tell arrival times, and gives it room. False if the system refuses. */
bool batch_prepare_socket(int fd);

/* Reads what is there, BATCH_SIZE datagrams at most, and returns their number; never waits. */
int batch_read(struct batch *batch, int fd);

/* When the kernel took a datagram in: nanoseconds of the wall clock. */
int64_t batch_arrival_ns(struct batch *batch, int index);

#endif
